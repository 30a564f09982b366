#include "core/codec/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace evenhand {

namespace {

const std::string kNoText;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The grammar of RFC 8259 section 6.
bool is_number_text(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - start;
  };
  const auto take = [&](std::string_view any) {
    const bool found = at < text.size() && any.find(text[at]) != std::string_view::npos;
    at += found ? 1 : 0;
    return found;
  };
  take("-");
  const bool leading_zero = at < text.size() && text[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (take(".") && digits() == 0) return false;
  if (take("eE")) {
    take("+-");
    if (digits() == 0) return false;
  }
  return at == text.size();
}

template <class Integer>
std::optional<Integer> whole_number(const Json& json) {
  const std::string& text = json.number_text();
  Integer value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Json Json::of_kind(Kind kind) {
  Json json;
  json.kind_ = kind;
  return json;
}

Result<Json> Json::number(std::string_view text) {
  if (text.size() > JsonLimits{}.number_bytes_max) return refused("a number is too long");
  if (!is_number_text(text)) return refused("'" + std::string(text) + "' is not a number as JSON writes it");
  Json json = of_kind(Kind::number);
  json.text_ = text;
  if (!std::isfinite(*json.real())) return refused("the number " + json.text_ + " is too large");
  return json;
}

std::string_view Json::kind_words() const {
  switch (kind_) {
    case Kind::null: return "null";
    case Kind::boolean: return flag_ ? "true" : "false";
    case Kind::number: return "a number";
    case Kind::string: return "text";
    case Kind::array: return "a list";
    case Kind::object: return "an object";
  }
  assertion_failed("kind", "a JSON kind outside its closed list", __FILE__, __LINE__);
}

std::optional<bool> Json::boolean() const { return is_boolean() ? std::optional(flag_) : std::nullopt; }
const std::string& Json::text() const { return is_string() ? text_ : kNoText; }
const std::string& Json::number_text() const { return is_number() ? text_ : kNoText; }
std::optional<std::int64_t> Json::integer() const { return whole_number<std::int64_t>(*this); }

std::optional<std::uint64_t> Json::natural() const {
  if (number_text() == "-0") return 0;
  return whole_number<std::uint64_t>(*this);
}

std::optional<double> Json::real() const {
  if (!is_number()) return std::nullopt;
  // from_chars, not strtod: it asks no locale.
  double value = 0;
  const auto problem = std::from_chars(text_.data(), text_.data() + text_.size(), value).ec;
  if (problem == std::errc()) return value;
  // Out of range, which happens both ways: a negative exponent, or digits after a point, mean "too close to zero".
  const std::size_t exponent = text_.find_first_of("eE");
  const bool tiny = exponent != std::string::npos ? text_[exponent + 1] == '-' : text_.find('.') != std::string::npos;
  return tiny ? 0.0 : HUGE_VAL;
}

const Json* Json::find(std::string_view key) const {
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  return found == keys_.end() ? nullptr : &items_[static_cast<std::size_t>(found - keys_.begin())];
}

bool Json::operator==(const Json& other) const {
  return kind_ == other.kind_ && flag_ == other.flag_ && text_ == other.text_ && keys_ == other.keys_ && items_ == other.items_;
}

Json& Json::set(std::string_view key, Json value) {
  EVENHAND_ASSERT(is_object(), "a member was set on something that is no object");
  if (const Json* found = find(key)) {
    items_[static_cast<std::size_t>(found - items_.data())] = std::move(value);
  } else {
    keys_.emplace_back(key);
    items_.push_back(std::move(value));
  }
  return *this;
}

Json& Json::push(Json value) {
  EVENHAND_ASSERT(is_array(), "an item was added to something that is no list");
  items_.push_back(std::move(value));
  return *this;
}

}  // namespace evenhand
