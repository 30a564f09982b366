// Kills a command at its n-th system call while it hands out a report that goes on record, writes a desk, or installs a plugin. The next command that
// writes finishes what was begun or clears it away: no record of a report that nobody has, no hidden file, no agreement without its files.
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using test::PluginDesk;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kCalls = {"write", "fsync", "fdatasync", "rename", "unlink", "unlinkat", "mkdir"};

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code absent;
  for (fs::directory_iterator at(folder, absent), end; !absent && at != end; at.increment(absent)) names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

struct KillDesk : PluginDesk {
  fs::path out = scratch / "out";
  int actions = 0;

  /// Was it killed?
  bool killed_at(const std::string& call, int n, const std::string& words) const {
    const std::string command = "strace -f -qq -o /dev/null -e trace=" + call + " -e inject=" + call + ":signal=SIGKILL:when=" + std::to_string(n) + " '" + test::program_path() +
                                "' --workspace '" + workspace + "' " + words + " >/dev/null 2>&1 </dev/null";
    return std::system(command.c_str()) != 0;
  }
  /// A command that writes, and no report stays as it was.
  std::string another_action() { return run({"action", "add", "Action number " + std::to_string(++actions)}).err; }
};

}  // namespace

TEST_CASE("a report killed at any call is on record and in its place, or neither, after the next command that writes") {
  KillDesk desk;
  desk.install();
  fs::create_directories(desk.out);
  int kills = 0, finished = 0, cleared = 0;
  for (const std::string& call : kCalls) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      std::ofstream(desk.out / "walks.html") << "the one before\n";
      const std::size_t before = desk.json({"document", "list"}).size();
      const bool was_killed = desk.killed_at(call, n, "report run walks --to '" + (desk.out / "walks.html").string() + "'");
      const std::string latest = "Action number " + std::to_string(desk.actions);
      const std::string said = desk.another_action();
      const std::size_t recorded = desk.json({"document", "list"}).size() - before;
      CHECK(names_in(desk.out) == std::vector<std::string>{"walks.html"});
      CHECK(names_in(fs::path(desk.workspace) / "handing-out").empty());
      const std::string file = test::file_text(desk.out / "walks.html");
      CHECK((recorded == 1 ? file.find("</html>") != std::string::npos : file == "the one before\n"));
      if (recorded == 1 && desk.actions > 1) CHECK_THAT(file, Contains(latest));
      finished += said.find("Put in its place what a command had made") != std::string::npos ? 1 : 0;
      cleared += said.find("Removed what a command that was stopped had left") != std::string::npos ? 1 : 0;
      if (!was_killed) {
        CHECK(recorded == 1);
        break;
      }
      ++kills;
    }
  }
  CHECK(kills >= 20);
  CHECK(finished >= 1);
  CHECK(cleared >= 1);
}

TEST_CASE("what a stopped command left of a report does not replace what stands there since") {
  KillDesk desk;
  desk.install();
  fs::create_directories(desk.out);
  bool has_waited = false;
  for (int n = 1; !has_waited; ++n) {
    CAPTURE(n);
    const std::size_t before = desk.json({"document", "list"}).size();
    REQUIRE(desk.killed_at("rename", n, "report run walks --to '" + (desk.out / "walks.html").string() + "'"));
    const std::vector<std::string> names = names_in(desk.out);
    has_waited = desk.json({"document", "list"}).size() == before + 1 && names.size() == 1 && names.front().starts_with(".");
    if (has_waited) std::ofstream(desk.out / "walks.html") << "written meanwhile\n";
    const std::string said = desk.another_action();
    if (has_waited) CHECK_THAT(said, Contains("Removed what a command that was stopped had left"));
    else fs::remove(desk.out / "walks.html");
  }
  CHECK(test::file_text(desk.out / "walks.html") == "written meanwhile\n");
  CHECK(names_in(desk.out) == std::vector<std::string>{"walks.html"});
}

TEST_CASE("a desk killed at any call leaves no hidden pages after the next command that writes") {
  KillDesk desk;
  int kills = 0;
  for (const std::string call : {"rename", "mkdir"}) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const bool was_killed = desk.killed_at(call, n, "dashboard --to '" + desk.out.string() + "'");
      desk.another_action();
      for (const std::string& name : names_in(desk.out)) CHECK_THAT(name, !Catch::StartsWith("."));
      CHECK(names_in(fs::path(desk.workspace) / "handing-out").empty());
      if (!was_killed) break;
      ++kills;
    }
  }
  CHECK(kills >= 4);
}

TEST_CASE("an installation killed at any call has its files in their place, or is none, after the next command that writes") {
  KillDesk desk;
  std::string version = "1.0.0";
  int kills = 0, finished = 0;
  for (const std::string& call : kCalls) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const std::string next = "1." + std::to_string(kills + 1) + "." + std::to_string(n);
      desk.change("plugin.json", "\"" + version + "\"", "\"" + next + "\"");
      version = next;
      const bool was_killed = desk.killed_at(call, n, "plugin install '" + desk.folder.string() + "' --yes");
      const std::string said = desk.another_action();
      const std::string state = desk.state();
      CHECK_THAT(state, Catch::Equals("") || Catch::Equals("installed, unsigned"));
      for (const std::string& name : names_in(fs::path(desk.workspace) / "plugins" / "org.example.walks")) CHECK_THAT(name, !Catch::StartsWith("."));
      if (!state.empty()) desk.good({"report", "run", "walks", "--to", (desk.scratch / "walks.html").string()});
      finished += said.find("Put the files of org.example.walks " + next) != std::string::npos ? 1 : 0;
      if (!was_killed) break;
      ++kills;
    }
  }
  CHECK(kills >= 20);
  CHECK(finished >= 1);
}
