#include "core/engine/workspace.h"

#include <catch2/catch.hpp>

#include "core/codec/archive.h"
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

TEST_CASE("a removed record that is entered again is back, were its values the same; brought in by a file it stays removed") {
  Desk desk;
  Workspace workspace = desk.found();
  const EntityId cycle = entered(workspace, new_cycle()).entities.front();
  entered(workspace, {"cycle", cycle, Verb::removed, {}});
  Command again;
  again.changes = {{"cycle", cycle, Verb::changed, {{"title", std::string("EDS 2025/26")}}}};
  again.is_import = true;
  REQUIRE(workspace.submit(again).ok());
  CHECK((*workspace.find(cycle))->is_removed());
  again.is_import = false;
  REQUIRE(workspace.submit(again).ok());
  CHECK_FALSE((*workspace.find(cycle))->is_removed());
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

TEST_CASE("undo goes on past an import that is undone already, to what was entered before it") {
  Desk desk;
  Workspace workspace = desk.found();
  const EntityId cycle = entered(workspace, new_cycle()).entities.front();
  const std::string text = R"({"format":"evenhand-data/1","title":"T","records":[{"type":"group","id":"s","fields":{"name":"Carers","code":"carers","category":"local"}}]})";
  const auto imported = import_data(workspace, text, "file");
  INFO((imported.ok() ? "" : imported.error().sentence()));
  REQUIRE(imported.ok());
  REQUIRE(workspace.undo().ok());
  CHECK(workspace.records("group")->empty());
  REQUIRE(workspace.undo().ok());
  CHECK((*workspace.find(cycle))->is_removed());
}

TEST_CASE("an import cut short, undone and brought in again is whole") {
  Desk desk;
  Workspace workspace = desk.found();
  std::string text = R"({"format":"evenhand-data/1","title":"T","records":[)";
  for (int i = 0; i < 450; ++i) {
    text += std::string(i == 0 ? "" : ",") + R"({"type":"group","id":"s)" + std::to_string(i) + R"(","fields":{"name":"S","code":"s","category":"local"}})";
  }
  text += "]}";
  int asked = 0;
  REQUIRE_FALSE(import_data(workspace, text, "file", {}, [&] { return ++asked < 2; }).ok());
  const auto preview = preview_import(text, "file");
  REQUIRE(preview.ok());
  const EntityId batch = *EntityId::from(sha256(encode(workspace.space_of(SpaceKind::cycle).id, text)).view().first(16));
  REQUIRE(workspace.undo_batch(BatchId{batch.bytes}).ok());
  REQUIRE(import_data(workspace, text, "file").ok());
  CHECK(workspace.records("group")->size() == 450);
}

TEST_CASE("undo of what is sealed is known as an undo, so a second one does not bring it back") {
  Desk desk;
  Workspace workspace = desk.found();
  const EntityId cycle = entered(workspace, new_cycle()).entities.front();
  RecordChange person{"person", {}, Verb::changed, {}};
  for (const FieldSpec& field : find_record_type("person")->fields) {
    if (!field.required) continue;
    auto value = parse_value(field, field.type == FieldType::choice ? field.choices.substr(0, field.choices.find('|')) : field.example);
    REQUIRE(value.ok());
    person.set.push_back({std::string(field.name), *value});
  }
  const EntityId id = entered(workspace, person).entities.front();
  REQUIRE(workspace.undo().ok());
  CHECK((*workspace.find(id))->is_removed());
  REQUIRE(workspace.undo().ok());
  CHECK((*workspace.find(id))->is_removed());
  CHECK((*workspace.find(cycle))->is_removed());
}

TEST_CASE("keys that others can read are refused, with what to do") {
  Desk desk;
  { Workspace workspace = desk.found(); }
  for (const char* name : {"device.key", "people.vault"}) {
    const auto file = desk.folder / "keys" / name;
    std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    const auto opened = Workspace::open(desk.folder, OpenMode::read_write, desk.clock, desk.random);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == ErrorCode::refused);
    std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::remove);
  }
  desk.open();
}

TEST_CASE("a description that lacks a space is called damaged") {
  Desk desk;
  { Workspace workspace = desk.found(); }
  const std::string text = R"({"format":"evenhand-workspace/1","organisation":"00112233445566778899aabbccddeeff","spaces":[]})";
  REQUIRE(write_file_durably(desk.folder / "workspace.json", view_of(text)).ok());
  const auto opened = Workspace::open(desk.folder, OpenMode::read_only, desk.clock, desk.random);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == ErrorCode::corrupt);
}

TEST_CASE("a number of hundreds of decimals is refused, and a huge one is no grade") {
  CHECK_FALSE(Decimal::parse("0." + std::string(256, '0') + "1").ok());
  CHECK_FALSE(GradeValue::parse("9223372036854775807").ok());
  CHECK(GradeValue::parse("3")->halves == 6);
  CHECK(GradeValue::parse("1.50")->halves == 3);
}

TEST_CASE("a long title of a data file is cut between letters, and the import goes through") {
  Desk desk;
  Workspace workspace = desk.found();
  std::string title = "x";
  for (int i = 0; i < 200; ++i) title += "\xC3\xA9";
  const std::string text = R"({"format":"evenhand-data/1","title":")" + title +
                           R"(","records":[{"type":"group","id":"s","fields":{"name":"Carers","code":"carers","category":"local"}}]})";
  const auto imported = import_data(workspace, text, "file");
  INFO((imported.ok() ? "" : imported.error().sentence()));
  CHECK(imported.ok());
}
