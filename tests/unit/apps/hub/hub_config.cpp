#include "apps/hub/hub_config.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

Result<HubConfig> config_with(const std::string& quota) {
  const Scratch scratch;
  const auto file = scratch / "hub.json";
  std::ofstream(file) << R"({"title": "Hub", "data": "/var/lib/hub", "quota": )" << quota << "}";
  return HubConfig::read(file);
}

}  // namespace

TEST_CASE("of the numbers of a space an organisation may fill half, unless the configuration says how many") {
  const auto usual = config_with("{}"), less = config_with(R"({"frames_per_space": 1000, "pieces_per_space": 90})");
  const auto said = config_with(R"({"frames_per_organisation": 7, "frames_per_space": 1000, "pieces_per_space": 90, "pieces_per_organisation": 8})");
  REQUIRE((usual.ok() && less.ok() && said.ok()));
  CHECK(usual->quota.frames_per_organisation == RelayQuota().frames_per_organisation);
  CHECK(usual->quota.pieces_per_organisation == RelayQuota().pieces_per_organisation);
  CHECK(less->quota.frames_per_organisation == 500);
  CHECK(less->quota.pieces_per_organisation == 45);
  CHECK(said->quota.frames_per_organisation == 7);
  CHECK(said->quota.pieces_per_organisation == 8);
  CHECK_THAT(config_with(R"({"frames_per_organization": 7})").error().where, Catch::EndsWith(": quota.frames_per_organization"));
}
