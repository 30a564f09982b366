// Makes the n-th write or sync of an append fail, for every n, once or from then on. The program never acknowledges what
// failed, writes nothing more until it opened the log anew, and has everything acknowledged then.
//
// The writer is this very program, run as a hidden test; strace gives the error instead of making the call.
#include <catch2/catch.hpp>

#include "core/engine/workspace.h"
#include "core/os/files.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "tests/faults/writer.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

// What an append calls; the acknowledgements go through write(), which stays as it is.
const std::vector<std::string> kCalls = {"pwrite64", "writev", "pwritev", "fdatasync", "fsync", "msync"};

/// The call fails from its n-th on, or then only.
struct Fault {
  std::string call;
  std::string error;
  int n;
  bool goes_on;
  std::string injected() const { return call + ":error=" + error + ":when=" + std::to_string(n) + (goes_on ? "+" : ""); }
};

int under_strace(const Fault& fault, const std::string& command) {
  return std::system(("strace -f -qq -o /dev/null -e trace=" + fault.call + " -e inject=" + fault.injected() + " " + command).c_str());
}

// Every place at which a call of `run` can fail; ends a kind of call after the first n that it never reaches.
template <class Run>
int fail_everywhere(const std::vector<std::string>& calls, Run run) {
  int faults = 0;
  for (const std::string& call : calls) {
    for (int n = 1;; ++n) {
      const Fault fault{call, n % 2 == 0 ? "ENOSPC" : "EIO", n, n % 3 == 0};
      INFO(fault.injected());
      if (!run(fault)) break;
      ++faults;
    }
  }
  return faults;
}

}  // namespace

TEST_CASE("writer: goes on after a failure only by opening anew", "[.writer-failing]") {
  const fs::path folder = writer_folder();
  const auto all = batches();
  auto log = Log::create(folder / "log", sample_space());
  if (!log) {
    acknowledge(folder, "failed");
    return acknowledge(folder, "end");
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto done = append(*log, all[i]);
    for (int again = 0; again < 2 && !done; ++again) {
      acknowledge(folder, "failed");
      const auto next = append(*log, all[(i + 1) % all.size()]);
      if (next) acknowledge(folder, "wrote over doubtful ground");
      if (!next && next.error().what.find("stopped") == std::string::npos) acknowledge(folder, "did not say why: " + next.error().sentence());
      { [[maybe_unused]] const Log closed = std::move(*log); }
      log = Log::open(folder / "log", OpenMode::read_write);
      if (!log) return acknowledge(folder, "end");
      done = append(*log, all[i]);
    }
    if (!done) break;
    acknowledge(folder, "batch");
  }
  acknowledge(folder, "end");
}

TEST_CASE("an append whose write or sync fails is not acknowledged, nothing is written until the log was opened anew, and nothing acknowledged is lost") {
  const auto all = batches();
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  int whole = 0;
  const int faults = fail_everywhere(kCalls, [&](const Fault& fault) {
    Scratch scratch{Scratch::quick_parent()};
    under_strace(fault, "env EVENHAND_WRITER='" + scratch.folder().string() + "' " + self + " '[.writer-failing]' >'" + scratch.folder().string() + "/said' 2>&1");
    const auto said = read_file(scratch / "acknowledged", 1 << 16);
    INFO((said ? std::string(text_of(*said)) : std::string("nothing was acknowledged")));
    CHECK(acknowledged(scratch.folder(), "end") == 1);
    CHECK(acknowledged(scratch.folder(), "wrote over doubtful ground") == 0);
    CHECK((!said || text_of(*said).find("did not say why") == std::string_view::npos));
    const std::size_t promised = acknowledged(scratch.folder(), "batch");
    check_log_left(scratch.folder(), all, promised);
    whole += promised == all.size() ? 1 : 0;
    return acknowledged(scratch.folder(), "failed") > 0;
  });
  CHECK(faults >= 60);
  CHECK(whole >= faults / 3);  // a fault that passes is survived by opening anew
}

TEST_CASE("a command whose write or sync fails says so and ends with an error, or has saved everything") {
  Scratch scratch{Scratch::quick_parent()};
  SystemClock clock;
  SystemRandom random;
  { REQUIRE(Workspace::create(scratch / "made", {"Trust", "T", "test"}, clock, random).ok()); }
  const fs::path folder = scratch / "ws";
  int refused = 0;
  const int faults = fail_everywhere({"pwrite64", "writev", "fdatasync", "fsync", "rename"}, [&](const Fault& fault) {
    fs::remove_all(folder);
    fs::copy(scratch / "made", folder, fs::copy_options::recursive);
    const fs::path said_file = scratch / "said";
    // A fault that the program never meets leaves it as it is: strace writes no line then.
    const int status = std::system(("strace -f -qq -o '" + (scratch / "calls").string() + "' -e trace=" + fault.call + " -e inject=" + fault.injected() +
                                    " " EVENHAND_PROGRAM " --workspace '" + folder.string() + "' group add Veterans --code veterans --category local >'" +
                                    said_file.string() + "' 2>&1").c_str());
    const auto calls = read_file(scratch / "calls", 1 << 20);
    const bool was_met = calls && text_of(*calls).find("(INJECTED)") != std::string_view::npos;
    const auto said = read_file(said_file, 1 << 16);
    REQUIRE(said.ok());
    INFO(text_of(*said));
    const auto workspace = Workspace::open(folder, OpenMode::read_write, clock, random);
    REQUIRE(workspace.ok());
    const std::size_t groups = workspace->records("group")->size();
    CHECK(groups <= 1);
    if (status == 0) CHECK(groups == 1);
    if (status != 0) {
      ++refused;
      CHECK(text_of(*said).find("evenhand: ") != std::string_view::npos);
    }
    return was_met;
  });
  CHECK(faults >= 8);
  CHECK(refused >= 4);
}
