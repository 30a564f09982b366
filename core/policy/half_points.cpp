#include "core/policy/half_points.h"

#include <charconv>

namespace evenhand {

std::string HalfPoints::text() const { return std::to_string(count / 2) + (is_tie() ? ".5" : ""); }

namespace {

// A decimal number taken apart: value = digits * 10^exponent, without zeros at either end of the digits.
struct Decimal {
  std::string digits;
  long exponent = 0;
  bool is_negative = false;
};

std::optional<Decimal> taken_apart(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.is_negative = true;
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) {
    std::string_view power = text.substr(mark + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto [end, problem] = std::from_chars(power.data(), power.data() + power.size(), decimal.exponent);
    if (problem != std::errc() || end != power.data() + power.size()) return std::nullopt;
    if (decimal.exponent > 10000 || decimal.exponent < -10000) return std::nullopt;
  }
  bool after_point = false;
  for (const char c : text.substr(0, mark)) {
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      if (c != '0' || !decimal.digits.empty()) decimal.digits += c;
      if (after_point) --decimal.exponent;
    } else {
      return std::nullopt;
    }
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  return decimal;
}

}  // namespace

std::optional<HalfPoints> half_points_from(std::string_view number_text) {
  const auto decimal = taken_apart(number_text);
  if (number_text.find_first_of("0123456789") == std::string_view::npos || !decimal) return std::nullopt;
  if (decimal->digits.empty()) return HalfPoints{0};
  const long length = static_cast<long>(decimal->digits.size());
  if (decimal->is_negative || decimal->exponent < -1 || length + decimal->exponent > 3) return std::nullopt;
  int value = std::stoi(decimal->digits);  // at most 4 digits here
  for (long i = 0; i < decimal->exponent; ++i) value *= 10;
  if (decimal->exponent >= 0) return HalfPoints::whole(value);
  // One decimal is left, and it is not zero: only a 5 is a half point.
  if (value % 10 != 5) return std::nullopt;
  return HalfPoints{value * 2 / 10};
}

}  // namespace evenhand
