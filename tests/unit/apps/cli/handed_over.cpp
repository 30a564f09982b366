// Commands that name a space, given while another process holds the workspace: what they write stands where it would stand without it.
#include <catch2/catch.hpp>

#include "apps/cli/session.h"
#include "core/engine/share.h"
#include "core/store/blob_store.h"
#include "tests/unit/apps/cli/background.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Background;
using test::Desk;
using Catch::Contains;

namespace {

Workspace look_into(const Desk& desk) {
  auto opened = Workspace::open(desk.workspace, OpenMode::read_only, cli::machine_clock(), cli::machine_random());
  REQUIRE(opened.ok());
  return std::move(*opened);
}

bool stands_in(const Workspace& workspace, SpaceKind kind, const EntityId& id) {
  const auto found = workspace.space_of(kind).fold.find(id);
  REQUIRE(found.ok());
  return found->has_value();
}

EntityId id_of(const Json& record) { return *EntityId::from_hex(record.find("id")->text()); }

}  // namespace

TEST_CASE("a copy that the holder writes for another process stands in the shared space and not at home") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Texts before appointments", "--outcome", "1A", "--text", "It helps."});
  const EntityId original = id_of(desk.json({"evidence", "list"}).items()[0]);
  auto serving = Background::serving(desk.scratch, desk.workspace);
  desk.good({"share", "copy", "Texts before appointments"});
  CHECK(serving.end() == 0);
  const Workspace workspace = look_into(desk);
  const EntityId copy = copy_id_of(workspace.space_of(SpaceKind::cycle).id, original);
  CHECK(stands_in(workspace, SpaceKind::cycle, copy));
  CHECK_FALSE(stands_in(workspace, SpaceKind::organisation, copy));
}

TEST_CASE("an attachment of what is copied beside a holder stands whole in the shared space, and nothing half does") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Texts before appointments", "--outcome", "1A", "--text", "It helps."});
  const std::filesystem::path file = desk.scratch / "letter.txt";
  const std::string words(600'000, 'w');
  std::ofstream(file) << words;
  desk.good({"evidence", "attach", "Texts before appointments", file.string(), "--title", "The letter"});
  const EntityId attached = id_of(desk.json({"file", "list"}).items()[0]);
  auto serving = Background::serving(desk.scratch, desk.workspace);
  desk.good({"share", "copy", "Texts before appointments"});
  desk.good({"share", "copy", attached.hex()});
  CHECK(serving.end() == 0);
  const Workspace workspace = look_into(desk);
  const auto blobs = BlobStore::open(workspace.space_of(SpaceKind::cycle).folder / "blobs", OpenMode::read_only);
  REQUIRE(blobs.ok());
  REQUIRE(blobs->list()->size() == 1);
  CHECK(blobs->size_of(blobs->list()->front()).value() == words.size());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace.space_of(SpaceKind::cycle).folder / "blobs")) files += entry.is_regular_file() ? 1 : 0;
  CHECK(files == 1);
}

TEST_CASE("an import over two spaces is taken back whole through the holder, and once") {
  Desk desk;
  desk.good({"init", "--name", "Northmere Community NHS Trust"});
  const std::string file = (desk.scratch / "data.json").string();
  std::ofstream(file) << R"({"format":"evenhand-data/1","title":"Report","records":[{"type":"organisation","id":"o","fields":{"name":"Trust"}},)"
                      << R"({"type":"cycle","id":"c","fields":{"title":"EDS","framework":"eds-2022","policy":"nhs-eds-2022"}}]})";
  desk.good({"import", file});
  REQUIRE(desk.json({"cycle", "list"}).size() == 1);
  auto serving = Background::serving(desk.scratch, desk.workspace);
  CHECK_THAT(desk.good({"undo"}), Contains("import"));
  CHECK(desk.json({"cycle", "list"}).size() == 0);
  CHECK(desk.json({"organisation", "list"}).size() == 1);  // its own
  CHECK(desk.run({"undo"}).exit == 5);
  CHECK(serving.end() == 0);
}

TEST_CASE("a verdict on two records of a shared space stands in that space, whoever writes it") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"service", "add", "virtual WARDS"});
  const Json services = desk.json({"service", "list"});
  REQUIRE(services.size() == 2);
  auto serving = Background::serving(desk.scratch, desk.workspace);
  desk.good({"conflict", "same", services.items()[0].find("short_id")->text(), services.items()[1].find("short_id")->text()});
  CHECK(serving.end() == 0);
  const Workspace workspace = look_into(desk);
  const auto verdicts = workspace.records("duplicate");
  REQUIRE(verdicts.ok());
  REQUIRE(verdicts->size() == 1);
  CHECK(stands_in(workspace, SpaceKind::cycle, verdicts->front().id()));
  CHECK_FALSE(stands_in(workspace, SpaceKind::organisation, verdicts->front().id()));
}

TEST_CASE("a dry run beside a holder says what the command itself would say, and writes nothing") {
  Desk desk;
  desk.found();
  auto serving = Background::serving(desk.scratch, desk.workspace);
  CHECK_THAT(desk.good({"service", "add", "Virtual ward", "--dry-run"}), Contains("Would add service"));
  desk.good({"service", "add", "Virtual ward", "--dry-run", "--json"});
  desk.good({"grade", "record", "2A", "2", "--reason", "Agreed.", "--dry-run"});
  CHECK(desk.run({"service", "add", "--dry-run"}).exit == 2);
  CHECK(desk.json({"service", "list"}).size() == 0);
  CHECK(serving.end() == 0);
}
