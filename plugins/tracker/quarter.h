/// Quarters of the financial year, April to March: "2024/25 Q1", so that they sort as text.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace evenhand::tracker {

/// The last day of what has no end: "Ongoing" (plugins/abi/input_tags.h, NUMBER of a date).
inline constexpr std::int64_t kNever = std::numeric_limits<std::int32_t>::max();

/// `day`: days since 1970-01-01. "No date" when there is none, "Ongoing" when it never ends.
inline std::string quarter_words(std::optional<std::int64_t> day) {
  if (!day) return "No date";
  if (*day >= kNever || *day < -719'468) return *day >= kNever ? "Ongoing" : "No date";
  // Days to year and month, years beginning in March: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  const std::int64_t shifted = *day + 719'468;
  const std::int64_t era = shifted / 146'097;
  const std::int64_t of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * of_year + 2) / 153;  // 0: March
  // A March belongs to the financial year that began in the April before.
  const std::int64_t month_from_april = (month_from_march + 11) % 12;
  const std::int64_t year = year_of_era + era * 400 - (month_from_march == 0 ? 1 : 0);
  const std::string next = std::to_string((year + 1) % 100);
  return std::to_string(year) + "/" + (next.size() == 1 ? "0" : "") + next + " Q" + std::to_string(month_from_april / 3 + 1);
}

/// As people write it: "Q1 2024/25" for "2024/25 Q1"; other words as they are.
inline std::string shown_quarter(const std::string& words) {
  const std::size_t blank = words.find(" Q");
  return blank == std::string::npos ? words : words.substr(blank + 1) + " " + words.substr(0, blank);
}

}  // namespace evenhand::tracker
