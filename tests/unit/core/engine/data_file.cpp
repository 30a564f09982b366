#include <catch2/catch.hpp>

#include "core/codec/archive.h"
#include "core/engine/import.h"
#include "core/engine/workspace_state.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

struct FixedClock : Clock {
  ClaimedTime now() override { return {1'700'000'000'000}; }
};

constexpr const char* kPage = "docs/formats/data-file.md";

}  // namespace

TEST_CASE("the example of the data file's page imports whole, and a second time changes nothing") {
  Scratch scratch;
  FixedClock clock;
  SeededRandom random(3);
  auto workspace = Workspace::create(scratch / "workspace", {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random);
  REQUIRE(workspace.ok());
  const std::string text = test::example_in(kPage);

  const auto first = import_data(*workspace, text, "example");
  INFO((first.ok() ? "" : first.error().sentence()));
  REQUIRE(first.ok());
  CHECK(first->created == 4);
  CHECK(first->warnings.empty());
  const auto grade = workspace->find(first->labels.at("podiatry-1A"));
  REQUIRE((grade.ok() && grade->has_value()));
  CHECK((*grade)->text("value") == "1.5");

  const auto again = import_data(*workspace, text, "example");
  REQUIRE(again.ok());
  CHECK(again->created == 0);
  CHECK(again->unchanged == 4);
}

TEST_CASE("a data file that breaks a rule of its page is refused with the record's place") {
  const std::string good = test::example_in(kPage);
  REQUIRE(preview_import(good, "f").ok());
  const auto refused_at = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const auto preview = preview_import(text, "f");
    return preview.ok() ? "not refused" : preview.error().where;
  };
  CHECK(refused_at("evenhand-data/1", "evenhand-data/9") == "f");
  CHECK(refused_at("\"type\": \"grade\"", "\"type\": \"grades\"") == "f, records[3]");
  CHECK(refused_at("\"1A\"", "\"1A\", \"colour\": 3") == "f, records[3] (grade \"podiatry-1A\")");
  CHECK(refused_at("@podiatry", "@chiropody") == "f, records[3] (grade \"podiatry-1A\")");
  CHECK(refused_at("1.5", "1.4") == "f, records[3] (grade \"podiatry-1A\")");
  CHECK(refused_at("\"id\": \"podiatry\"", "\"id\": \"trust\"") == "f, records[2] (service \"trust\")");
}

namespace {

constexpr std::string_view kMixed = R"({"format": "evenhand-data/1", "title": "Staff and wards", "records": [
  {"type": "cycle", "id": "cycle", "fields": {"title": "EDS 2025/26", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
  {"type": "group", "id": "group", "fields": {"name": "Carers", "code": "carers", "category": "local"}},
  {"type": "person", "id": "one", "fields": {"name": "Head of service", "consent": "contact"}},
  {"type": "person", "id": "two", "fields": {"name": "Ward lead", "consent": "contact"}}]})";

/// Everything that the log of a space holds.
std::string bytes_of(const Space& space) {
  std::string all;
  REQUIRE(space.log.read()->scan(1, [&](Arrival, const CommitView& commit) { return all += text_of(commit.bytes()), true; }).ok());
  return all;
}

}  // namespace

TEST_CASE("an import of shared and private records tells the shared space nothing of the file, and is undone in all") {
  Scratch scratch;
  FixedClock clock;
  SeededRandom random(3);
  auto made = Workspace::create(scratch / "workspace", {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock, random);
  REQUIRE(made.ok());
  Workspace& workspace = *made;
  const auto imported = import_data(workspace, kMixed, "mixed");
  INFO((imported.ok() ? "" : imported.error().sentence()));
  REQUIRE(imported.ok());
  const Space& shared = workspace.space_of(SpaceKind::cycle);
  const RecordSpec& spec = *find_record_type("batch");
  const auto batch_in = [&](SpaceKind kind) {
    auto state = workspace.space_of(kind).fold.find(imported->batch);
    REQUIRE((state.ok() && state->has_value()));
    return Record(spec, std::move(**state));
  };
  CHECK(batch_in(SpaceKind::cycle).integer("records") == 2);
  CHECK(batch_in(SpaceKind::people).integer("records") == 2);
  CHECK(batch_in(SpaceKind::people).text("title") == "Staff and wards");
  CHECK(batch_in(SpaceKind::cycle).text("source").empty());
  const std::string bytes = bytes_of(shared);
  CHECK(bytes.find("EDS 2025/26") != std::string::npos);
  CHECK(bytes.find("Staff and wards") == std::string::npos);
  CHECK(bytes.find(sha256(view_of(kMixed)).hex()) == std::string::npos);
  // Whoever guesses the file and knows the shared space cannot tell by the id either.
  CHECK(imported->batch != *EntityId::from(sha256(encode(shared.id, std::string(kMixed))).view().first(EntityId::kSize)));

  CHECK(import_data(workspace, kMixed, "mixed")->unchanged == 4);
  CHECK(workspace.records("person")->size() == 2);
  REQUIRE(workspace.undo().ok());
  for (const char* type : {"cycle", "group", "person"}) CHECK(workspace.records(type)->empty());
  REQUIRE(import_data(workspace, kMixed, "mixed").ok());
  CHECK(workspace.records("person")->size() == 2);
  CHECK(workspace.records("cycle")->size() == 1);
}
