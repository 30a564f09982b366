#include <catch2/catch.hpp>

#include "core/record/value.h"

using namespace evenhand;
using Precision = PartialDate::Precision;

namespace {
// Days since 1970-01-01, from date(1): 2024-03-20 is 19802.
constexpr std::int32_t k20March2024 = 19802;

PartialDate read(const char* words) {
  const auto date = parse_date(words);
  INFO(words);
  REQUIRE(date.ok());
  return *date;
}
}  // namespace

TEST_CASE("dates are read as people print them in action plans") {
  CHECK(read("20 March 2024").first_day == k20March2024);
  CHECK(read("2024-03-20").first_day == k20March2024);
  CHECK(read("20/03/2024").first_day == k20March2024);
  CHECK(read("20th March 2024").first_day == k20March2024);
  CHECK(read("Mar-24").first_day == k20March2024 - 19);
  CHECK(read("March 2024").last_day == k20March2024 + 11);
  CHECK(read("Q4 2023/24").first_day == k20March2024 - 19 - 60);
  CHECK(read("Q4 2023/24").last_day == k20March2024 + 11);
  CHECK(read("2023/24").last_day == k20March2024 + 11);
  CHECK(read("End 2023/24").first_day == k20March2024 + 11);
  CHECK(read("2024").precision == Precision::year);
  CHECK(read("Ongoing").precision == Precision::ongoing);
  CHECK(read("29 February 2024").precision == Precision::day);
}

TEST_CASE("what is no date is refused, with a way to write one") {
  for (const char* words : {"", "tbc", "soon", "32 March 2024", "29 February 2023", "2023/25", "Q5 2023/24", "March", "13/13/2024", "20 March 20240"}) {
    const auto date = parse_date(words);
    INFO(words);
    REQUIRE_FALSE(date.ok());
    CHECK_FALSE(date.error().next.empty());
  }
}
