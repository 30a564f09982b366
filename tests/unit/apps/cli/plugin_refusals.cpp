// What a plugin may not do without somebody who answers for it, and what is kept of it.
#include <catch2/catch.hpp>

#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::Desk;
using test::PluginDesk;
using test::Ran;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

// The pack beside the workspace reads what the law protects most; its report may also be a card.
struct PeopleDesk : PluginDesk {
  PeopleDesk() {
    change("\"data_class\": \"free text\"", "\"data_class\": \"special\"");
    change("\"organisation\": [\"name\"],", "\"organisation\": [\"name\"], \"person\": [\"name\", \"characteristics\"],");
  }
  /// In its manifest.
  void change(const std::string& from, const std::string& to) const { PluginDesk::change("plugin.json", from, to); }
  std::vector<std::string> installing() const { return {"plugin", "install", folder.string(), "--yes", "--unsigned", "--consent", "special"}; }
  std::size_t events(const std::string& type) const {
    std::size_t found = 0;
    const std::string log = good({"log", "list"});
    for (std::size_t at = log.find(type); at != std::string::npos; at = log.find(type, at + 1)) ++found;
    return found;
  }
};

// A second laptop of the organisation that may read, and nothing else.
struct Reader : Desk {
  explicit Reader(const PluginDesk& host) {
    const std::string invitation = (scratch / "invitation").string(), reply = (scratch / "reply").string(), stick = (scratch / "stick").string();
    host.good({"partner", "invite", "--to", invitation, "--same-organisation"});
    good({"init", "--join", invitation, "--to", reply, "--device", "Board laptop"});
    host.good({"partner", "admit", reply, "--may", "read", "--yes"});
    host.good({"sync", "send", "--to", stick});
    good({"sync", "receive", stick});
  }
};

}  // namespace

TEST_CASE("a report about people that cannot be put on record because another process writes is refused before it is shown") {
  PeopleDesk desk;
  desk.good(desk.installing());
  const std::string file = (desk.scratch / "walks.html").string();
  {
    const auto held = WorkspaceLock::take(fs::path(desk.workspace) / "lock", "somebody", "sync");
    REQUIRE(held.ok());
    const Ran ran = desk.run({"report", "run", "walks"});
    CHECK(ran.exit == 6);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, Contains("somebody"));
    CHECK(desk.run({"report", "run", "walks", "--to", file}).exit == 6);
    CHECK_FALSE(fs::exists(file));
  }
  CHECK(desk.events("document.changed") == 0);
  desk.good({"report", "run", "walks", "--to", file});
  CHECK(desk.events("document.changed") == 1);
}

TEST_CASE("a device without the right to put on record is shown no report about people and no card, and is told who may") {
  PeopleDesk desk;
  desk.change("\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"card\"");
  desk.good(desk.installing());
  Reader reader(desk);
  reader.good(desk.installing());  // agreed to already: only the files come
  const std::string file = (reader.scratch / "walks.html").string();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"report", "run", "walks"}, {"report", "run", "walks", "--to", file}}) {
    const Ran ran = reader.run(words);
    CHECK(ran.exit == 7);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, Contains("this reads about people, so that it was made has to be on record, and it cannot be") && Contains("it needs \"contribute\"") &&
                            Contains("Ask an admin of the space for a grant"));
  }
  CHECK_FALSE(fs::exists(file));
  for (const auto& entry : fs::directory_iterator(reader.scratch.folder())) CHECK_THAT(entry.path().filename().string(), !Contains("not-yet"));
  const std::string page = reader.good({"dashboard"});
  CHECK_THAT(page, Contains("This card could not be made") && Contains("Open gaps"));
  CHECK_THAT(page, !Contains("Who leads"));
  CHECK_THAT(desk.good({"dashboard"}), Contains("Who leads"));
}

TEST_CASE("a device without the right to put on record still makes reports that are not about people, and says that it is on no record") {
  PluginDesk desk;
  desk.install();
  Reader reader(desk);
  reader.good({"plugin", "install", desk.folder.string(), "--yes"});
  const fs::path out = reader.scratch / "out";
  fs::create_directories(out);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"report", "run", "walks"}, {"report", "run", "walks", "--to", (out / "walks.html").string()}}) {
    const Ran ran = reader.run(words);
    CHECK(ran.exit == 0);
    CHECK_THAT(ran.err, Contains("That it was made is not on record") && Contains("it needs \"contribute\""));
    CHECK_THAT(words.size() == 3 ? ran.out : test::file_text(out / "walks.html"), Contains("Who leads"));
  }
  CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 1);
  CHECK(reader.json({"document", "list"}).size() == 0);
}

TEST_CASE("installing, removing and trusting without the right of an admin is refused with who may, and leaves nothing") {
  PeopleDesk desk;
  Reader reader(desk);
  const std::string key = (reader.scratch / "author.key").string();
  reader.good({"plugin", "key", "new", "--to", key, "--in-clear"});
  desk.good(desk.installing());
  reader.good({"plugin", "list"});
  for (const std::vector<std::string>& words : {desk.installing(), {"plugin", "trust", key + ".pub", "--title", "Analytics", "--yes"}}) {
    const Ran ran = reader.run(words);
    CHECK(ran.exit == 7);
    CHECK_THAT(ran.err, Contains("it needs \"admin\"") && Contains("It holds: read") && Contains("Ask an admin of the space for a grant"));
  }
  CHECK_FALSE(fs::exists(fs::path(reader.workspace) / "plugins/org.example.walks"));
  CHECK_THAT(reader.good({"plugin", "trust", "list"}), !Contains("Analytics"));
}

TEST_CASE("what was agreed to about people is said in plain words before, and those words are kept") {
  PeopleDesk desk;
  desk.change("\"data_class\": \"special\"", "\"data_class\": \"personal\"");
  desk.change("\"characteristics\"", "\"skills\"");
  const Ran personal = desk.run({"plugin", "install", desk.folder.string(), "--yes", "--unsigned"});
  CHECK(personal.exit == 2);
  CHECK_THAT(personal.err, Contains("Reads about people who could be named:") && Contains("--consent \"personal\""));
  CHECK(desk.events("plugin.changed") == 0);
  desk.good({"plugin", "install", desk.folder.string(), "--yes", "--unsigned", "--consent", "personal"});
  const std::string agreed = write_json(desk.json({"plugin", "info", "org.example.walks"}));
  CHECK_THAT(agreed, Contains("Reads about people who could be named:") && Contains("Cannot use the network or files."));
  desk.change("\"skills\"", "\"characteristics\"");
  desk.change("\"data_class\": \"personal\"", "\"data_class\": \"special\"");
  desk.change("\"1.0.0\"", "\"1.1.0\"");
  CHECK(desk.run({"plugin", "install", desk.folder.string(), "--yes", "--unsigned", "--consent", "personal"}).exit == 2);
  desk.good(desk.installing());
  CHECK_THAT(write_json(desk.json({"plugin", "info", "org.example.walks"})), Contains("Reads what the law protects most about people: characteristics of people."));
  CHECK(desk.events("plugin.changed") == 2);
}

TEST_CASE("an agreement, a trusted key, a document, a card and what a plugin's command changes are each one event") {
  PeopleDesk desk;
  desk.change("\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"card\"");
  const std::string key = (desk.scratch / "author.key").string();
  desk.good({"plugin", "key", "new", "--to", key, "--in-clear"});
  desk.good({"plugin", "trust", key + ".pub", "--title", "Analytics", "--yes"});
  CHECK(desk.events("plugin.changed") == 1);
  desk.good(desk.installing());
  CHECK(desk.events("plugin.changed") == 2);
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "walks.html").string()});
  CHECK(desk.events("document.changed") == 1);
  desk.good({"dashboard"});
  CHECK(desk.events("document.changed") == 2);
  const Json documents = desk.json({"document", "list"});
  CHECK_THAT(write_json(documents), Contains("special"));
  const std::size_t gaps = desk.events("gap.changed");
  desk.good({"plugin", "run", "org.evenhand.tracker", "note-gaps", "--yes"});
  CHECK(desk.events("gap.changed") > gaps);
  desk.good({"plugin", "remove", "org.example.walks", "--yes"});
  CHECK(desk.events("plugin.changed") == 3);
}
