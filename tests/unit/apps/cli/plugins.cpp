// The life of an installed plugin, as people type it.
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::PluginDesk;
using test::Ran;
using test::says;
namespace fs = std::filesystem;

TEST_CASE("a new pack passes its own test, installs after a yes, makes a document, and is gone after remove") {
  PluginDesk desk;
  desk.good({"plugin", "test", desk.folder.string(), "--accept"});
  desk.good({"plugin", "test", desk.folder.string()});
  CHECK(desk.run({"plugin", "install", desk.folder.string(), "--no-input"}).exit == 2);
  CHECK(desk.state() == "");
  desk.install();
  CHECK(desk.state() == "installed, unsigned");
  CHECK(desk.good({"report", "run", "walks"}).find("Send text messages") != std::string::npos);
  desk.good({"plugin", "remove", "org.example.walks", "--yes"});
  CHECK(desk.state() == "removed");
  CHECK(desk.run({"report", "run", "walks"}).exit == 5);
  CHECK_FALSE(fs::exists(fs::path(desk.workspace) / "plugins/org.example.walks"));
}

TEST_CASE("the views of plugins are listed with what they hold, brought up to date by readers, and made anew on request") {
  PluginDesk desk;
  const auto only = [&] {
    const Json list = desk.json({"plugin", "views", "org.evenhand.tracker"});
    REQUIRE(list.size() == 1);
    return list.items().front();
  };
  CHECK(only().find("state")->text() == "not made yet");
  CHECK(only().find("next")->text().find("evenhand plugin rebuild org.evenhand.tracker") != std::string::npos);
  desk.good({"report", "run", "actions-due"});
  CHECK(only().find("state")->text() == "current");
  CHECK(only().find("records")->integer() == 1);
  desk.good({"action", "add", "Print leaflets"});
  CHECK(only().find("state")->text() == "behind");
  CHECK(only().find("behind")->integer() == 1);
  desk.good({"plugin", "rebuild", "org.evenhand.tracker", "--dry-run"});
  CHECK(only().find("state")->text() == "behind");
  CHECK(says(desk.run({"plugin", "rebuild", "org.evenhand.tracker"}), "Made anew: org.evenhand.tracker/actions"));
  CHECK(only().find("state")->text() == "current");
  CHECK(only().find("records")->integer() == 2);
  CHECK(desk.run({"plugin", "rebuild", "org.evenhand.report"}).exit == 5);
  CHECK(desk.run({"plugin", "views", "org.example.nobody"}).exit == 5);
}

TEST_CASE("where no view can be kept, whatever reads one is made all the same, and says the same") {
  PluginDesk desk;
  const std::string report = desk.good({"report", "run", "actions-due", "--format", "json"}), list = desk.good({"export", "action-list"}), page = desk.good({"dashboard"});
  const fs::path views = fs::path(desk.workspace) / "views";
  CHECK(fs::exists(views / "plugins/org.evenhand.tracker/live"));
  SECTION("no folder can be made") {
    fs::remove_all(views);
    std::ofstream(views) << "in the way";
  }
  SECTION("none can be locked") {
    fs::remove(views / "plugins/org.evenhand.tracker/lock");
    fs::create_directories(views / "plugins/org.evenhand.tracker/lock");
  }
  CHECK(desk.good({"report", "run", "actions-due", "--format", "json"}) == report);
  CHECK(desk.good({"export", "action-list"}) == list);
  CHECK(desk.good({"dashboard"}) == page);
}

TEST_CASE("files dropped into the plugins folder install nothing, and are listed as nobody's") {
  PluginDesk desk;
  fs::create_directories(fs::path(desk.workspace) / "plugins/org.example.walks");
  fs::copy(desk.folder, fs::path(desk.workspace) / "plugins/org.example.walks/1.0.0", fs::copy_options::recursive);
  CHECK(desk.state() == "not installed: files that nobody agreed to");
  CHECK(desk.run({"report", "run", "walks"}).exit == 5);
}

TEST_CASE("an installed plugin whose files were changed is not run, and can still be removed") {
  PluginDesk desk;
  desk.install();
  const fs::path files = fs::path(desk.workspace) / "plugins/org.example.walks/1.0.0";
  std::ofstream(files / "templates/walks.md") << "# Other words\n";
  const Ran ran = desk.run({"report", "run", "walks"});
  CHECK(ran.exit != 0);
  CHECK(says(ran, "not those that were agreed to"));
  std::ofstream(files / "plugin.json") << "{\"id\": ";
  CHECK(desk.state().starts_with("set aside: "));
  desk.good({"report", "list"});
  desk.good({"plugin", "remove", "org.example.walks", "--yes"});
  CHECK(desk.state() == "removed");
}

TEST_CASE("with --safe no installed plugin is started, and it can be removed all the same") {
  PluginDesk desk;
  desk.install();
  CHECK(desk.run({"--safe", "report", "run", "walks"}).exit == 5);
  CHECK(desk.good({"--safe", "--json", "plugin", "list"}).find("installed, not started (--safe)") != std::string::npos);
  desk.good({"--safe", "plugin", "remove", "org.example.walks", "--yes"});
}

TEST_CASE("of an update the files of the version before do not stay") {
  PluginDesk desk;
  desk.install();
  desk.change("plugin.json", "\"1.0.0\"", "\"1.0.1\"");
  desk.install();
  CHECK_FALSE(fs::exists(fs::path(desk.workspace) / "plugins/org.example.walks/1.0.0"));
  CHECK(desk.good({"--json", "plugin", "list"}).find("nobody agreed to") == std::string::npos);
}

TEST_CASE("remove takes plugins away and not what else lies beside them") {
  PluginDesk desk;
  desk.install();
  desk.good({"report", "run", "walks"});
  REQUIRE(fs::exists(fs::path(desk.workspace) / "plugins/runs.jsonl"));
  CHECK(desk.run({"plugin", "remove", "runs.jsonl", "--yes"}).exit == 5);
  CHECK(fs::exists(fs::path(desk.workspace) / "plugins/runs.jsonl"));
}

TEST_CASE("a native plugin without its library is neither in order nor installed") {
  PluginDesk desk;
  const std::string folder = (desk.scratch / "runs").string();
  desk.good({"plugin", "new", "report", "Runs", "--kind", "native", "--to", folder});
  const Ran checked = desk.run({"plugin", "check", folder});
  CHECK(checked.exit == 3);
  CHECK(says(checked, "plugin.so"));
  CHECK(says(desk.run({"plugin", "install", folder, "--yes", "--unsigned", "--consent", "none"}), "plugin.so"));
}

TEST_CASE("a built-in plugin is said to be one by test, dev and pack, and none of them makes anything of it") {
  PluginDesk desk;
  const std::string folder = (desk.scratch / "runs").string();
  desk.good({"plugin", "new", "report", "Runs", "--kind", "builtin", "--to", folder});
  CHECK(says(desk.run({"plugin", "check", folder}), "It is built in"));
  CHECK(says(desk.run({"plugin", "test", folder}), "not linked into this program"));
  CHECK(says(desk.run({"plugin", "dev", folder, "--once"}), "not linked into this program"));
  CHECK(says(desk.run({"plugin", "pack", folder, "--to", (desk.scratch / "runs.evhp").string()}), "cannot be passed on as a file"));
  CHECK_FALSE(fs::exists(desk.scratch / "runs.evhp"));
}

TEST_CASE("trace tells of commands, exports and validators too, of plugins that come with the program as of others") {
  PluginDesk desk;
  const auto told = [&](const std::string& what) {
    const Json traced = desk.json({"plugin", "trace", "org.evenhand.tracker"});
    const Json& runs = *traced.find("runs");
    return std::any_of(runs.items().begin(), runs.items().end(), [&](const Json& one) { return one.find("what")->text() == what && one.find("ended")->text() == "done"; });
  };
  CHECK(told("validator owner-and-date, 1 record"));
  desk.good({"plugin", "run", "org.evenhand.tracker", "note-gaps"});
  CHECK(told("command note-gaps"));
  desk.good({"export", "action-list"});
  CHECK(told("export action-list"));
}

TEST_CASE("no id in the list of plugins is cut, however long the other columns are") {
  PluginDesk desk;
  desk.change("plugin.json", "org.example.walks", "org.example.walks-with-a-long-name-of-forty-letters");
  desk.install();
  fs::create_directories(fs::path(desk.workspace) / "plugins/org.example.walks-with-a-long-name-of-forty-letters/9.9.9");
  const std::string table = desk.good({"plugin", "list"});
  const Json list = desk.json({"plugin", "list"});
  for (const Json& one : list.items()) {  // such a list stands as a block of lines for each plugin
    const std::string id = one.find("plugin")->text();
    INFO(table);
    CHECK((table.find("\n" + id + " ") != std::string::npos || table.find("Plugin: " + id + "\n") != std::string::npos));
  }
}

TEST_CASE("an archive that was cut, or that no plugin packed, is refused with the place") {
  PluginDesk desk;
  desk.pack();
  const std::string whole = test::file_text(desk.archive);
  std::ofstream(desk.scratch / "cut.evhp", std::ios::binary) << whole.substr(0, whole.size() / 2);
  const Ran cut = desk.run({"plugin", "install", (desk.scratch / "cut.evhp").string(), "--yes"});
  CHECK(cut.exit == 9);
  CHECK(says(cut, "byte "));
}

TEST_CASE("two plugins never make a report of one id") {
  PluginDesk desk;
  desk.install();
  desk.change("plugin.json", "org.example.walks", "org.example.runs");
  const Ran ran = desk.run({"plugin", "install", desk.folder.string(), "--yes"});
  CHECK(ran.exit == 2);
  CHECK(says(ran, "walks of org.example.walks"));
}

TEST_CASE("check says all that is wrong with file and line, and ends with 3") {
  PluginDesk desk;
  desk.change("plugin.json", "\"due\", \"status\"", "\"duee\", \"status\"");
  const Ran ran = desk.run({"plugin", "check", desk.folder.string()});
  CHECK(ran.exit == 3);
  CHECK(ran.out.find("plugin.json:") != std::string::npos);
  CHECK(ran.out.find("duee") != std::string::npos);
}

TEST_CASE("a rehearsed installation leaves nothing behind") {
  PluginDesk desk;
  const Ran ran = desk.run({"plugin", "install", desk.folder.string(), "--dry-run"});
  CHECK(ran.exit == 0);
  CHECK_FALSE(fs::exists(fs::path(desk.workspace) / "plugins/org.example.walks"));
}

TEST_CASE("plugin info says how each command and export is called, and both calls work as they stand") {
  PluginDesk desk;
  const std::string info = desk.good({"plugin", "info", "org.evenhand.tracker"});
  CHECK(info.find("evenhand plugin run org.evenhand.tracker note-gaps") != std::string::npos);
  CHECK(info.find("evenhand export org.evenhand.tracker/action-list") != std::string::npos);
  CHECK(desk.json({"plugin", "info", "org.evenhand.tracker"}).find("calls")->size() == 2);
  CHECK(desk.good({"export", "org.evenhand.tracker/action-list"}).find("Send text messages") != std::string::npos);
  desk.good({"plugin", "run", "org.evenhand.tracker", "note-gaps"});
}

TEST_CASE("a built-in plugin is not packed, and what a pack leaves out is said") {
  PluginDesk desk;
  std::ofstream(desk.folder / "walks.docx") << "x";
  const Ran packed = desk.run({"plugin", "pack", desk.folder.string(), "--to", desk.archive});
  CHECK(packed.exit == 0);
  CHECK(says(packed, "Left out, being no part of a plugin: walks.docx"));
  const fs::path own = desk.scratch / "own";
  desk.good({"plugin", "new", "report", "Own", "--kind", "builtin", "--to", own.string()});
  CHECK(says(desk.run({"plugin", "pack", own.string(), "--to", desk.archive}), "cannot be passed on as a file"));
}

TEST_CASE("help and words are missed by check when their files are not there, and help is shown by info") {
  PluginDesk desk;
  desk.change("plugin.json", "\"contributes\": {", "\"contributes\": {\"help\": \"help.md\", \"words\": {\"cy\": \"words/cy.json\"}, ");
  const Ran without = desk.run({"plugin", "check", desk.folder.string()});
  CHECK(without.exit == 3);
  CHECK(says(without, "help.md"));
  CHECK(says(without, "words/cy.json"));
  fs::create_directories(desk.folder / "words");
  std::ofstream(desk.folder / "help.md") << "# How to read it\n\nEach row is an action.\n";
  std::ofstream(desk.folder / "words/cy.json") << "{\"title\": \"Teithiau\"}";
  desk.install();
  CHECK(desk.good({"plugin", "info", "org.example.walks"}).find("Each row is an action.") != std::string::npos);
  CHECK(desk.good({"plugin", "info", "org.example.walks", "--language", "cy"}).find("Teithiau") != std::string::npos);
}

TEST_CASE("the comparison passes the author's own checks where it lies, odd inputs with long names among them") {
  PluginDesk desk;
  const auto ran = desk.run({"plugin", "test", EVENHAND_SOURCE_DIR "/plugins/comparison", "--orders", "1", "--odd-inputs", "2", "--seed", "13"});
  INFO(ran.out << ran.err);
  CHECK(ran.exit == 0);
}
