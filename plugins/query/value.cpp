#include "plugins/query/value.h"

#include <algorithm>
#include <functional>

namespace evenhand::query {

Value Pool::value_of(std::span<const std::string_view> texts) {
  Value value;
  if (texts.empty()) return value;
  value.state = State::known;
  value.text = texts.front();
  if (texts.size() == 1) return value;
  value.number = static_cast<std::int64_t>(lists_.size());
  value.count = static_cast<std::uint32_t>(texts.size());
  lists_.insert(lists_.end(), texts.begin(), texts.end());
  return value;
}

Value Pool::value_of(std::string text) {
  Value value;
  value.state = State::known;
  value.text = keep(std::move(text));
  return value;
}

Value Pool::number(std::int64_t number, unsigned decimals) {
  Value value = value_of(digits(number, decimals));
  value.number = number;
  value.decimals = static_cast<std::uint8_t>(decimals);
  value.has_number = true;
  return value;
}

std::string Pool::words(const Value& value) const {
  std::string all;
  for (const std::string_view text : texts(value)) {
    if (!all.empty()) all += "; ";
    all += text;
  }
  return all;
}

std::string digits(std::int64_t value, unsigned decimals) {
  // The least of all has no positive twin, so the sign is taken off as text.
  const std::string whole = std::to_string(value);
  std::string text(whole, whole.front() == '-' ? 1 : 0);
  if (decimals > 0) {
    if (text.size() <= decimals) text = std::string(decimals + 1 - text.size(), '0').append(text);
    text.insert(text.end() - decimals, '.');
  }
  return whole.front() == '-' ? std::string("-").append(text) : text;
}

int compare_numbers(std::int64_t a, unsigned a_decimals, std::int64_t b, unsigned b_decimals) {
  if (a_decimals == b_decimals) return a < b ? -1 : a > b ? 1 : 0;
  __extension__ using Wide = __int128;
  Wide left = a, right = b;
  for (; a_decimals < b_decimals; ++a_decimals) left *= 10;
  for (; b_decimals < a_decimals; ++b_decimals) right *= 10;
  return left < right ? -1 : left > right ? 1 : 0;
}

int compare_natural(std::string_view a, std::string_view b) {
  const auto is_digit = [](char one) { return one >= '0' && one <= '9'; };
  const auto take_number = [&](std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    std::string_view number = text.substr(0, length);
    text.remove_prefix(length);
    while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
    return number;
  };
  const std::string_view whole_a = a, whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a), y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
      if (const int order = x.compare(y); order != 0) return order;
      continue;
    }
    if (a.front() != b.front()) return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front()) ? -1 : 1;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty() ? -1 : 1;
  return whole_a.compare(whole_b);
}

int compare(const Value& a, const Value& b) {
  if (a.state != b.state) return a.state < b.state ? -1 : 1;
  if (!a.is_known() || (a.text == b.text && a.number == b.number && a.decimals == b.decimals)) return 0;
  if (a.has_number && b.has_number) {
    if (const int order = compare_numbers(a.number, a.decimals, b.number, b.decimals); order != 0) return order;
  }
  if (a.has_number != b.has_number) return a.has_number ? -1 : 1;  // "No date" after all dates
  return compare_natural(a.text, b.text);
}

bool are_same(const Value& a, const Value& b, const Pool& pool) {
  if (a.state != b.state) return false;
  if (!a.is_known()) return true;
  if (a.count == 0 && b.count == 0) return a.text == b.text;
  const auto left = pool.texts(a), right = pool.texts(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

std::uint64_t hash_of(const Value& value, const Pool& pool) {
  auto hash = static_cast<std::uint64_t>(value.state) + 1;
  if (!value.is_known()) return hash;
  for (const std::string_view text : pool.texts(value)) hash = hash * 0x9E3779B97F4A7C15u + std::hash<std::string_view>{}(text);
  return hash;
}

}  // namespace evenhand::query
