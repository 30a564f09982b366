#include "core/policy/half_points.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("every way of writing the same number gives the same half points") {
  for (const char* text : {"1.5", "15e-1", "0.15e1", "1.50000", "150E-2", "0.0015e+3"}) {
    INFO(text);
    CHECK(half_points_from(text) == HalfPoints{3});
  }
  for (const char* text : {"0", "-0", "0.0", "-0.0e5", "0e-999", "0e9999"}) CHECK(half_points_from(text) == HalfPoints{0});
  CHECK(half_points_from("3.0") == HalfPoints{6});
  CHECK(half_points_from("3e0") == HalfPoints{6});
  CHECK(half_points_from("7.50") == HalfPoints{15});
  CHECK(half_points_from("999.5") == HalfPoints{1999});
}

TEST_CASE("what is no multiple of a half, is negative or is huge gives nothing, however close it comes") {
  for (const char* text : {"0.3", "1.25", "1.4999999999999999999999", "3.0000000000000000000000001", "0.05", "-1", "-0.5", "1e-400",
                           "1000", "1e3", "1e400", "1e99999999999999999999", "5e-2", "", "-", "x", "1x", "1e", "1.2.3"}) {
    INFO(text);
    CHECK_FALSE(half_points_from(text));
  }
}

TEST_CASE("half points settle to the whole points beside them") {
  CHECK(HalfPoints{3}.settled_down() == HalfPoints::whole(1));
  CHECK(HalfPoints{3}.settled_up() == HalfPoints::whole(2));
  CHECK(HalfPoints{4}.settled_up() == HalfPoints::whole(2));
  CHECK(HalfPoints{15}.text() == "7.5");
  CHECK(HalfPoints{1}.text() == "0.5");
  CHECK(HalfPoints{66}.text() == "33");
}
