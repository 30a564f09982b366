// When runs of a plugin are worth an event.
#include "plugins/catalogue/runs.h"

#include <catch2/catch.hpp>

#include "core/engine/problems.h"
#include "tests/support/two_workspaces.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

Plugin plugin_of(DataClass data_class, const std::string& digest) {
  Plugin plugin;
  plugin.manifest.id = "org.example.walks";
  plugin.manifest.data_class = data_class;
  plugin.digest = digest;
  return plugin;
}

}  // namespace

TEST_CASE("a thousand runs of a day are ten events, and so are a thousand failures") {
  for (const bool is_failing : {false, true}) {
    RunCounts told, now;
    int events = 0;
    for (int i = 0; i < 1000; ++i) {
      ++now.runs;
      if (is_failing) ++now.failed;
      if (!is_due(told, now)) continue;
      told = now;
      ++events;
    }
    CHECK(events == 10);
  }
}

TEST_CASE("the first failure and the first death of a day are told at once, however often it ran before") {
  CHECK(is_due({100, 0, 0, ""}, {101, 1, 0, "failed"}));
  CHECK(is_due({100, 1, 0, ""}, {101, 1, 1, "died"}));
  CHECK_FALSE(is_due({100, 0, 0, ""}, {101, 0, 0, ""}));
  CHECK_FALSE(is_due({8, 0, 0, ""}, {3, 0, 0, ""}));  // the file of runs was lost
}

TEST_CASE("runs go on record of installed plugins alone, whatever they read") {
  for (const DataClass data_class : {DataClass::none, DataClass::aggregate, DataClass::pseudonymous, DataClass::free_text, DataClass::personal, DataClass::special}) {
    CHECK(are_runs_on_record(plugin_of(data_class, "9f2c")));
    CHECK_FALSE(are_runs_on_record(plugin_of(data_class, "")));
  }
}

TEST_CASE("two computers write two records, and two days do") {
  const Plugin plugin = plugin_of(DataClass::none, "9f2c");
  const RunDay here{"org.example.walks", "2026-03-02", "8a5e"};
  CHECK(runs_made(plugin, here, {}).entity == runs_made(plugin, here, {5, 1, 0, "failed"}).entity);
  CHECK_FALSE(runs_made(plugin, here, {}).entity == runs_made(plugin, {"org.example.walks", "2026-03-02", "9b6f"}, {}).entity);
  CHECK_FALSE(runs_made(plugin, here, {}).entity == runs_made(plugin, {"org.example.walks", "2026-03-03", "8a5e"}, {}).entity);
}

TEST_CASE("a computer that was restored from a backup and counts beside its own past has no dispute: the largest count holds") {
  TwoWorkspaces two;
  Plugin plugin = plugin_of(DataClass::none, "9f2c");
  plugin.manifest.version = "1.0.0";
  const RunDay today{"org.example.walks", "2026-03-02", two.one().keystore().device().public_key().hex()};
  (void)TwoWorkspaces::entered(two.one(), runs_made(plugin, today, {1, 0, 0, ""}));
  two.part();
  (void)TwoWorkspaces::entered(two.one(), runs_made(plugin, today, {2, 1, 1, "failed"}));
  (void)TwoWorkspaces::entered(two.two(), runs_made(plugin, today, {4, 0, 0, ""}));
  two.meet();
  const auto told = runs_told(two.one(), today);
  REQUIRE(told.ok());
  CHECK(told->runs == 4);
  CHECK(told->failed == 1);
  CHECK(told->killed == 1);
  CHECK(told->outcome == "failed");
  REQUIRE(runs_on_record(two.one(), "org.example.walks")->size() == 1);
  CHECK(runs_on_record(two.one(), "org.example.walks")->front().runs == 4);
  CHECK(two.one().conflicts()->empty());
  CHECK(find_problems(two.one())->empty());
}
