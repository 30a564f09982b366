#include <catch2/catch.hpp>

#include <filesystem>

#include "core/engine/workspace.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct StillClock : Clock {
  ClaimedTime now() override { return {1'700'000'000'000}; }
};

Command new_cycle(const std::string& title) {
  Command command;
  command.changes.push_back({"cycle", {}, Verb::changed, {{"title", title}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
  return command;
}

}  // namespace

TEST_CASE("what was saved while the views broke is called saved, is not taken twice, and shows when the workspace is opened again") {
  Scratch scratch;
  StillClock clock;
  SeededRandom random{5};
  const auto folder = scratch / "ws";
  REQUIRE(Workspace::create(folder, {"Northmere Trust", "NT", "laptop"}, clock, random).ok());
  EntityId cycle;
  {
    auto workspace = Workspace::open(folder, OpenMode::read_write, clock, random);
    REQUIRE(workspace.ok());
    for (const Space& space : workspace->spaces()) std::filesystem::resize_file(space.folder / "views" / "data.mdb", 8192);  // all but the first pages
    const auto saved = workspace->submit(new_cycle("EDS 2025/26"));
    INFO((saved.ok() ? "" : saved.error().sentence()));
    REQUIRE(saved.ok());
    REQUIRE(saved->warnings.size() == 1);
    CHECK(saved->warnings.front().find("saved, but lists and reports could not be brought up to date") == 0);
    cycle = saved->entities.front();
    const auto next = workspace->submit(new_cycle("another"));
    REQUIRE_FALSE(next.ok());
    CHECK(next.error().code == ErrorCode::unavailable);
  }
  auto again = Workspace::open(folder, OpenMode::read_write, clock, random);
  INFO((again.ok() ? "" : again.error().sentence()));
  REQUIRE(again.ok());
  const auto cycles = again->records("cycle");
  REQUIRE(cycles.ok());
  REQUIRE(cycles->size() == 1);
  CHECK(cycles->front().id() == cycle);
  CHECK(again->submit(new_cycle("EDS 2026/27")).ok());
}
