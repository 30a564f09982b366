// What is told of a run that read views of a plugin that failed.
#include "apps/cli/views.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "apps/cli/plugin.h"
#include "plugins/sdk/input.h"
#include "plugins/sdk/rows.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;
using Catch::Contains;

namespace {

class FailingRunner : public plugins::Runner {
 public:
  Result<std::string> run(std::string_view, std::string_view) override { return refused("Mrs Secret has no ink left"); }
};

// Fails at actions, and makes nothing of all else.
class PickyRunner : public plugins::Runner {
 public:
  Result<std::string> run(std::string_view, std::string_view bytes) override {
    if (!sdk::Input(bytes).rows("action").empty()) return refused("it cannot read this one");
    return sdk::Rows().bytes();
  }
};

// Installed, with one view that fails and one that does not.
plugins::Plugin half_right() {
  plugins::Plugin plugin;
  plugin.manifest.id = "org.example.half";
  plugin.manifest.version = "1.0.0";
  plugin.manifest.reads = {{"action", {"status"}}, {"cycle", {"title"}}};
  for (const auto& [id, type] : {std::pair("bad", "action"), std::pair("good", "cycle")}) plugin.manifest.projections.push_back({id, {type}, {{"title", plugins::ColumnType::text, "Title"}}, {}});
  plugin.digest = "9f2c";
  plugin.make_runner = [] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<PickyRunner>()); };
  return plugin;
}

plugins::Plugin owner() {
  plugins::Plugin plugin;
  plugin.manifest.id = "org.example.leads";
  plugin.manifest.version = "1.0.0";
  plugin.manifest.data_class = DataClass::free_text;
  plugin.manifest.reads["action"] = {"text"};
  plugin.manifest.projections.push_back({"leads", {"action"}, {{"lead", plugins::ColumnType::text, "Lead"}}, {}});
  plugin.make_runner = [] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<FailingRunner>()); };
  return plugin;
}

plugins::Plugin reader() {
  plugins::Plugin plugin;
  plugin.manifest.id = "org.example.reader";
  plugin.manifest.version = "1.0.0";
  plugin.manifest.data_class = DataClass::free_text;
  plugin.manifest.reads["org.example.leads/leads"] = {"lead"};
  return plugin;
}

}  // namespace

TEST_CASE("trace says what stands against a view that a report was made from, and the view's own failure, without a plugin's words") {
  TwoWorkspaces two;
  const EntityId cycle = two.added("cycle", {{"title", Value(std::string("2025/26"))}, {"framework", Value(std::string("eds-2022"))}, {"policy", Value(std::string("nhs-eds-2022"))}});
  two.added("action", {{"organisation", Value(two.one().organisation())}, {"cycle", Value(cycle)}, {"text", Value(std::string("Text reminders"))}});
  plugins::Registry registry;
  REQUIRE(registry.add(owner()).ok());
  REQUIRE(registry.add(reader()).ok());
  std::istringstream in;
  std::ostringstream out, err;
  cli::Console console{in, out, err};
  plugins::Projections views(two.one().folder());
  const plugins::Plugin& asked = *registry.find_plugin("org.example.reader");
  const cli::RunWatch watch(asked);
  const auto but = cli::bring_up_views(views, registry, asked.manifest, two.one(), console);
  REQUIRE(but.ok());
  CHECK(but->against == "the view org.example.leads/leads is quarantined: evenhand plugin views org.example.leads");
  cli::tell_against_views(console, "");
  CHECK((console.exit == cli::Exit::done && err.str().empty()));
  cli::tell_against_views(console, but->against);
  CHECK(console.exit == cli::Exit::integrity);
  CHECK_THAT(err.str(), Contains("may not be all") && Contains("evenhand plugin views org.example.leads"));
  watch.tell(two.one(), console, "report walks", Result<void>(), but->against);
  const auto told = cli::runs_of(two.one().folder(), "org.example.reader", 10);
  REQUIRE(told.size() == 1);
  CHECK(told[0].outcome == "done, but " + but->against);
  CHECK_FALSE(told[0].has_failed);
  const auto of_owner = cli::runs_of(two.one().folder(), "org.example.leads", 10);
  REQUIRE(of_owner.size() == 1);
  CHECK(of_owner[0].what == "views");
  CHECK(of_owner[0].has_failed);
  CHECK_THAT(of_owner[0].outcome, !Contains("Secret"));
}

TEST_CASE("a view that was quarantined once is one failed run, however often the plugin's other views are brought up after it, and each of these is a run on record") {
  TwoWorkspaces two;
  const auto add_cycle = [&](const char* title) { return two.added("cycle", {{"title", Value(std::string(title))}, {"framework", Value(std::string("eds-2022"))}, {"policy", Value(std::string("nhs-eds-2022"))}}); };
  const EntityId cycle = add_cycle("2025/26");
  two.added("action", {{"organisation", Value(two.one().organisation())}, {"cycle", Value(cycle)}, {"text", Value(std::string("Text reminders"))}});
  plugins::Registry registry;
  REQUIRE(registry.add(half_right()).ok());
  plugins::Manifest reading;
  reading.reads["org.example.half/good"] = {"title"};
  std::istringstream in;
  std::ostringstream out, err;
  cli::Console console{in, out, err};
  plugins::Projections views(two.one().folder());
  const auto bring_up = [&] {
    const auto brought = cli::bring_up_views(views, registry, reading, two.one(), console);
    INFO((brought ? "" : brought.error().sentence()));
    REQUIRE(brought.ok());
    CHECK(brought->against.empty());
  };
  bring_up();
  for (const char* title : {"2026/27", "2027/28", "2028/29"}) {
    add_cycle(title);
    bring_up();
  }
  bring_up();  // nothing to ask about
  const auto told = cli::runs_of(two.one().folder(), "org.example.half", 10);
  REQUIRE(told.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(told[i].outcome == "done");
  CHECK(told[3].has_failed);
  const auto recorded = plugins::runs_on_record(two.one(), "org.example.half");
  REQUIRE(recorded->size() == 1);
  CHECK(recorded->front().runs == 4);
  CHECK(recorded->front().failed == 1);
}
