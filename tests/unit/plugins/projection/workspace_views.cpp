// Views of a real workspace: whatever happens to the log, they show what the records are.
#include "tests/support/two_workspaces.h"
#include "tests/unit/plugins/projection/steps.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

struct Trust {
  TwoWorkspaces two;
  EntityId cycle = two.added("cycle", {{"title", Value(std::string("2025/26"))}, {"framework", Value(std::string("eds-2022"))}, {"policy", Value(std::string("nhs-eds-2022"))}});
  std::shared_ptr<LeadsRunner> runner = std::make_shared<LeadsRunner>();
  plugins::Plugin plugin{leads_manifest(), "", [this] { return Result<std::shared_ptr<plugins::Runner>>(runner); }};

  EntityId action(const std::string& text, const std::vector<std::string>& leads) {
    return two.added("action", {{"organisation", Value(two.one().organisation())}, {"cycle", Value(cycle)}, {"text", Value(text)}, {"leads", Value(leads)}});
  }
  void edit(Workspace& workspace, const EntityId& id, const std::string& text) { TwoWorkspaces::entered(workspace, {"action", id, Verb::changed, {{"text", Value(text)}}}); }

  /// Catches up, and holds rows and aggregates against those made on the spot. Gives the calls that it took.
  std::size_t check_right() {
    plugins::Projections views(two.one().folder());
    const auto done = views.catch_up(plugin, two.one());
    REQUIRE(done.ok());
    const plugins::FreshProjections fresh(two.one());
    const plugins::ProjectionEntry& leads = plugin.manifest.projections.front();
    const auto rows = texts_of(views.rows(plugin, leads, {}).value());
    CHECK(rows == texts_of(fresh.rows(plugin, leads, {}).value()));
    CHECK_FALSE(rows.empty());
    for (const plugins::AggregateEntry& aggregate : leads.aggregates) {
      CHECK(texts_of(views.aggregate(plugin, leads, aggregate, {}).value()) == texts_of(fresh.aggregate(plugin, leads, aggregate, {}).value()));
    }
    return done->calls;
  }
};

}  // namespace

TEST_CASE("views are right after late events, conflicts, undo, removal and a fold of everything anew") {
  Trust trust;
  const EntityId first = trust.action("Text reminders", {"EDI lead"});
  const EntityId second = trust.action("Walk the wards", {"EDI lead", "Estates"});
  trust.check_right();

  trust.two.part();
  trust.edit(trust.two.one(), first, "Text reminders in two languages");
  trust.check_right();
  trust.edit(trust.two.two(), first, "Telephone reminders");
  trust.edit(trust.two.two(), second, "Walk all wards twice a year");
  trust.two.meet();  // the other's events come late, one of them into a conflict
  CHECK(trust.check_right() == 1);

  trust.edit(trust.two.one(), second, "Walk no ward");
  CHECK(trust.check_right() == 1);
  REQUIRE(trust.two.one().undo().ok());
  CHECK(trust.check_right() == 1);
  TwoWorkspaces::entered(trust.two.one(), {"action", second, Verb::removed});
  CHECK(trust.check_right() == 0);

  REQUIRE(trust.two.one().rebuild({}).ok());
  CHECK(trust.check_right() == 0);
}

TEST_CASE("views that are older or newer than the records, as after a restored backup, are brought in line") {
  Trust trust;
  const EntityId first = trust.action("Text reminders", {"EDI lead"});
  trust.check_right();
  const fs::path views = trust.two.one().folder() / "views";
  const fs::path kept = trust.two.one().folder().parent_path() / "kept";
  fs::copy(views, kept, fs::copy_options::recursive);
  trust.edit(trust.two.one(), first, "Text reminders in two languages");
  trust.action("Walk the wards", {"Estates"});
  trust.check_right();
  fs::remove_all(views);
  fs::copy(kept, views, fs::copy_options::recursive);
  CHECK(trust.check_right() == 1);
  fs::remove_all(views);
  CHECK(trust.check_right() == 1);
}

TEST_CASE("what a plugin does to its views leaves the log alone: an append right after a failure is there") {
  Trust trust;
  trust.action("Text reminders", {"EDI lead"});
  trust.runner->before_row = [](const sdk::Row&) { throw std::runtime_error("no"); };
  plugins::Projections views(trust.two.one().folder());
  REQUIRE(views.catch_up(trust.plugin, trust.two.one()).ok());
  const EntityId second = trust.action("Walk the wards", {"Estates"});
  CHECK(trust.two.one().find(second).value().has_value());
  trust.runner->before_row = {};
  trust.plugin.digest = "another";
  trust.check_right();
}
