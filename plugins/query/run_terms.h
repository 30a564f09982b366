/// Conditions and computed columns of single rows.
#pragma once

#include <optional>

#include "plugins/query/frame.h"

namespace evenhand::query {

struct Decimal {
  std::int64_t value = 0;
  unsigned decimals = 0;
};
/// "-7.50" → 750 with two decimals. Nothing when it has more than 6 decimals or 18 digits.
std::optional<Decimal> number_from(std::string_view text);
/// Days since 1970-01-01 of a day "YYYY-MM-DD".
std::optional<std::int64_t> day_from(std::string_view text);

/// What is not known stays so: a condition on a hidden or disputed value, and on its opposite, is neither true nor false.
enum class Truth : std::uint8_t { no, unknown, yes };
Truth holds(const Condition& condition, const Frame& frame, std::size_t row, Results& results);

/// A computed column for every row. Errors: refused (a look-up with too many matches, a sum beyond 64 bits).
Result<std::vector<Value>> compute(const Term& term, const Frame& frame, Results& results, std::size_t& undecided);

inline Value value_at(const Path& path, const Frame& frame, std::size_t row, Results& results) {
  const Value& first = frame.at(row, path.column);
  return path.hops.empty() ? first : results.follow(path, first);
}

}  // namespace evenhand::query
