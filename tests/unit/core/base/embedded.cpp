#include "core/base/embedded.h"

#include <catch2/catch.hpp>
#include <algorithm>

#include "tests/support/source_file.h"

using namespace evenhand;

TEST_CASE("every embedded file has the bytes of the file in the project, and can be found") {
  const auto paths = embedded_files("data/");
  REQUIRE_FALSE(paths.empty());
  CHECK(std::is_sorted(paths.begin(), paths.end()));
  for (const auto path : paths) {
    INFO(path);
    const auto bytes = embedded_file(path);
    REQUIRE(bytes);
    CHECK(*bytes == test::source_file(std::string(path)));
  }
}

TEST_CASE("a path that was not linked in gives nothing") {
  CHECK_FALSE(embedded_file("data/policies/none.json"));
  CHECK_FALSE(embedded_file(""));
  CHECK_FALSE(embedded_file("data"));
  CHECK_FALSE(embedded_file("zzz"));
  CHECK(embedded_files("nothing/").empty());
}

TEST_CASE("a prefix gives only its own files") {
  for (const auto path : embedded_files("data/policies/")) CHECK(path.starts_with("data/policies/"));
  CHECK_FALSE(embedded_files("data/policies/").empty());
}
