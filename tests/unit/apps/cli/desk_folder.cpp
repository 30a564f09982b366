// evenhand dashboard: one page on the terminal or in a file, all pages in a folder.
#include <set>

#include "core/crypto/hash.h"
#include "core/os/workspace_lock.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand::test;
using Catch::Matchers::Contains;

namespace {

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& one : fs::directory_iterator(folder)) names.insert(one.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("dashboard names the pages and shows one of them, on the terminal or as a file") {
  PluginDesk desk;
  CHECK_THAT(desk.good({"dashboard"}), Contains("Evidence coverage: evenhand dashboard coverage"));
  CHECK_THAT(desk.good({"dashboard", "coverage"}), Contains("Evidence for each outcome") && !Contains("Open gaps by"));
  const std::string file = (desk.scratch / "coverage.html").string();
  desk.good({"dashboard", "coverage", "--to", file});
  CHECK_THAT(file_text(file), Contains("Evidence for each outcome"));
  const Ran unknown = desk.run({"dashboard", "no-such"});
  CHECK(unknown.exit == 5);
  CHECK_THAT(unknown.err, Contains("no page called \"no-such\"") && Contains("coverage"));
  const Ran report = desk.run({"dashboard", "open-gaps"});
  CHECK(report.exit == 5);
  CHECK_THAT(report.err, Contains("evenhand report run open-gaps"));
}

TEST_CASE("dashboard --to a folder writes the cards and all pages, and a page of a removed plugin goes with it") {
  PluginDesk desk;
  desk.change("plugin.json", "\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"page\"");
  desk.install();
  const fs::path folder = desk.scratch / "desk";
  desk.good({"dashboard", "--to", folder.string()});
  CHECK(names_in(folder) == std::set<std::string>{"index.html", "page-action-tracker.html", "page-coverage.html", "page-domain-overview.html", "page-walks.html"});
  CHECK_THAT(file_text(folder / "index.html"), Contains("<a href=\"page-walks.html\"") && Contains("Open gaps"));
  CHECK_THAT(file_text(folder / "page-walks.html"), Contains("Send text messages") && Contains("<a href=\"index.html\""));
  CHECK(desk.json({"document", "list"}).size() == 1);  // the page of the installed plugin, and it alone
  desk.good({"plugin", "remove", "org.example.walks", "--yes"});
  desk.good({"dashboard", "--to", folder.string()});
  CHECK(names_in(folder) == std::set<std::string>{"index.html", "page-action-tracker.html", "page-coverage.html", "page-domain-overview.html"});
  CHECK_THAT(file_text(folder / "index.html"), !Contains("page-walks"));
}

TEST_CASE("dashboard --to a folder replaces and removes nothing that somebody else put there") {
  PluginDesk desk;
  const fs::path folder = desk.scratch / "site";
  fs::create_directories(folder);
  for (const char* name : {"letter.txt", "index.html", "page-walks.html"}) {
    std::ofstream(folder / name) << "<p>Mine</p>";
    const Ran ran = desk.run({"dashboard", "--to", folder.string()});
    CHECK(ran.exit != 0);
    CHECK_THAT(ran.err, Contains("holds something that is no page of the desk") && Contains(name));
    CHECK(names_in(folder) == std::set<std::string>{name});
    CHECK(file_text(folder / name) == "<p>Mine</p>");
    fs::remove(folder / name);
  }
  const Ran dry = desk.run({"dashboard", "--to", folder.string(), "--dry-run"});
  CHECK(dry.exit == 0);
  CHECK_THAT(dry.err, Contains("Would write 4 pages"));
  CHECK(names_in(folder).empty());
}

TEST_CASE("desks written to one folder at once are whole, each after the other, and every page there is on record") {
  PluginDesk desk;
  desk.change("plugin.json", "\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"page\"");
  desk.install();
  std::string said;
  CHECK(run_line(desk.scratch.folder(), "all=; for i in 1 2 3 4; do evenhand dashboard --to desk & all=\"$all $!\"; done; failed=0; for one in $all; do wait $one || failed=$((failed+1)); done; exit $failed", said) == 0);
  INFO(said);
  CHECK(names_in(desk.scratch / "desk") == std::set<std::string>{"index.html", "page-action-tracker.html", "page-coverage.html", "page-domain-overview.html", "page-walks.html"});
  const evenhand::Json documents = desk.json({"document", "list"});
  CHECK(documents.size() == 4);
  CHECK_THAT(desk.good({"document", "list", "--json"}), Contains(evenhand::sha256(evenhand::view_of(file_text(desk.scratch / "desk" / "page-walks.html"))).hex()));
}

TEST_CASE("a hidden folder that somebody else put into the desk's folder is refused as any other file is, and stays") {
  PluginDesk desk;
  const fs::path folder = desk.scratch / "site";
  fs::create_directories(folder / ".not-yet");
  std::ofstream(folder / ".not-yet" / "thesis.txt") << "Mine";
  const Ran ran = desk.run({"dashboard", "--to", folder.string()});
  CHECK(ran.exit != 0);
  CHECK_THAT(ran.err, Contains("holds something that is no page of the desk") && Contains(".not-yet"));
  CHECK(file_text(folder / ".not-yet" / "thesis.txt") == "Mine");
}

TEST_CASE("a page about people that cannot be put on record is not in the folder, and its place says so") {
  PluginDesk desk;
  desk.change("plugin.json", "\"scope\": \"one organisation\"", "\"scope\": \"one organisation\", \"place\": \"page\"");
  desk.change("plugin.json", "\"data_class\": \"free text\"", "\"data_class\": \"personal\"");
  desk.change("plugin.json", "\"reads\": {", "\"reads\": {\"person\": [\"name\"], ");
  desk.good({"plugin", "install", desk.folder.string(), "--yes", "--unsigned", "--consent", "personal"});
  const fs::path folder = desk.scratch / "desk";
  {
    const auto held = evenhand::WorkspaceLock::take(fs::path(desk.workspace) / "lock", "somebody", "sync");
    REQUIRE(held.ok());
    desk.good({"dashboard", "--to", folder.string()});
  }
  CHECK_THAT(file_text(folder / "page-walks.html"), Contains("This page could not be made") && !Contains("Send text messages"));
  CHECK_THAT(file_text(folder / "page-coverage.html"), Contains("Evidence for each outcome"));
  desk.good({"dashboard", "--to", folder.string()});
  CHECK_THAT(file_text(folder / "page-walks.html"), Contains("Send text messages"));
  CHECK(desk.json({"document", "list"}).size() == 1);
}
