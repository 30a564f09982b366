// What people agree to when a plugin comes in, and what of it stands on record.
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::PluginDesk;
using test::Ran;
using test::says;
namespace fs = std::filesystem;

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
