// The small things around installing and writing plugins: what is shown, named, quoted and taken away again.
#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand::test;
using Catch::Matchers::Contains;

TEST_CASE("what a person agrees to is shown even when all other talk is not wanted") {
  const PluginDesk desk;
  const Ran asked = desk.run({"--quiet", "plugin", "install", desk.folder.string(), "--no-input"});
  CHECK(asked.exit == 2);
  CHECK_THAT(asked.err, Contains("Reads free text") && Contains("Nobody signed it"));
  const Ran agreed = desk.run({"--quiet", "plugin", "install", desk.folder.string(), "--yes"});
  CHECK(agreed.exit == 0);
  CHECK_THAT(agreed.err, Contains("Reads free text"));
  desk.change("plugin.json", "\"1.0.0\"", "\"1.1.0\"");
  desk.add_report();
  CHECK_THAT(desk.run({"--quiet", "plugin", "install", desk.folder.string(), "--yes"}).err, Contains("Not agreed to before: Makes reports: More walks and Walks."));
}

TEST_CASE("a rehearsed installation of what was agreed to does not say that the files are here") {
  const PluginDesk desk;
  desk.install();
  fs::remove_all(fs::path(desk.workspace) / "plugins/org.example.walks");
  const Ran ran = desk.run({"plugin", "install", desk.folder.string(), "--dry-run"});
  CHECK(ran.exit == 0);
  CHECK_THAT(ran.out + ran.err, Contains("Nothing was installed (--dry-run)") && !Contains("are here now"));
}

TEST_CASE("code that nobody signed is agreed to as that, with the class that the sentence names") {
  const PluginDesk desk;
  std::ofstream(desk.folder / "plugin.so") << "no library";
  desk.change("plugin.json", "\"kind\": \"pack\"", "\"kind\": \"native\"");
  desk.change("plugin.json", ", \"source\": \"reports/walks.json\"", "");
  const Ran ran = desk.run({"plugin", "install", desk.folder.string(), "--yes", "--unsigned"});
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Contains("this is code that nobody signed; --yes alone does not agree to that") && Contains("--consent \"free text\""));
}

TEST_CASE("only what can be removed is listed and asked about") {
  const PluginDesk desk;
  fs::create_directories(fs::path(desk.workspace) / "plugins/my folder");
  fs::create_directories(fs::path(desk.workspace) / "plugins/foo_bar");
  CHECK_THAT(desk.good({"plugin", "list"}), !Contains("my folder") && !Contains("foo_bar"));
  for (const char* name : {"my folder", "", "../ws"}) {
    const Ran ran = desk.run({"plugin", "remove", name, "--no-input"});
    CHECK(ran.exit == 5);
    CHECK_THAT(ran.err, Contains("there is no installed plugin"));
  }
}

TEST_CASE("removing, trusting and running are rehearsed also while another process writes") {
  const PluginDesk desk;
  desk.install();
  const std::string key = desk.key("author.key") + ".pub";
  const auto held = evenhand::WorkspaceLock::take(fs::path(desk.workspace) / "lock", "somebody", "sync");
  REQUIRE(held.ok());
  for (const std::vector<std::string>& words : {std::vector<std::string>{"plugin", "remove", "org.example.walks"}, {"plugin", "trust", key, "--title", "Analytics"}, {"plugin", "run", "org.evenhand.tracker", "note-gaps"}}) {
    std::vector<std::string> all = words;
    all.push_back("--dry-run");
    const Ran ran = desk.run(all);
    INFO(words[1] << "\n" << ran.err);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.err, Contains("(--dry-run)"));
    CHECK(desk.run(words).exit != 0);
  }
}

TEST_CASE("the next step after a new plugin works as it stands, whatever its folder is called") {
  const PluginDesk desk;
  const fs::path folder = desk.scratch / "it's my folder";
  const Ran made = desk.run({"plugin", "new", "report", "Walks", "--to", folder.string()});
  REQUIRE(made.exit == 0);
  const std::string line = made.err.substr(made.err.find("Next: ") + 6);
  std::string said;
  CHECK(run_line(desk.scratch / ".", line, said) == 0);
  CHECK_THAT(said, Contains("checks passed"));
}

TEST_CASE("a new plugin that cannot be written says why, and leaves nothing that is in the way of the next try") {
  const PluginDesk desk;
  const fs::path folder = desk.scratch / "new";
  fs::create_directories(folder);
  std::ofstream(desk.scratch / "file") << "no folder";
  CHECK_THAT(desk.run({"plugin", "new", "report", "Walks", "--to", (desk.scratch / "file/below").string()}).err, Contains("cannot make the folder"));
  desk.good({"plugin", "new", "report", "Walks", "--to", folder.string()});
}

TEST_CASE("a name with letters that nobody sees, or that end the line, makes no plugin") {
  const PluginDesk desk;
  for (const char* name : {"Walks\u202E", "Wal\u200Bks", "Wal\x01ks", "Wal\x7Fks", "\u65E5\u672C\u8A9E"}) {
    const Ran ran = desk.run({"plugin", "new", "report", name, "--to", (desk.scratch / "none").string()});
    CHECK(ran.exit == 2);
    CHECK_THAT(ran.err, Contains("a letter from a to z"));
  }
}

TEST_CASE("--org and --cycle choose within the workspace that a plugin is tried on, and nowhere else") {
  const PluginDesk desk;
  const std::string folder = desk.folder.string();
  CHECK(desk.run({"--cycle", "nonsense", "plugin", "dev", folder, "--once"}).exit == 5);
  CHECK(desk.run({"--org", "nobody", "plugin", "dev", folder, "--once"}).exit == 5);
  desk.good({"--org", "NCT", "plugin", "dev", folder, "--once"});
  CHECK_THAT(desk.run({"--org", "NCT", "plugin", "dev", folder, "--once", "--sample", "small"}).err, Contains("not within a sample"));
}

TEST_CASE("a sample that cannot be read, and a key without a name, are refused with what is meant") {
  const PluginDesk desk;
  std::ofstream(desk.folder / "sample.json", std::ios::trunc).close();
  CHECK_THAT(desk.run({"plugin", "test", desk.folder.string()}).err, Contains("sample.json"));
  const Ran ran = desk.run({"plugin", "key", "new", "--in-clear", "--to", ""});
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Contains("no file to write is named"));
}
