// evenhand dashboard with cards about people: what is shown, to whom, and what of it is on record.
#include <sys/stat.h>
#include <unistd.h>

#include "core/crypto/hash.h"
#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand::test;
using Catch::Matchers::Contains;

namespace {

// A card of class personal that lists the people on the register.
struct CardDesk : PluginDesk {
  CardDesk() {
    good({"person", "add", "Ada Example", "--consent", "register"});
    change("plugin.json", "\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"card\"");
    change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"personal\"");
    change("plugin.json", "\"reads\": {", "\"reads\": {\"person\": [\"name\"], ");
    change("reports/walks.json", "\"queries\": {", "\"queries\": {\"folk\": {\"from\": \"person\", \"sort\": [\"name\"]}, ");
    change("templates/walks.md", "# Each action", "{{table folk \"Who is on the register\" empty \"Nobody is there.\"}}\n| Name |\n|---|\n| {{name}} |\n\n# Each action");
    good({"plugin", "install", folder.string(), "--yes", "--unsigned", "--consent", "personal"});
  }
  evenhand::Json documents() const { return json({"document", "list"}); }
};

std::string hash_of(const std::string& bytes) { return evenhand::sha256(evenhand::view_of(bytes)).hex(); }

}  // namespace

TEST_CASE("a rehearsed dashboard shows nobody, says how much it would write and where, and puts nothing on record") {
  const CardDesk desk;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"dashboard", "--dry-run"}, {"dashboard", "--dry-run", "--json"}, {"dashboard", "--dry-run", "--format", "html"}}) {
    const Ran ran = desk.run(words);
    CHECK(ran.exit == 0);
    CHECK((words.back() == "--json" ? evenhand::parse_json(ran.out).ok() : ran.out.empty()));
    CHECK_THAT(ran.out, !Contains("Ada Example"));
    CHECK_THAT(ran.err, Contains("bytes to standard output. Nothing was saved (--dry-run)") && !Contains("Ada Example"));
  }
  CHECK(desk.documents().size() == 0);
}

TEST_CASE("a dashboard is on record with the hash of what was handed out, once for each card that has to be") {
  const CardDesk desk;
  const std::string file = (desk.scratch / "cards.html").string();
  desk.good({"dashboard", "--to", file});
  CHECK_THAT(file_text(file), Contains("Ada Example"));
  CHECK(desk.documents().size() == 1);
  CHECK_THAT(write_json(desk.documents()), Contains(hash_of(file_text(file))) && Contains("\"html\""));
  const std::string shown = desk.good({"dashboard"});
  CHECK_THAT(shown, Contains("Ada Example"));
  CHECK_THAT(write_json(desk.documents()), Contains(hash_of(shown)));
  const std::string json = desk.good({"dashboard", "--json"});
  CHECK_THAT(write_json(desk.documents()), Contains(hash_of(json)));
  desk.good({"dashboard", "--to", (desk.scratch / "desk").string()});
  CHECK_THAT(write_json(desk.documents()), Contains(hash_of(file_text(desk.scratch / "desk/index.html"))));
}

TEST_CASE("a dashboard that cannot be written is on no record") {
  const CardDesk desk;
  CHECK(desk.run({"dashboard", "--to", (desk.scratch / "nowhere/cards.html").string()}).exit != 0);
  CHECK(desk.documents().size() == 0);
}

TEST_CASE("a card that cannot be put on record says in its place who holds the workspace, and is not made") {
  const CardDesk desk;
  const auto held = evenhand::WorkspaceLock::take(fs::path(desk.workspace) / "lock", "somebody", "sync");
  REQUIRE(held.ok());
  CHECK_THAT(desk.good({"dashboard"}), Contains("it cannot be: ") && Contains("somebody") && !Contains("plugin trace") && !Contains("Ada Example"));
  CHECK(desk.json({"plugin", "trace", "org.example.walks"}).find("runs")->size() == 0);
}

TEST_CASE("another organisation's dashboard shows nobody of our register") {
  const CardDesk desk;
  desk.good({"organisation", "add", "Fenmarsh Community NHS Trust", "--short-name", "FCT"});
  CHECK_THAT(desk.good({"dashboard"}), Contains("Ada Example"));
  CHECK_THAT(desk.good({"--org", "FCT", "dashboard"}), Contains("Nobody is there.") && !Contains("Ada Example"));
}

TEST_CASE("a report goes to any name that a file may have, whatever another process left beside it") {
  const CardDesk desk;
  const fs::path file = desk.scratch / (std::string(250, 'n') + ".html");
  desk.good({"report", "run", "walks", "--to", file.string()});
  CHECK(fs::file_size(file) > 0);
  fs::create_directories(desk.scratch / ".walks.html.not-yet/another");
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "walks.html").string()});
  CHECK(desk.documents().size() == 2);
}

TEST_CASE("a document of several tables does not go into a file that calls itself one table") {
  const CardDesk desk;
  for (const std::vector<std::string>& words : {std::vector<std::string>{"report", "run", "walks"}, {"dashboard"}, {"dashboard", "coverage"}}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--to", (desk.scratch / "tables.csv").string()});
    const Ran ran = desk.run(all);
    CHECK(ran.exit == 2);
    CHECK_THAT(ran.err, Contains("tables.zip"));
    CHECK_FALSE(fs::exists(desk.scratch / "tables.csv"));
  }
  CHECK(desk.documents().size() == 0);
  desk.good({"report", "run", "walks", "--to", (desk.scratch / "tables.zip").string()});
}

TEST_CASE("a document is as open as the file that it replaces, and one in a new place as the umask says") {
  const CardDesk desk;
  const fs::path file = desk.scratch / "cards.html";
  const auto mode = [&] { return static_cast<unsigned>(fs::status(file).permissions()); };
  const mode_t before = ::umask(027);
  desk.good({"dashboard", "--to", file.string()});
  ::umask(before);
  CHECK(mode() == 0640);
  fs::permissions(file, fs::perms(0600));
  desk.good({"dashboard", "--to", file.string()});
  CHECK(mode() == 0600);
  fs::permissions(file, fs::perms(0664));
  desk.good({"report", "run", "walks", "--to", file.string()});
  CHECK(mode() == 0664);
}

TEST_CASE("a link that leads nowhere yet stays one, and links in a circle are refused") {
  const CardDesk desk;
  const fs::path file = desk.scratch / "cards.html", link = desk.scratch / "today.html", other = desk.scratch / "other.html";
  fs::create_symlink("cards.html", link);  // as people make them, beside it
  desk.good({"dashboard", "--to", link.string()});
  CHECK(fs::is_symlink(link));
  CHECK(fs::is_regular_file(fs::symlink_status(file)));
  fs::remove(link);
  fs::create_symlink(other, link);
  fs::create_symlink(link, other);
  const Ran ran = desk.run({"dashboard", "--to", link.string()});
  CHECK(ran.exit != 0);
  CHECK_THAT(ran.err, Contains("in a circle"));
  CHECK(fs::is_symlink(link));
}

TEST_CASE("a link that somebody else put where everybody may write is not followed, one's own is") {
  if (::geteuid() != 0) return;  // needs somebody else to be
  const CardDesk desk;
  const fs::path shared = desk.scratch / "shared", letter = desk.scratch / "letter.html", link = shared / "cards.html";
  fs::create_directories(shared);
  fs::permissions(shared, fs::perms(01777));
  std::ofstream(letter) << "Mine";
  fs::create_symlink(letter, link);
  REQUIRE(::lchown(link.c_str(), 65534, 65534) == 0);
  const Ran ran = desk.run({"dashboard", "--to", link.string()});
  CHECK(ran.exit != 0);
  CHECK_THAT(ran.err, Contains("somebody else's"));
  CHECK(file_text(letter) == "Mine");
  CHECK(desk.documents().size() == 0);
  REQUIRE(::lchown(link.c_str(), ::geteuid(), 0) == 0);
  desk.good({"dashboard", "--to", link.string()});
  CHECK(file_text(letter) != "Mine");
}

TEST_CASE("a file that is a link stays one, and what is no ordinary file is left alone") {
  namespace fs = std::filesystem;
  const CardDesk desk;
  const fs::path file = desk.scratch / "cards.html", link = desk.scratch / "today.html", pipe = desk.scratch / "pipe.html";
  desk.good({"dashboard", "--to", file.string()});
  const std::string before = file_text(file);
  desk.good({"person", "add", "Bea Example", "--consent", "register"});
  fs::create_symlink(file, link);
  desk.good({"dashboard", "--to", link.string()});
  CHECK(fs::is_symlink(link));
  CHECK(file_text(file) != before);
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const Ran ran = desk.run({"dashboard", "--to", pipe.string()});
  CHECK(ran.exit == 1);
  CHECK_THAT(ran.err, Contains("no ordinary file"));
  CHECK(fs::is_fifo(pipe));
}
