// Forgetting somebody, with the real program.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::Desk;
using test::PluginDesk;
using Catch::Contains;

TEST_CASE("erase says what goes, asks before it destroys, says where copies may be, and names nobody") {
  Desk desk;
  desk.found();
  desk.good({"person", "add", "Canary Name", "--consent", "contact"});
  desk.good({"activity", "add", "Recruitment panel", "--person", "Canary Name"});
  const std::string id = desk.json({"person", "list"}).items().front().find("short_id")->text();

  CHECK_THAT(desk.good({"person", "erase", id, "--dry-run"}), Contains("Would erase person " + id + ": 1 activity, 1 person"));
  const auto unsure = desk.run({"person", "erase", id});
  CHECK(unsure.exit == 2);
  CHECK_THAT(unsure.err, Contains("cannot be undone") && Contains("--yes"));
  CHECK(desk.json({"person", "list"}).size() == 1);

  const auto erased = desk.run({"person", "erase", id, "--yes"});
  INFO(erased.out << erased.err);
  CHECK(erased.exit == 0);
  CHECK_THAT(erased.out, Contains("Erased person " + id));
  CHECK_THAT(erased.err, Contains("backups") && Contains("exported"));
  CHECK((erased.out + erased.err).find("Canary") == std::string::npos);
  CHECK(desk.json({"person", "list"}).size() == 0);
  CHECK(desk.json({"activity", "list"}).size() == 0);
  desk.good({"log", "verify"});
  CHECK_THAT(desk.good({"person", "erase", id, "--yes"}), Contains("(0 changes)"));  // again is harmless
  CHECK(desk.run({"person", "erase", id, "--yes", "--ground", "whim"}).exit == 2);
  desk.run({"undo", "--yes"});  // brings back empty records at most
  for (const auto& entry : std::filesystem::recursive_directory_iterator(desk.workspace)) {
    if (entry.is_regular_file()) CHECK(test::file_text(entry.path()).find("Canary") == std::string::npos);
  }
}

TEST_CASE("views that plugins keep go with an erasure, and with the agreement to their plugin, in the same command") {
  PluginDesk desk;
  namespace fs = std::filesystem;
  const auto keep = [&](const std::string& plugin) {
    const fs::path build = fs::path(desk.workspace) / "views/plugins" / plugin / "0123456789abcdef.1";
    fs::create_directories(build);
    std::ofstream(build / "data.mdb") << "Canary Name";
    return build;
  };
  desk.good({"person", "add", "Canary Name", "--consent", "register"});
  desk.install();
  desk.good({"report", "run", "actions-due"});
  fs::path kept = keep("org.example.walks");
  desk.good({"action", "add", "Print leaflets"});
  CHECK(fs::exists(kept));  // agreed to, and nothing was erased

  SECTION("a person is erased") {
    desk.good({"person", "erase", "Canary Name", "--yes"});
    CHECK_FALSE(fs::exists(kept));
    desk.good({"report", "run", "actions-due"});  // made anew by who reads it
  }
  SECTION("the agreement is taken back") {
    desk.good({"undo", "--yes", "--dry-run"});
    CHECK(fs::exists(kept));
    desk.good({"plugin", "install", desk.folder.string(), "--yes"});
    desk.good({"undo", "--yes"});  // the action
    desk.good({"undo", "--yes"});
    CHECK(desk.state() != "installed, unsigned");
    CHECK_FALSE(fs::exists(kept));
    CHECK(fs::exists(fs::path(desk.workspace) / "views/plugins/org.evenhand.tracker"));
  }
  SECTION("nobody ever agreed to it") {
    kept = keep("org.example.stranger");
    desk.good({"action", "add", "Another"});
    CHECK_FALSE(fs::exists(kept));
  }
}
