// Kills the real program at its n-th system call while it imports and while it rebuilds. Afterwards: what was there
// before is there, the import shows whole or not at all, and the same command again completes it.
#include <catch2/catch.hpp>

#include <cstdlib>

#include "core/engine/import.h"
#include "core/os/files.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kGrades = 11;

// A cycle, a service and eleven grades: small, and touching two spaces.
std::string data_file() {
  std::string records =
      R"({"type":"organisation","id":"o","fields":{"name":"Trust"}},)"
      R"({"type":"cycle","id":"c","fields":{"title":"EDS","framework":"eds-2022","policy":"nhs-eds-2022"}})";
  const char* outcomes[kGrades] = {"1A", "1B", "1C", "1D", "2A", "2B", "2C", "2D", "3A", "3B", "3C"};
  for (const char* outcome : outcomes) {
    records += std::string(R"(,{"type":"grade","id":"g)") + outcome + R"(","fields":{"organisation":"@o","cycle":"@c","outcome":")" + outcome +
               R"(","value":2,"kind":"verified"}})";
  }
  return R"({"format":"evenhand-data/1","title":"Kill points","records":[)" + records + "]}";
}

struct Bench {
  Scratch scratch{Scratch::quick_parent()};  // what a kill leaves is in the kernel, whatever the disk
  SystemClock clock;
  SystemRandom random;
  fs::path data = scratch / "data.json";

  Bench() { EVENHAND_ASSERT(write_file_durably(data, view_of(data_file())).ok(), "a test can write"); }

  Workspace open(const fs::path& folder) {
    auto workspace = Workspace::open(folder, OpenMode::read_write, clock, random);
    INFO((workspace ? "" : workspace.error().sentence()));
    REQUIRE(workspace.ok());
    return std::move(*workspace);
  }

  // A workspace of its own for each kill, made by the engine: what stands in it was acknowledged.
  fs::path fresh(bool with_data) {
    const fs::path folder = scratch / ("w" + std::to_string(made_++));
    auto workspace = Workspace::create(folder, {"Acknowledged", "ACK", "test"}, clock, random);
    REQUIRE(workspace.ok());
    if (with_data) REQUIRE(import_data(*workspace, data_file(), "data").ok());
    return folder;
  }

  /// True when the program was killed before its end.
  bool run_killed(const fs::path& folder, const std::string& words, const std::string& call, int n) {
    const std::string command = "strace -f -qq -o /dev/null -e trace=" + call + " -e inject=" + call + ":signal=SIGKILL:when=" + std::to_string(n) +
                                " " EVENHAND_PROGRAM " --workspace " + folder.string() + " " + words + " >/dev/null 2>&1";
    return std::system(command.c_str()) != 0;
  }

  int made_ = 0;
};

std::size_t grades_in(const Workspace& workspace) { return workspace.records("grade")->size(); }

const std::vector<std::string> kCalls = {"pwrite64", "pwritev", "fdatasync", "fsync", "write", "rename", "unlink", "ftruncate"};

}  // namespace

TEST_CASE("an import killed at any call loses nothing, shows nothing half, and completes when repeated") {
  Bench bench;
  int kills = 0;
  for (const std::string& call : kCalls) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const fs::path folder = bench.fresh(false);
      const bool was_killed = bench.run_killed(folder, "import " + bench.data.string(), call, n);
      {
        Workspace workspace = bench.open(folder);
        CHECK((*workspace.find(workspace.organisation()))->text("short_name") == "ACK");
        const std::size_t shown = grades_in(workspace);
        CHECK((shown == 0 || shown == kGrades));
        if (!was_killed) CHECK(shown == kGrades);
        const auto again = import_data(workspace, data_file(), "data");
        INFO((again ? "" : again.error().sentence()));
        REQUIRE(again.ok());
        CHECK(grades_in(workspace) == kGrades);
        for (const auto& space : workspace.rebuild({}).value()) CHECK(space.before == space.after);
      }
      REQUIRE(remove_tree(folder).ok());
      if (!was_killed) break;
      ++kills;
    }
  }
  CHECK(kills >= 30);
}

TEST_CASE("a rebuild killed at any call leaves a workspace that opens with the same state") {
  Bench bench;
  int kills = 0;
  for (const std::string& call : kCalls) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const fs::path folder = bench.fresh(true);
      std::vector<Hash> before;
      {
        Workspace workspace = bench.open(folder);
        for (const Space& space : workspace.spaces()) before.push_back(space.fold.state_digest().value());
      }
      const bool was_killed = bench.run_killed(folder, "rebuild", call, n);
      {
        Workspace workspace = bench.open(folder);
        std::vector<Hash> after;
        for (const Space& space : workspace.spaces()) after.push_back(space.fold.state_digest().value());
        CHECK(after == before);
        CHECK(grades_in(workspace) == kGrades);
      }
      REQUIRE(remove_tree(folder).ok());
      if (!was_killed) break;
      ++kills;
    }
  }
  CHECK(kills >= 6);
}
