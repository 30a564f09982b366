// The inventory of the two published reports, counted where a person would meet them: in the workspace.
#include <catch2/catch.hpp>

#include <algorithm>

#include "core/base/embedded.h"
#include "core/engine/import.h"
#include "core/engine/problems.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "tests/support/scratch.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

struct Imported {
  Scratch scratch;
  SystemClock clock;
  SystemRandom random;
  std::optional<Workspace> workspace;
  ImportOutcome outcome;

  explicit Imported(const char* path) {
    auto made = Workspace::create(scratch / "workspace", {"Reader", "R", "test"}, clock, random);
    REQUIRE(made.ok());
    workspace.emplace(std::move(*made));
    auto brought = import_data(*workspace, *embedded_file(path), path);
    INFO((brought.ok() ? "" : brought.error().sentence()));
    REQUIRE(brought.ok());
    outcome = std::move(*brought);
  }

  std::vector<Record> all(std::string_view type) const { return *workspace->records(type); }
  EntityId id(std::string_view label) const { return outcome.labels.find(label)->second; }
  /// Rows of a plan as printed: actions, and gaps that stand for a row without an agreed action.
  std::size_t rows_of(std::string_view plan) const {
    std::size_t rows = 0;
    for (const Record& action : all("action")) rows += action.reference("plan") == id(plan) ? 1 : 0;
    for (const Record& gap : all("gap")) {
      const std::vector<EntityId> about = gap.references("about");
      rows += gap.text("kind") == "no_action" && std::find(about.begin(), about.end(), id(plan)) != about.end() ? 1 : 0;
    }
    return rows;
  }
};

}  // namespace

TEST_CASE("CCS 2023/24 is carried over whole: 19 grades, 30 engagement answers, 9 objectives of which 3 dated") {
  const Imported ccs("data/published/ccs-2023-24.json");
  CHECK(ccs.all("service").size() == 3);
  CHECK(ccs.all("grade").size() == 19);
  CHECK(ccs.all("engagement").size() == 30);
  const std::vector<Record> objectives = ccs.all("objective");
  CHECK(objectives.size() == 9);
  CHECK(std::count_if(objectives.begin(), objectives.end(), [](const Record& o) { return !o.text("due").empty(); }) == 3);
  int points = 0;
  for (const Record& grade : ccs.all("grade")) points += grade.grade("value")->halves;
  CHECK(points == 2 * (11 + 9 + 10 + 11 + 7));
}

TEST_CASE("LPT 2023/24 is carried over whole: 93 tbc as gaps, action rows 12, 12, 16 and 7, ratings but no grade") {
  const Imported lpt("data/published/lpt-2023-24.json");
  std::int64_t tbc = 0;
  for (const Record& gap : lpt.all("gap")) {
    if (gap.text("printed") == "tbc") tbc += gap.integer("printed_count").value_or(0);
  }
  CHECK(tbc == 93);
  CHECK(lpt.rows_of("plan-tb") == 12);
  CHECK(lpt.rows_of("plan-maternity") == 12);
  CHECK(lpt.rows_of("plan-domain-2") == 16);
  CHECK(lpt.rows_of("plan-domain-3") == 7);
  CHECK(lpt.all("grade").empty());
  const std::vector<Record> published = lpt.all("published");
  CHECK(std::count_if(published.begin(), published.end(), [](const Record& p) { return p.text("kind") == "rating"; }) == 6);
}

TEST_CASE("nobody edits a published figure, and the refusal says what to do instead") {
  Imported ccs("data/published/ccs-2023-24.json");
  Command command;
  command.changes.push_back({"grade", ccs.all("grade").front().id(), Verb::changed, {{"value", GradeValue{0}}}});
  const auto refused = ccs.workspace->submit(command);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().what == "published figures are read-only");
  CHECK_FALSE(refused.error().next.empty());
}

TEST_CASE("figures that cannot be right are reported on import and refused on entry") {
  Imported lpt("data/published/lpt-2023-24.json");
  CHECK_FALSE(lpt.outcome.warnings.empty());
  const auto problems = find_problems(*lpt.workspace);
  REQUIRE(problems.ok());
  CHECK(std::any_of(problems->begin(), problems->end(), [](const RecordProblem& p) { return p.code == "impossible_figures"; }));
  Command command;
  command.changes.push_back({"risk", {}, Verb::changed, {{"organisation", lpt.workspace->organisation()}, {"number", std::string("BAF 1")},
                             {"title", std::string("Access")}, {"consequence", std::int64_t{4}}, {"likelihood", std::int64_t{3}}, {"score", std::int64_t{11}}}});
  CHECK_FALSE(lpt.workspace->submit(command).ok());
}

TEST_CASE("every problem code is documented, and every documented code exists") {
  const std::string document = test::source_file("docs/formats/problems.md");
  for (const std::string_view code : problem_codes()) CHECK(document.find("| `" + std::string(code) + "` |") != std::string::npos);
  CHECK(std::count(document.begin(), document.end(), '\n') == static_cast<long>(problem_codes().size()) + 7);
}
