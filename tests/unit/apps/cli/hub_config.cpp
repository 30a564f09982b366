// What hub serve --dry-run says of a configuration.
#include "core/os/files.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using Catch::Contains;

TEST_CASE("a configuration that a hub would not serve is refused by --dry-run already, and the file is named") {
  const test::Desk desk;
  const std::string file = (desk.scratch / "hub.json").string();
  const auto tried = [&](const std::string& more) {
    REQUIRE(write_file_durably(file, view_of(R"({"title": "Community hub", "data": "/var/lib/hub")" + more + "}")));
    return test::run_program({"hub", "serve", "--config", file, "--dry-run"});
  };
  CHECK(tried("").exit == 0);
  CHECK(tried(R"(, "listen": "127.0.0.1:7521", "metrics": "127.0.0.1:7522")").exit == 0);
  for (const char* more : {R"(, "metrics": "0.0.0.0:7521")", R"(, "listen": "0.0.0.0:7521", "metrics": "127.0.0.1:7521")", R"(, "quotas": {})", R"(, "quota": {"bytes": 1})", R"(, "listen": 4)"}) {
    const test::Ran ran = tried(more);
    INFO(more << ran.err);
    CHECK(ran.exit == 2);
    CHECK_THAT(ran.err, Contains("hub.json"));
  }
  CHECK_THAT(tried(R"(, "quotas": {})").err, Contains("does not know") && Contains("quotas"));
}
