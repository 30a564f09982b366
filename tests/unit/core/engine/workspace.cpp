#include "core/engine/workspace.h"

#include <catch2/catch.hpp>

#include "core/engine/attachments.h"
#include "core/engine/import.h"
#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct FixedClock : Clock {
  std::int64_t ms = 1'700'000'000'000;
  ClaimedTime now() override { return {ms += 1000}; }
};

struct Desk {
  Scratch scratch;
  FixedClock clock;
  SeededRandom random{1};
  std::filesystem::path folder = scratch.folder() / "ws";

  Workspace found() {
    auto workspace = Workspace::create(folder, {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random);
    INFO((workspace.ok() ? "" : workspace.error().sentence()));
    REQUIRE(workspace.ok());
    return std::move(*workspace);
  }
  Workspace open(OpenMode mode = OpenMode::read_write) {
    auto workspace = Workspace::open(folder, mode, clock, random);
    INFO((workspace.ok() ? "" : workspace.error().sentence()));
    REQUIRE(workspace.ok());
    return std::move(*workspace);
  }
};

Receipt entered(Workspace& workspace, RecordChange change) {
  Command command;
  command.changes.push_back(std::move(change));
  auto receipt = workspace.submit(command);
  INFO((receipt.ok() ? "" : receipt.error().sentence()));
  REQUIRE(receipt.ok());
  return *receipt;
}

RecordChange new_cycle() {
  return {"cycle", {}, Verb::changed, {{"title", std::string("EDS 2025/26")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}};
}

std::string read_source(const std::string& path) {
  auto bytes = read_file(std::string(EVENHAND_SOURCE_DIR) + "/" + path, 64 << 20);
  REQUIRE(bytes.ok());
  return std::string(text_of(*bytes));
}

}  // namespace

TEST_CASE("what was entered is there after the workspace is opened again") {
  Desk desk;
  EntityId cycle;
  {
    Workspace workspace = desk.found();
    cycle = entered(workspace, new_cycle()).entities.front();
  }
  Workspace again = desk.open();
  const auto record = again.find(cycle);
  REQUIRE(record.ok());
  REQUIRE(record->has_value());
  CHECK((*record)->text("title") == "EDS 2025/26");
  const auto organisations = again.records("organisation");
  REQUIRE(organisations.ok());
  REQUIRE(organisations->size() == 1);
  CHECK(organisations->front().text("short_name") == "NCT");
}

TEST_CASE("undo restores the earlier value, then takes back the creation, and says when nothing is left") {
  Desk desk;
  Workspace workspace = desk.found();
  const EntityId cycle = entered(workspace, new_cycle()).entities.front();
  entered(workspace, {"cycle", cycle, Verb::changed, {{"title", std::string("Renamed")}}});
  REQUIRE(workspace.undo().ok());
  CHECK((*workspace.find(cycle))->text("title") == "EDS 2025/26");
  REQUIRE(workspace.undo().ok());
  CHECK((*workspace.find(cycle))->is_removed());
}

TEST_CASE("the published reports import whole, twice without a change, and vanish as one when undone") {
  Desk desk;
  Workspace workspace = desk.found();
  const std::string text = read_source("data/published/ccs-2023-24.json");
  auto outcome = import_data(workspace, text, "ccs");
  INFO((outcome.ok() ? "" : outcome.error().sentence()));
  REQUIRE(outcome.ok());
  CHECK(outcome->created == outcome->file.records);
  CHECK(workspace.records("grade")->size() == 19);
  CHECK(workspace.records("engagement")->size() == 30);

  const auto again = import_data(workspace, text, "ccs");
  REQUIRE(again.ok());
  CHECK(again->created == 0);
  CHECK(again->unchanged == again->file.records);

  REQUIRE(workspace.undo().ok());
  CHECK(workspace.records("grade")->empty());
}

TEST_CASE("the fictional cycle imports with people sealed, and rebuilding gives the same digests") {
  Desk desk;
  Workspace workspace = desk.found();
  auto outcome = import_data(workspace, read_source("data/demonstration/fenmarsh-2025-26.json"), "fenmarsh");
  INFO((outcome.ok() ? "" : outcome.error().sentence()));
  REQUIRE(outcome.ok());
  CHECK(outcome->created == outcome->file.records);
  CHECK(outcome->changed == 0);
  CHECK_FALSE(workspace.records("person")->empty());
  for (const auto& space : *workspace.rebuild({})) CHECK(space.before == space.after);
}

TEST_CASE("an attachment comes back byte for byte, once per space, and its name on disk stays sealed") {
  Desk desk;
  Workspace workspace = desk.found();
  const EntityId cycle = entered(workspace, new_cycle()).entities.front();
  const EntityId evidence = entered(workspace, {"evidence", {}, Verb::changed,
                                                {{"organisation", workspace.organisation()}, {"cycle", cycle}, {"outcome", std::string("1A")}, {"title", std::string("Survey")}}})
                                .entities.front();
  Bytes bytes(700'000);
  desk.random.fill(bytes);
  const auto file = desk.scratch / "canary-name.pdf";
  REQUIRE(write_file_durably(file, bytes).ok());
  const auto first = attach(workspace, evidence, file, "Survey results");
  INFO((first.ok() ? "" : first.error().sentence()));
  REQUIRE(first.ok());
  REQUIRE(attach(workspace, evidence, file, "Survey results again").ok());
  CHECK((*workspace.find(evidence))->references("files").size() == 2);

  const Record record = **workspace.find(first->file);
  CHECK(record.text("original_name") == "canary-name.pdf");
  REQUIRE(detach(workspace, record, desk.scratch / "back.pdf").ok());
  CHECK(*read_file(desk.scratch / "back.pdf", 1 << 20) == bytes);

  std::size_t blobs = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace.space_of(SpaceKind::organisation).folder)) {
    if (!entry.is_regular_file()) continue;
    if (entry.path().parent_path().filename() == "blobs") ++blobs;
    const auto content = read_file(entry.path(), 64 << 20);
    REQUIRE(content.ok());
    CHECK(text_of(*content).find("canary-name") == std::string_view::npos);
  }
  CHECK(blobs <= 1);
}
