#include "core/policy/disclosure.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace evenhand;

namespace {
const DisclosureRule kRule{};
ShownCount masked() { return {}; }
ShownCount about(std::int64_t value) { return {Shown::rounded, value}; }
}  // namespace

TEST_CASE("counts of 1 to 7 people are masked, 0 is 0, others are rounded to 5") {
  CHECK(show_people(0, kRule) == about(0));
  for (int count = 1; count <= 7; ++count) CHECK(show_people(count, kRule) == masked());
  CHECK(show_people(8, kRule) == about(10));
  CHECK(show_people(12, kRule) == about(10));
  CHECK(show_people(13, kRule) == about(15));
  CHECK(show_people(1002, kRule) == about(1000));
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(show_people(kMost, kRule) == ShownCount{Shown::exact, kMost});
  CHECK(show_people(kMost - 2, kRule).value > 0);
}

TEST_CASE("the one masked count of a row cannot be worked out from the others") {
  CHECK(show_people_row({3, 20, 40}, kRule) == std::vector<ShownCount>{masked(), masked(), about(40)});
  CHECK(show_people_row({3, 4, 40}, kRule) == std::vector<ShownCount>{masked(), masked(), about(40)});
  CHECK(show_people_row({0, 3, 40}, kRule) == std::vector<ShownCount>{about(0), masked(), masked()});
  CHECK(show_people_row({10, 20}, kRule) == std::vector<ShownCount>{about(10), about(20)});
  CHECK(show_people_row({3}, kRule) == std::vector<ShownCount>{masked()});
}

TEST_CASE("totals of participants stay as they are") {
  CHECK(show_participants(4, kRule) == ShownCount{Shown::exact, 4});
  CHECK(show_participants(21, kRule) == ShownCount{Shown::exact, 21});
}

TEST_CASE("a split needs five votes, a breakdown five in every group") {
  CHECK_FALSE(may_show_split(4, kRule));
  CHECK(may_show_split(5, kRule));
  CHECK(may_show_breakdown({5, 9}, kRule));
  CHECK_FALSE(may_show_breakdown({50, 4}, kRule));
  CHECK_FALSE(may_show_breakdown({}, kRule));
}

TEST_CASE("a percentage that stands for a few people is masked with its n, from either side") {
  CHECK_FALSE(may_show_percentage("0.64", 156, kRule));   // one child
  CHECK_FALSE(may_show_percentage("99.36", 156, kRule));  // all but one
  CHECK_FALSE(may_show_percentage("100", 5, kRule));      // five replies
  CHECK_FALSE(may_show_percentage("7", 32, kRule));       // cannot be
  CHECK(may_show_percentage("50", 156, kRule));
  CHECK(may_show_percentage("0", 156, kRule));
  CHECK(may_show_percentage("100", 156, kRule));
  CHECK(may_show_percentage("25", 32, kRule));            // eight people
  CHECK_FALSE(may_show_percentage("22", 32, kRule));      // seven
}
