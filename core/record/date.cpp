// Dates as people write them in action plans.
#include <array>
#include <cctype>
#include <limits>

#include "core/record/value.h"

namespace evenhand {

namespace {

using Precision = PartialDate::Precision;

// Days since 1970-01-01 of a civil date. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int32_t days_from_civil(int y, int m, int d) {
  y -= m <= 2;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400;
  const int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

int days_in_month(int year, int month) {
  return days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - days_from_civil(year, month, 1);
}

std::vector<std::string> tokens_of(std::string_view words) {
  std::vector<std::string> tokens;
  std::string token;
  const auto flush = [&] {
    if (!token.empty()) tokens.push_back(std::move(token));
    token.clear();
  };
  bool was_digit = false;
  for (const char raw : words) {
    const auto c = static_cast<unsigned char>(raw);
    const bool digit = std::isdigit(c) != 0;
    if (std::isalnum(c) == 0) {
      flush();
      if (c == '/') tokens.emplace_back("/");
      continue;
    }
    if (!token.empty() && digit != was_digit && token != "q" && token != "Q") flush();
    token += static_cast<char>(std::tolower(c));
    was_digit = digit;
  }
  flush();
  return tokens;
}

int month_of(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                                               "july",    "august",   "september", "october", "november", "december"};
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i].starts_with(word) || (word == "sept" && i == 8)) return static_cast<int>(i) + 1;
  }
  return 0;
}

std::optional<int> number_of(const std::string& word) {
  if (word.empty() || word.size() > 4) return std::nullopt;
  int number = 0;
  for (const char c : word) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<int> year_of(const std::string& word) {
  const auto number = number_of(word);
  if (!number) return std::nullopt;
  if (word.size() == 4 && *number >= 1900 && *number < 2200) return *number;
  if (word.size() == 2) return 2000 + *number;
  return std::nullopt;
}

std::optional<PartialDate> day(int y, int m, int d) {
  if (m < 1 || m > 12 || d < 1 || d > days_in_month(y, m)) return std::nullopt;
  const std::int32_t n = days_from_civil(y, m, d);
  return PartialDate{Precision::day, n, n};
}
PartialDate months(Precision precision, int y, int m, int count) {
  const int last = m + count - 1;
  const int last_year = y + (last - 1) / 12;
  const int last_month = (last - 1) % 12 + 1;
  return {precision, days_from_civil(y, m, 1), days_from_civil(last_year, last_month, days_in_month(last_year, last_month))};
}

// A financial year such as 2023/24 runs from April; `from` is where its first token stands.
std::optional<int> financial_year(const std::vector<std::string>& t, std::size_t from) {
  if (t.size() != from + 3 || t[from + 1] != "/" || t[from].size() != 4) return std::nullopt;
  const auto first = year_of(t[from]);
  const auto second = number_of(t[from + 2]);
  if (!first || !second || *second % 100 != (*first + 1) % 100) return std::nullopt;
  return first;
}

std::optional<PartialDate> read_quarter(const std::vector<std::string>& t) {
  if (t.empty() || t[0].size() != 2 || t[0][0] != 'q' || t[0][1] < '1' || t[0][1] > '4') return std::nullopt;
  const int quarter = t[0][1] - '0';
  const auto year = financial_year(t, 1);
  if (!year) return std::nullopt;
  return months(Precision::quarter, quarter == 4 ? *year + 1 : *year, quarter == 4 ? 1 : 1 + quarter * 3, 3);
}

std::optional<PartialDate> read_year(const std::vector<std::string>& t) {
  const bool end = !t.empty() && t[0] == "end";
  const std::size_t from = end ? (t.size() > 1 && t[1] == "of" ? 2 : 1) : 0;
  if (const auto year = financial_year(t, from)) {
    PartialDate date = months(end ? Precision::year_end : Precision::year, *year, 4, 12);
    if (end) date.first_day = date.last_day;
    return date;
  }
  if (t.size() == from + 1 && t[from].size() == 4) {
    if (const auto year = year_of(t[from])) {
      PartialDate date = months(end ? Precision::year_end : Precision::year, *year, 1, 12);
      if (end) date.first_day = date.last_day;
      return date;
    }
  }
  return std::nullopt;
}

std::optional<PartialDate> read_month_or_day(const std::vector<std::string>& t) {
  if (t.size() == 2) {
    if (const int month = month_of(t[0]); month != 0) {
      if (const auto year = year_of(t[1])) return months(Precision::month, *year, month, 1);
    }
    const auto month = number_of(t[1]);
    if (t[0].size() == 4 && month && *month >= 1 && *month <= 12) {
      if (const auto year = year_of(t[0])) return months(Precision::month, *year, *month, 1);
    }
  }
  if (t.size() == 3) {
    if (t[0].size() == 4 && year_of(t[0]) && number_of(t[1]) && number_of(t[2])) return day(*year_of(t[0]), *number_of(t[1]), *number_of(t[2]));
    if (number_of(t[0]) && month_of(t[1]) != 0 && year_of(t[2])) return day(*year_of(t[2]), month_of(t[1]), *number_of(t[0]));
  }
  if (t.size() == 4 && number_of(t[0]) && (t[1] == "st" || t[1] == "nd" || t[1] == "rd" || t[1] == "th") && month_of(t[2]) != 0 && year_of(t[3])) {
    return day(*year_of(t[3]), month_of(t[2]), *number_of(t[0]));
  }
  if (t.size() == 5 && t[1] == "/" && t[3] == "/" && number_of(t[0]) && number_of(t[2]) && year_of(t[4])) {
    return day(*year_of(t[4]), *number_of(t[2]), *number_of(t[0]));  // British order: day/month/year
  }
  return std::nullopt;
}

}  // namespace

Result<PartialDate> parse_date(std::string_view words) {
  const std::vector<std::string> tokens = tokens_of(words);
  if (tokens.size() == 1 && tokens[0] == "ongoing") {
    constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max();
    return PartialDate{Precision::ongoing, kNever, kNever};
  }
  if (const auto date = read_quarter(tokens)) return *date;
  if (const auto date = read_year(tokens)) return *date;
  if (const auto date = read_month_or_day(tokens)) return *date;
  return refused("is not a date that can be read: \"" + std::string(words) + "\"", "",
                 "Write 31 March 2026, 2026-03-31, Sep-26, Q3 2025/26, 2025/26, End 2025/26 or Ongoing.");
}

}  // namespace evenhand
