#include <algorithm>

#include "plugins/query/run_terms.h"

namespace evenhand::query {

std::optional<Decimal> number_from(std::string_view text) {
  Decimal number;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  bool is_fraction = false;
  std::size_t digits = 0;
  for (const char one : text) {
    if (one == '.' && !is_fraction) {
      is_fraction = true;
      continue;
    }
    if (one < '0' || one > '9' || ++digits > 18) return std::nullopt;
    number.value = number.value * 10 + (one - '0');
    number.decimals += is_fraction ? 1 : 0;
  }
  if (digits == 0 || number.decimals > 6 || text.ends_with('.')) return std::nullopt;
  if (is_negative) number.value = -number.value;
  return number;
}

std::optional<std::int64_t> day_from(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t length) { return number_from(text.substr(from, length)); };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2);
  if (!year || !month || !day || year->value < 1 || month->value < 1 || month->value > 12 || day->value < 1 || day->value > 31) return std::nullopt;
  // Days from the civil calendar, years that begin in March (Hinnant, "chrono-compatible low-level date algorithms").
  const std::int64_t y = year->value - (month->value <= 2 ? 1 : 0);
  const std::int64_t era = y / 400, of_era = y % 400;
  const std::int64_t of_year = (153 * (month->value + (month->value > 2 ? -3 : 9)) + 2) / 5 + day->value - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

namespace {

char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one; }

bool contains(std::string_view text, std::string_view part) {
  const auto is_alike = [](char a, char b) { return lower(a) == lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), is_alike) != text.end();
}

bool starts(std::string_view text, std::string_view part) { return contains(text.substr(0, part.size()), part); }

/// The text of a literal: its own, or that of the option; nothing when the host has not set it.
std::optional<std::string_view> text_of(const Literal& literal, const Results& results) {
  if (!literal.is_option) return literal.text;
  const auto at = results.input.options.find(literal.text);
  if (at == results.input.options.end()) return std::nullopt;
  return at->second;
}

bool is_equal(const Value& value, const Literal& literal, const Results& results) {
  if (literal.has_number && value.has_number) return compare_numbers(value.number, value.decimals, literal.number, literal.decimals) == 0;
  const auto wanted = text_of(literal, results);
  if (!wanted) return false;
  if (value.count == 0) return value.text == *wanted;
  const auto texts = results.pool.texts(value);
  return std::find(texts.begin(), texts.end(), *wanted) != texts.end();
}

bool is_ordered(Test test, const Value& value, const Literal& literal) {
  if (!value.has_number || !literal.has_number) return false;
  const int order = compare_numbers(value.number, value.decimals, literal.number, literal.decimals);
  switch (test) {
    case Test::before:
    case Test::less: return order < 0;
    case Test::after:
    case Test::greater: return order > 0;
    case Test::at_least: return order >= 0;
    default: return order <= 0;
  }
}

bool has_part(Test test, const Value& value, const Literal& literal, const Results& results) {
  const auto part = text_of(literal, results);
  if (!part) return false;
  const auto texts = results.pool.texts(value);
  return std::any_of(texts.begin(), texts.end(), [&](std::string_view text) { return test == Test::starts ? starts(text, *part) : contains(text, *part); });
}

Truth truth_of(bool is_true) { return is_true ? Truth::yes : Truth::no; }

Truth same(const Value& value, const Value& other, const Pool& pool) {
  const auto is_open = [](const Value& one) { return one.state == State::masked || one.state == State::conflict; };
  if (is_open(value) || is_open(other)) return Truth::unknown;
  if (value.has_number && other.has_number) return truth_of(compare_numbers(value.number, value.decimals, other.number, other.decimals) == 0);
  return truth_of(are_same(value, other, pool));
}

Truth tested(const Condition& condition, const Value& value, const Frame& frame, std::size_t row, Results& results) {
  switch (condition.test) {
    case Test::missing: return truth_of(value.state == State::missing);
    case Test::masked: return truth_of(value.state == State::masked);
    case Test::conflict: return truth_of(value.state == State::conflict);
    case Test::known: return truth_of(value.is_known());
    case Test::same_as: return same(value, value_at(condition.other, frame, row, results), results.pool);
    default: break;
  }
  if (value.state == State::masked || value.state == State::conflict) return Truth::unknown;
  if (value.state == State::missing) return Truth::no;
  return truth_of(std::any_of(condition.literals.begin(), condition.literals.end(), [&](const Literal& literal) {
    if (condition.test == Test::one_of) return is_equal(value, literal, results);
    if (condition.test == Test::contains || condition.test == Test::starts) return has_part(condition.test, value, literal, results);
    return is_ordered(condition.test, value, literal);
  }));
}

}  // namespace

Truth holds(const Condition& condition, const Frame& frame, std::size_t row, Results& results) {
  if (condition.kind == Condition::Kind::test) return tested(condition, value_at(condition.field, frame, row, results), frame, row, results);
  if (condition.kind == Condition::Kind::no) {
    const Truth inner = holds(condition.parts.front(), frame, row, results);
    return inner == Truth::yes ? Truth::no : inner == Truth::no ? Truth::yes : Truth::unknown;
  }
  const bool is_any = condition.kind == Condition::Kind::any;
  Truth all = is_any ? Truth::no : Truth::yes;
  for (const Condition& part : condition.parts) {
    const Truth one = holds(part, frame, row, results);
    all = is_any ? std::max(all, one) : std::min(all, one);
    if (all == (is_any ? Truth::yes : Truth::no)) break;
  }
  return all;
}

}  // namespace evenhand::query
