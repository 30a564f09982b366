// Kills a process at its n-th system call while it carries out a command over two spaces, each of them a store of its own.
// Afterwards, once the workspace was opened for writing: the whole command is there, or nothing of it; what was
// acknowledged is there.
#include <catch2/catch.hpp>

#include "core/engine/workspace.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "tests/faults/writer.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

SystemClock system_clock;
SystemRandom system_random;

Command over_two_spaces(const EntityId& organisation) {
  Command command;
  command.changes.push_back({"meeting", {}, Verb::changed, {{"organisation", organisation}, {"title", std::string("Board")}}});
  command.changes.push_back({"cycle", {}, Verb::changed, {{"title", std::string("EDS")}, {"framework", std::string("eds-2022")}, {"policy", std::string("nhs-eds-2022")}}});
  return command;
}

Workspace opened(const fs::path& folder) {
  auto workspace = Workspace::open(folder, OpenMode::read_write, system_clock, system_random);
  INFO((workspace.ok() ? "" : workspace.error().sentence()));
  REQUIRE(workspace.ok());
  return std::move(*workspace);
}

}  // namespace

TEST_CASE("writer: a command over two spaces", "[.writer-command]") {
  const fs::path folder = writer_folder();
  Workspace workspace = opened(folder / "ws");
  if (workspace.submit(over_two_spaces(workspace.organisation()))) acknowledge(folder, "saved");
  acknowledge(folder, "end");
}

TEST_CASE("a command over two spaces killed at any call is there whole or not at all") {
  int kills = 0, whole = 0;
  for (const std::string call : {"write", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "unlink", "unlinkat", "ftruncate"}) {
    for (int n = 1;; ++n) {
      CAPTURE(call, n);
      const Scratch scratch{Scratch::quick_parent()};  // what a kill leaves is in the kernel, whatever the disk
      const fs::path folder = scratch.folder();
      REQUIRE(Workspace::create(folder / "ws", {"Northmere Trust", "NT", "laptop"}, system_clock, system_random).ok());
      const std::string command = "EVENHAND_WRITER='" + folder.string() + "' strace -f -qq -o /dev/null -e trace=" + call + " -e inject=" + call +
                                  ":signal=SIGKILL:when=" + std::to_string(n) + " " + fs::read_symlink("/proc/self/exe").string() + " '[.writer-command]' >/dev/null 2>&1";
      [[maybe_unused]] const int status = std::system(command.c_str());
      {
        Workspace workspace = opened(folder / "ws");
        const std::size_t meetings = workspace.records("meeting")->size();
        CHECK(workspace.records("cycle")->size() == meetings);
        if (acknowledged(folder, "saved") == 1) CHECK(meetings == 1);
        whole += meetings == 1 ? 1 : 0;
        CHECK_FALSE(fs::exists(folder / "ws" / "intent"));
        CHECK(workspace.submit(over_two_spaces(workspace.organisation())).ok());
        for (const auto& space : workspace.rebuild({}).value()) CHECK(space.before == space.after);
      }
      if (acknowledged(folder, "end") == 1) break;
      ++kills;
    }
  }
  CHECK(kills >= 15);
  CHECK(whole >= 5);
}
