// The life of an installed plugin, as people type it.
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
