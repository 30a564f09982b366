// The life of an installed plugin, as people type it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/codec/json.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using test::Ran;

namespace {

namespace fs = std::filesystem;

// A workspace with an action, and a pack beside it.
struct PluginDesk : Desk {
  PluginDesk() {
    found();
    good({"evidence", "add", "Interpreters", "--outcome", "1A"});
    good({"action", "add", "Send text messages"});
    good({"plugin", "new", "report", "Walks", "--to", folder.string()});
  }
  fs::path folder = scratch / "walks";
  std::string archive = (scratch / "walks.evhp").string();

  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = test::file_text(folder / file);
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    std::ofstream(folder / file, std::ios::binary) << text;
  }
  void pack() const { good({"plugin", "pack", folder.string(), "--to", archive}); }
  void install() const { good({"plugin", "install", folder.string(), "--yes"}); }
  /// The report's file a second time, under another id: what a version may contribute more.
  void add_report() const {
    change("plugin.json", "\"reports\": [", "\"reports\": [{\"id\": \"more-walks\", \"title\": \"More walks\", \"summary\": \"More.\", \"scope\": \"one organisation\", \"source\": \"reports/walks.json\"}, ");
  }
  std::string state() const {
    const Json list = json({"plugin", "list"});
    for (const Json& one : list.items()) {
      if (one.find("plugin")->text() == "org.example.walks") return one.find("state")->text();
    }
    return "";
  }
  std::string key(const std::string& name) const {
    const std::string file = (scratch / name).string();
    good({"plugin", "key", "new", "--to", file, "--in-clear"});
    return file;
  }
};

bool says(const Ran& ran, const std::string& words) { return (ran.out + ran.err).find(words) != std::string::npos; }

}  // namespace

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

TEST_CASE("documents of an installed plugin are on record with plugin, version, digest and the hash of the file; ours are not") {
  PluginDesk desk;
  desk.install();
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "walks.html").string()});
  desk.good({"report", "run", "coverage", "--to", (desk.scratch / "ours.html").string()});
  const Json list = desk.json({"document", "list"});
  REQUIRE(list.size() == 1);
  const std::string text = write_json(list);
  CHECK(text.find("org.example.walks") != std::string::npos);
  CHECK(text.find("walks") != std::string::npos);
  const Json traced = desk.json({"plugin", "trace", "org.example.walks"});
  REQUIRE(traced.find("runs")->size() == 1);
  CHECK(traced.find("runs")->items().front().find("ended")->text() == "done");
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

TEST_CASE("a plugin about people needs a signature or an answer for it, and more than a yes") {
  PluginDesk desk;
  desk.change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"special\"");
  desk.change("plugin.json", "\"organisation\": [\"name\"],", "\"organisation\": [\"name\"], \"person\": [\"name\", \"characteristics\"],");
  const std::string folder = desk.folder.string();
  CHECK(says(desk.run({"plugin", "install", folder, "--yes"}), "nobody signed this plugin, and it reads about people"));
  CHECK(says(desk.run({"plugin", "install", folder, "--yes", "--unsigned"}), "--yes alone does not agree"));
  CHECK(desk.run({"plugin", "install", folder, "--yes", "--unsigned", "--consent", "personal"}).exit == 2);
  CHECK(desk.state() == "");
  const Ran ran = desk.run({"plugin", "install", folder, "--yes", "--unsigned", "--consent", "special"});
  CHECK(ran.exit == 0);
  CHECK(says(ran, "Reads what the law protects most about people: characteristics of people."));
  CHECK(desk.good({"plugin", "info", "org.example.walks"}).find("characteristics of people") != std::string::npos);
}

TEST_CASE("a version that reads more asks again, one that reads the same does not") {
  PluginDesk desk;
  desk.install();
  desk.change("plugin.json", "\"1.0.0\"", "\"1.0.1\"");
  desk.good({"plugin", "install", desk.folder.string(), "--no-input"});
  desk.change("plugin.json", "\"1.0.1\"", "\"1.1.0\"");
  desk.change("plugin.json", "\"due\", \"status\"", "\"due\", \"status\", \"progress\"");
  const Ran asked = desk.run({"plugin", "install", desk.folder.string(), "--no-input"});
  CHECK(asked.exit == 2);
  CHECK(says(asked, "More than before: action: progress"));
  desk.good({"plugin", "install", desk.folder.string(), "--yes"});
}

TEST_CASE("a version that contributes more asks again and says what, and an older version is not called an update") {
  PluginDesk desk;
  desk.change("plugin.json", "\"1.0.0\"", "\"1.9.0\"");
  desk.install();
  desk.change("plugin.json", "\"1.9.0\"", "\"1.10.0\"");
  desk.add_report();
  const Ran asked = desk.run({"plugin", "install", desk.folder.string(), "--no-input"});
  CHECK(asked.exit == 2);
  CHECK(says(asked, "Not agreed to before: Makes reports: More walks and Walks."));
  const Ran updated = desk.run({"plugin", "install", desk.folder.string(), "--yes"});
  CHECK(says(updated, "Updated org.example.walks 1.10.0"));
  desk.change("plugin.json", "\"1.10.0\"", "\"1.2.0\"");
  CHECK(desk.run({"plugin", "install", desk.folder.string(), "--no-input"}).exit == 2);
  const Ran back = desk.run({"plugin", "install", desk.folder.string(), "--yes"});
  CHECK(says(back, "An older version than before: 1.2.0, before: 1.10.0"));
  CHECK(says(back, "Set back to org.example.walks 1.2.0"));
}

TEST_CASE("of an update the files of the version before do not stay") {
  PluginDesk desk;
  desk.install();
  desk.change("plugin.json", "\"1.0.0\"", "\"1.0.1\"");
  desk.install();
  CHECK_FALSE(fs::exists(fs::path(desk.workspace) / "plugins/org.example.walks/1.0.0"));
  CHECK(desk.good({"--json", "plugin", "list"}).find("nobody agreed to") == std::string::npos);
}

TEST_CASE("an installation that was undone can be made again, and so can the trust in a key") {
  PluginDesk desk;
  desk.install();
  desk.good({"undo", "--yes"});
  CHECK(desk.state() == "not installed: files that nobody agreed to");
  desk.install();
  CHECK(desk.state() == "installed, unsigned");
  const std::string key = desk.key("author.key") + ".pub";
  desk.good({"plugin", "trust", key, "--title", "Analytics team", "--yes"});
  desk.good({"undo", "--yes"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") == std::string::npos);
  desk.good({"plugin", "trust", key, "--title", "Analytics team", "--yes"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") != std::string::npos);
}

TEST_CASE("undo right after installing a plugin with record types takes back the agreement") {
  PluginDesk desk;
  desk.change("plugin.json", "\"contributes\": {", R"("contributes": {"types": [{"name": "walk", "plural": "walks", "home": "organisation", "meaning": "One walk", "title_field": "place",
    "fields": [{"name": "place", "type": "word", "data_class": "none", "merge": "single", "meaning": "Where"}]}], )");
  desk.install();
  desk.good({"undo", "--yes"});
  CHECK(desk.state() == "not installed: files that nobody agreed to");
}

TEST_CASE("the very files that were agreed to are held against a signature that comes with them, and against the key that is named") {
  PluginDesk desk;
  desk.pack();
  const std::string author = desk.key("author.key");
  desk.good({"plugin", "install", desk.archive, "--yes"});
  CHECK(desk.state() == "installed, unsigned");
  CHECK(says(desk.run({"plugin", "install", desk.archive, "--yes", "--trust", author + ".pub"}), "did not sign this plugin"));
  std::ofstream(desk.archive + ".minisig") << "garbage\n";
  CHECK(desk.run({"plugin", "install", desk.archive, "--yes"}).exit == 9);
  fs::remove(desk.archive + ".minisig");
  desk.good({"plugin", "sign", desk.archive, "--key", author});
  CHECK(says(desk.run({"plugin", "install", desk.archive, "--yes"}), "a key that nobody here trusts"));
  desk.good({"plugin", "install", desk.archive, "--yes", "--trust", author + ".pub"});
  CHECK(desk.state() == "installed");
  CHECK(desk.good({"--json", "plugin", "trust", "list"}).find("Key given when org.example.walks was installed") != std::string::npos);
  CHECK(desk.good({"plugin", "install", desk.archive, "--no-input"}).find("Agreed to before") != std::string::npos);
}

TEST_CASE("a trusted key keeps its name when it is trusted again, and a rehearsal trusts nobody") {
  PluginDesk desk;
  const std::string key = desk.key("author.key") + ".pub";
  desk.good({"plugin", "trust", key, "--title", "Analytics team", "--dry-run"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") == std::string::npos);
  desk.good({"plugin", "trust", key, "--title", "Analytics team", "--yes"});
  desk.good({"plugin", "trust", key, "--yes"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") != std::string::npos);
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

TEST_CASE("a plugin about people that nobody agreed to is tried on samples, never on a workspace") {
  PluginDesk desk;
  const std::string folder = desk.folder.string(), pages = (desk.scratch / "pages").string();
  fs::create_directories(pages);
  desk.good({"plugin", "dev", folder, "--once", "--to", pages, "--dry-run"});
  CHECK(fs::is_empty(pages));
  desk.good({"plugin", "dev", folder, "--once", "--to", pages});
  CHECK(test::file_text(fs::path(pages) / "walks.html").find("Send text messages") != std::string::npos);
  desk.change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"special\"");
  desk.change("plugin.json", "\"organisation\": [\"name\"],", "\"organisation\": [\"name\"], \"person\": [\"name\", \"characteristics\"],");
  fs::remove_all(pages);
  fs::create_directories(pages);
  CHECK(says(desk.run({"plugin", "dev", folder, "--once", "--to", pages}), "nobody has agreed to it in that workspace"));
  CHECK(fs::is_empty(pages));
  desk.good({"plugin", "dev", folder, "--once", "--to", pages, "--sample", "small"});
}

TEST_CASE("a report that could not be written is on no record, and leaves nothing beside the file") {
  PluginDesk desk;
  desk.install();
  CHECK(desk.run({"report", "run", "walks", "--to", (desk.scratch / "nowhere/walks.html").string()}).exit != 0);
  CHECK(desk.run({"report", "run", "walks", "--to", desk.folder.string()}).exit != 0);
  CHECK(desk.json({"document", "list"}).size() == 0);
  fs::create_directories(desk.scratch / "out");
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "out/walks.html").string()});
  CHECK(desk.json({"document", "list"}).size() == 1);
  CHECK(std::distance(fs::directory_iterator(desk.scratch / "out"), fs::directory_iterator()) == 1);
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

TEST_CASE("a plugin that would write consent is not installed, whatever class it declares") {
  PluginDesk desk;
  const fs::path folder = desk.scratch / "sly";
  fs::create_directories(folder);
  std::ofstream(folder / "plugin.so") << "no library";
  std::ofstream(folder / "plugin.json") << R"({"id": "org.example.sly", "version": "1.0.0", "title": "Sly", "kind": "native", "sdk": {"from": 1, "to": 1}, "data_class": "none",
    "reads": {"plugin": ["plugin"]}, "contributes": {"commands": [{"id": "grow", "title": "Grow", "summary": "Grows.", "proposes": ["plugin"]}]}})";
  const Ran ran = desk.run({"plugin", "install", folder.string(), "--yes", "--unsigned", "--consent", "none"});
  CHECK(ran.exit == 2);
  CHECK(says(ran, "which the program keeps itself"));
}

TEST_CASE("no id in the list of plugins is cut, however long the other columns are") {
  PluginDesk desk;
  desk.change("plugin.json", "org.example.walks", "org.example.walks-with-a-long-name-of-forty-letters");
  desk.install();
  fs::create_directories(fs::path(desk.workspace) / "plugins/org.example.walks-with-a-long-name-of-forty-letters/9.9.9");
  const std::string table = desk.good({"plugin", "list"});
  const Json list = desk.json({"plugin", "list"});
  for (const Json& one : list.items()) CHECK(table.find("\n" + one.find("plugin")->text() + " ") != std::string::npos);
}

TEST_CASE("a signed plugin is let in once its key is trusted; a stranger's, a changed one and another's signature are not") {
  PluginDesk desk;
  desk.pack();
  const std::string author = desk.key("author.key"), stranger = desk.key("stranger.key");
  desk.good({"plugin", "sign", desk.archive, "--key", author});
  CHECK(says(desk.run({"plugin", "install", desk.archive, "--yes"}), "a key that nobody here trusts"));
  desk.good({"plugin", "trust", author + ".pub", "--title", "Analytics team", "--yes"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") != std::string::npos);
  std::string changed = test::file_text(desk.archive);
  std::ofstream(desk.scratch / "changed.evhp", std::ios::binary) << changed;
  desk.change("templates/walks.md", "Who leads", "Who is to lead");
  desk.good({"plugin", "pack", desk.folder.string(), "--to", (desk.scratch / "other.evhp").string()});
  fs::copy(desk.archive + ".minisig", desk.scratch / "other.evhp.minisig");
  const Ran other = desk.run({"plugin", "install", (desk.scratch / "other.evhp").string(), "--yes", "--unsigned"});
  CHECK(other.exit == 9);
  CHECK(says(other, "changed after it was signed"));
  desk.good({"plugin", "install", desk.archive, "--yes"});
  CHECK(desk.state() == "installed");
  desk.good({"plugin", "trust", author + ".pub", "--withdraw", "--yes"});
  CHECK(desk.good({"plugin", "trust", "list"}).find("Analytics team") == std::string::npos);
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
