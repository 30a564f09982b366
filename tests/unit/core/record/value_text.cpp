#include <catch2/catch.hpp>

#include "core/record/value.h"

using namespace evenhand;

TEST_CASE("a number keeps the decimals that it was written with") {
  CHECK(Decimal::parse("7.50")->text() == "7.50");
  CHECK(Decimal::parse("-0.000001")->text() == "-0.000001");
  CHECK(Decimal::parse(" 12 ")->text() == "12");
  CHECK_FALSE(Decimal::parse("1.2.3").ok());
  CHECK_FALSE(Decimal::parse("").ok());
}

TEST_CASE("a number with more than six decimals is refused, however many it has") {
  for (const std::size_t zeros : {6, 254, 255, 256, 257, 600}) {
    INFO(zeros);
    CHECK_FALSE(Decimal::parse("0." + std::string(zeros, '0') + "5").ok());
  }
}

TEST_CASE("a grade is one of seven half steps; nothing else passes, not even beyond 64 bits") {
  CHECK(GradeValue::parse("1.5")->halves == 3);
  CHECK(GradeValue::parse("3.00")->halves == 6);
  CHECK(GradeValue::parse("0")->halves == 0);
  for (const char* no : {"3.5", "-0.5", "1.2", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "1.25", ""}) {
    INFO(no);
    CHECK_FALSE(GradeValue::parse(no).ok());
  }
}
