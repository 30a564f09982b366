// Two hundred installed plugins, and that none of their code runs until something of theirs is asked for.
//
// The program is run from a folder of its own where the program that runs native plugins is one that leaves a mark, and the kernel is
// asked which of the plugins' files were opened. The last case shows that both would have told.
#include <elf.h>
#include <sys/inotify.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "core/os/files.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "plugins/catalogue/catalogue.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using test::Ran;
namespace fs = std::filesystem;

namespace {

constexpr int kPlugins = 200;  // every second one is native

// Which files of some folders were opened, by any process, since last asked.
class Opened {
 public:
  Opened() : inotify_(inotify_init1(IN_NONBLOCK)) { REQUIRE(inotify_ >= 0); }
  ~Opened() { close(inotify_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  void watch(const fs::path& folder) { REQUIRE(inotify_add_watch(inotify_, folder.c_str(), IN_OPEN) >= 0); }
  /// Names of files to how many were opened; folders are left out.
  std::map<std::string, int> names() const {
    std::map<std::string, int> all;
    alignas(inotify_event) char block[65536];
    for (ssize_t size; (size = read(inotify_, block, sizeof block)) > 0;) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(block + at);
        REQUIRE((event->mask & IN_Q_OVERFLOW) == 0);
        if (event->len > 0 && (event->mask & IN_ISDIR) == 0) ++all[event->name];
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return all;
  }

 private:
  int inotify_;
};

// Everything that a plugin of its kind may contribute and that runs code when it is asked for.
std::string manifest_text(int number, bool is_native) {
  const std::string n = std::to_string(number);
  std::string text = R"({"id": "org.example.p)" + n + R"(", "version": "1.0.0", "title": "Plugin )" + n + R"(", "summary": "S.", "kind": ")" + (is_native ? "native" : "pack") +
                     R"(", "sdk": {"from": 1, "to": 1}, "data_class": "free text", "reads": {"evidence": ["title", "outcome"]}, "contributes": {"reports": [{"id": "r)" + n +
                     R"(", "title": "R", "summary": "S.", "scope": "one organisation", "place": ")" + (number % 4 < 2 ? "card" : "report") + "\"";
  if (!is_native) return text + R"(, "source": "report.json"}]}})";
  return text + R"(}], "projections": [{"id": "rows", "on": ["evidence"], "columns": [{"name": "title"}]}],
    "validators": [{"id": "look", "on": ["evidence"], "summary": "S."}], "exports": [{"id": "list)" + n + R"(", "title": "L", "columns": [{"name": "title"}]}],
    "commands": [{"id": "plan", "title": "P", "summary": "S.", "proposes": ["action"]}]}})";
}

// As much of a shared library for this computer as is looked at before a process is started for it.
const std::string& library_head() {
  static const std::string head = test::file_text(test::program_path()).substr(0, sizeof(Elf64_Ehdr));
  return head;
}

plugins::PluginFiles files_of(int number) {
  if (number % 2 == 0) return {{"plugin.json", manifest_text(number, true)}, {"plugin.so", library_head()}};
  return {{"plugin.json", manifest_text(number, false)},
          {"report.json", R"({"template": "report.md", "queries": {"all": {"from": "evidence"}}})"},
          {"report.md", "{{table all \"All\"}}\n| Title |\n|---|\n| {{title}} |\n"}};
}

struct CrowdedDesk : Desk {
  Opened opened;
  fs::path mark = scratch / "a worker was started";
  fs::path program = scratch / "bin/evenhand";

  CrowdedDesk() {
    found();
    good({"evidence", "add", "Interpreters", "--outcome", "1A"});
    install_all();
    // Whatever made the workspace may have asked the validators of the plugins that come with the program.
    fs::remove(runs());
    fs::create_directories(program.parent_path());
    fs::copy_file(test::program_path(), program);
    const fs::path worker = program.parent_path() / "evenhand-plugin-worker";
    std::ofstream(worker) << "#!/bin/sh\n: > '" << mark.string() << "'\nexit 1\n";
    fs::permissions(worker, fs::perms::owner_all);
    (void)opened.names();
  }

  fs::path runs() const { return fs::path(workspace) / "plugins/runs.jsonl"; }

  /// From the folder where the marked worker stands.
  Ran crowded(const std::string& words) const {
    const std::string command = "'" + program.string() + "' --workspace '" + workspace + "' " + words + " >'" + (scratch / "out").string() + "' 2>&1 </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::file_text(scratch / "out"), ""};
  }

 private:
  void install_all() {
    SystemClock clock;
    SystemRandom random;
    auto opened_workspace = Workspace::open(workspace, OpenMode::read_write, clock, random);
    REQUIRE(opened_workspace.ok());
    Command command;
    for (int number = 0; number < kPlugins; ++number) {
      const plugins::PluginFiles files = files_of(number);
      const auto manifest = plugins::read_manifest(files.at("plugin.json"));
      INFO((manifest.ok() ? "" : manifest.error().sentence()));
      REQUIRE(manifest.ok());
      const fs::path folder = plugins::folder_of(workspace, manifest->id, manifest->version);
      fs::create_directories(folder);
      for (const auto& [name, bytes] : files) std::ofstream(folder / name, std::ios::binary) << bytes;
      opened.watch(folder);
      command.changes.push_back(plugins::agree_to(*manifest, plugins::digest_of(files), ""));
    }
    const auto agreed = opened_workspace->submit(command);
    INFO((agreed.ok() ? "" : agreed.error().sentence()));
    REQUIRE(agreed.ok());
  }
};

}  // namespace

TEST_CASE("200 installed plugins are listed, and their reports, without opening any file of theirs but the manifest, and without starting a process") {
  CrowdedDesk desk;
  for (const std::string words : {"version", "--help", "status", "plugin list", "report list", "evidence list", "plugin info org.example.p8"}) {
    const Ran ran = desk.crowded(words);
    INFO(words << "\n" << ran.out);
    CHECK(ran.exit == 0);
    const auto names = desk.opened.names();
    for (const auto& [name, times] : names) CHECK(name == "plugin.json");
    if (words == "plugin list" || words == "report list") CHECK(names.contains("plugin.json"));
    CHECK_FALSE(fs::exists(desk.mark));
    CHECK_FALSE(fs::exists(desk.runs()));  // nor was code asked that runs in our own process
  }
  const Ran list = desk.crowded("--json plugin list");
  const auto parsed = parse_json(list.out);
  REQUIRE(parsed.ok());
  std::size_t installed = 0;
  for (const Json& one : parsed->items()) installed += one.find("state")->text() == "installed, unsigned" ? 1 : 0;
  CHECK(installed == kPlugins);
}

TEST_CASE("asked for a report of one of 200 plugins, that plugin's files are opened and its process started, and nobody else's") {
  CrowdedDesk desk;
  const Ran native = desk.crowded("report run r8 --to '" + (desk.scratch / "r8.html").string() + "'");
  CHECK(native.exit != 0);  // the marked worker ends at once
  CHECK(fs::exists(desk.mark));
  CHECK(desk.opened.names()["plugin.so"] == 1);
  CHECK(fs::exists(desk.runs()));
  fs::remove(desk.mark);
  const Ran pack = desk.crowded("report run r7 --to '" + (desk.scratch / "r7.html").string() + "'");
  INFO(pack.out);
  CHECK(pack.exit == 0);
  auto names = desk.opened.names();
  CHECK(names["report.md"] == 1);
  CHECK(names["plugin.so"] == 0);
  CHECK_FALSE(fs::exists(desk.mark));
}
