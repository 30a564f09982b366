#include <catch2/catch.hpp>

#include "core/engine/import.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct StillClock : Clock {
  ClaimedTime now() override { return {1'700'000'000'000}; }
};

std::string report(bool is_published, const std::string& name) {
  return std::string(R"({"format":"evenhand-data/1","title":"Report","published_figures":)") + (is_published ? "true" : "false") +
         R"(,"records":[{"type":"organisation","id":"o1","fields":{"name":")" + name + R"("}}]})";
}

}  // namespace

TEST_CASE("another file of the same title changes published figures only as a correction, and the same file again changes nothing") {
  Scratch scratch;
  StillClock clock;
  SeededRandom random{5};
  auto workspace = Workspace::create(scratch / "ws", {"Northmere Trust", "NT", "laptop"}, clock, random);
  REQUIRE(workspace.ok());
  const auto first = import_data(*workspace, report(true, "As printed"), "file");
  INFO((first.ok() ? "" : first.error().sentence()));
  REQUIRE(first.ok());
  const EntityId id = first->labels.at("o1");
  const auto name = [&] { return (*workspace->find(id))->text("name"); };
  for (const bool is_published : {true, false}) {
    const auto changed = import_data(*workspace, report(is_published, "Otherwise"), "file");
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.error().code == ErrorCode::refused);
    CHECK(changed.error().sentence().find("published figures") != std::string::npos);
  }
  CHECK(name() == "As printed");
  CHECK(import_data(*workspace, report(true, "As printed"), "file")->unchanged == 1);
  CHECK(import_data(*workspace, report(true, "Corrected"), "file", {}, {}, PublishedFigures::are_corrected)->changed == 1);
  CHECK(name() == "Corrected");
}
