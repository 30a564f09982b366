// Which runs of installed plugins the organisation knows of, and what `plugin trace` says.
#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/misbehaving.h"

using namespace evenhand;
using namespace evenhand::test;
using Catch::Contains;

namespace {

// A desk with a native plugin installed that throws in one export and dies in another.
struct BadDesk : Desk {
  explicit BadDesk(const std::string& data_class) {
    found();
    good({"evidence", "add", "Interpreters", "--outcome", "1A"});
    install_misbehaving(*this, data_class, R"("evidence": ["outcome"], "action": ["status"])",
                        R"("exports": [{"id": "throws", "title": "Throws", "columns": [{"name": "a"}]}, {"id": "crashes", "title": "Crashes", "columns": [{"name": "a"}]}],
                        "projections": [{"id": "none", "on": ["evidence"], "columns": [{"name": "a", "title": "A"}]}],
                        "commands": [{"id": "half", "title": "Half", "summary": "S.", "proposes": ["action"]}])");
  }
  Json recorded() const { return *json({"plugin", "trace", "org.example.bad"}).find("on_record"); }
};

std::int64_t number(const Json& list, const char* key) { return list.items().at(0).find(key)->integer().value(); }

std::size_t events_of_runs(const Desk& desk) {
  std::size_t found = 0;
  const Json log = desk.json({"log", "list"});
  for (const Json& event : log.items()) found += event.find("type")->text() == "plugin_run.changed";
  return found;
}

}  // namespace

TEST_CASE("a run of an installed plugin that fails or dies is an event, whatever it reads, and says in no words of its own how") {
  const BadDesk desk("none");
  CHECK(desk.run({"export", "throws"}).exit != 0);
  REQUIRE(desk.recorded().size() == 1);
  CHECK(number(desk.recorded(), "failed") == 1);
  CHECK(number(desk.recorded(), "killed") == 0);
  CHECK(desk.recorded().items().at(0).find("outcome")->text() == "failed");
  CHECK_THAT(desk.good({"plugin", "trace", "org.example.bad"}), Contains("no ink left"));  // on this computer
  CHECK(desk.run({"export", "crashes"}).exit != 0);
  REQUIRE(desk.recorded().size() == 1);
  CHECK(number(desk.recorded(), "runs") == 2);
  CHECK(number(desk.recorded(), "failed") == 2);
  CHECK(number(desk.recorded(), "killed") == 1);
  const std::string shown = desk.good({"plugin", "trace", "org.example.bad"});
  CHECK_THAT(shown, Contains("On record") && Contains("EDI laptop") && Contains("export crashes"));
}

TEST_CASE("a word that was typed wrong is no run of a plugin, and stands nowhere") {
  const BadDesk desk("none");
  CHECK(desk.run({"report", "run", "org.example.bad/throws", "--org", "Somebody typed this"}).exit != 0);
  CHECK(desk.run({"plugin", "run", "org.evenhand.tracker", "Somebody typed this"}).exit != 0);
  CHECK(desk.recorded().size() == 0);
  for (const char* plugin : {"org.example.bad", "org.evenhand.tracker"}) CHECK_THAT(desk.run({"plugin", "trace", plugin}).out, !Contains("Somebody typed this"));
}

TEST_CASE("what a plugin that reads text about people said when it failed is in no event") {
  const BadDesk desk("free text");
  CHECK(desk.run({"export", "throws"}).exit != 0);
  REQUIRE(desk.recorded().size() == 1);
  CHECK(desk.recorded().items().at(0).find("outcome")->text() == "failed");
}

TEST_CASE("ten failed runs are four events: the log does not grow with each look") {
  const BadDesk desk("none");
  for (int i = 0; i < 10; ++i) CHECK(desk.run({"export", "throws"}).exit != 0);
  CHECK(events_of_runs(desk) == 4);  // the 1st, 2nd, 4th, 8th
  CHECK(number(desk.recorded(), "runs") == 8);
  CHECK(desk.json({"plugin", "trace", "org.example.bad"}).find("runs")->size() == 10);
}

TEST_CASE("a run that failed and cannot be put on record is said so, and is told with the next one") {
  const BadDesk desk("none");
  {
    const auto held = WorkspaceLock::take(fs::path(desk.workspace) / "lock", "somebody", "sync");
    REQUIRE(held.ok());
    const Ran ran = desk.run({"export", "throws"});
    CHECK_THAT(ran.err, Contains("That org.example.bad ran is not on record") && Contains("somebody") && Contains("no ink left"));
  }
  CHECK(desk.recorded().size() == 0);
  CHECK(desk.run({"export", "throws"}).exit != 0);
  CHECK(number(desk.recorded(), "runs") == 2);
}

TEST_CASE("a run of an installed plugin is on record with its document, whatever it reads; one of ours is not") {
  PluginDesk desk;
  desk.install();  // reads free text
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "a.html").string()});
  CHECK(events_of_runs(desk) == 1);
  CHECK(desk.json({"document", "list"}).size() == 1);
  CHECK(desk.json({"plugin", "trace", "org.example.walks"}).find("on_record")->size() == 1);
  desk.good({"report", "run", "coverage", "--to", (desk.scratch / "b.html").string()});
  desk.good({"plugin", "run", "org.evenhand.tracker", "note-gaps"});
  CHECK(events_of_runs(desk) == 1);
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "a.html").string(), "--dry-run"});
  CHECK(events_of_runs(desk) == 1);
  PluginDesk plain;
  plain.change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"none\"");
  plain.change("plugin.json", "\"text\", \"leads\", ", "");
  std::ofstream(plain.folder / "reports/walks.json") << R"({"template": "templates/walks.md", "queries": {"actions": {"from": "action"}}})";
  std::ofstream(plain.folder / "templates/walks.md") << "{{table actions \"Actions\"}}\n| Due |\n|---|\n| {{due or \"a date\"}} |\n";
  plain.install();
  plain.good({"report", "run", "walks", "--to", (plain.scratch / "a.html").string()});
  CHECK(events_of_runs(plain) == 1);
  CHECK(plain.json({"plugin", "trace", "org.example.walks"}).find("runs")->size() == 1);
}

TEST_CASE("undo takes back what a person did, not that a plugin ran") {
  PluginDesk desk;
  desk.install();
  desk.good({"action", "add", "Print leaflets"});
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "a.html").string()});
  desk.good({"undo", "--yes"});
  CHECK_THAT(desk.good({"action", "list"}), !Contains("Print leaflets"));
  CHECK(desk.json({"document", "list"}).size() == 1);
  CHECK(desk.json({"plugin", "trace", "org.example.walks"}).find("on_record")->size() == 1);
}

TEST_CASE("a command of a plugin that proposes what the program refuses has run, and did not fail") {
  const BadDesk desk("none");
  const Ran ran = desk.run({"plugin", "run", "org.example.bad", "half"});
  CHECK(ran.exit != 0);
  CHECK_THAT(desk.good({"action", "list"}), !Contains("Print leaflets"));
  REQUIRE(desk.recorded().size() == 1);
  CHECK(number(desk.recorded(), "runs") == 1);
  CHECK(number(desk.recorded(), "failed") == 0);
}

TEST_CASE("views of an installed plugin that were made anew are a run on record, though no document tells of it") {
  const BadDesk desk("none");
  desk.good({"plugin", "rebuild", "org.example.bad"});
  REQUIRE(desk.recorded().size() == 1);
  CHECK(number(desk.recorded(), "runs") == 1);
  CHECK(number(desk.recorded(), "failed") == 0);
}
