#include <catch2/catch.hpp>

#include "core/engine/import.h"
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
