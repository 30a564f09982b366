// Kills a writing process at its n-th system call, for every n, and looks at what it leaves behind.
//
// The writer is this very program, run as the hidden test "[.writer]"; strace delivers the SIGKILL. An
// acknowledgement is a line in a file (tests/faults/writer.h).

#include <catch2/catch.hpp>

#include "core/store/check.h"
#include "core/store/table.h"
#include "tests/faults/writer.h"

using namespace evenhand;
using namespace evenhand::test;
namespace fs = std::filesystem;

namespace {

bool drops(const Reference& reference, const EventView&) { return reference.seq % 2 == 0; }

// strace counts each kind of call by itself, so every kind has its own n.
const std::vector<std::string> kCalls = {"write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "rename", "unlink", "unlinkat", "mkdir", "ftruncate"};

/// Runs the writer, killed at its n-th call of one kind; true when it was killed before it came to its end.
bool run_killed(const fs::path& folder, const std::string& scenario, const std::string& call, int n) {
  const std::string command = "EVENHAND_WRITER='" + folder.string() + "' strace -f -qq -o /dev/null -e trace=" + call + " -e inject=" + call +
                              ":signal=SIGKILL:when=" + std::to_string(n) + " " + fs::read_symlink("/proc/self/exe").string() + " '[.writer-" +
                              scenario + "]' >/dev/null 2>&1";
  [[maybe_unused]] const int status = std::system(command.c_str());
  return acknowledged(folder, "end") == 0;
}

template <class Check>
int kill_everywhere(const std::string& scenario, const std::function<void(const fs::path&)>& prepare, Check check) {
  int kills = 0;
  for (const std::string& call : kCalls) {
    for (int n = 1;; ++n) {
      Scratch scratch{Scratch::quick_parent()};
      prepare(scratch.folder());
      const bool was_killed = run_killed(scratch.folder(), scenario, call, n);
      CAPTURE(scenario, call, n);
      check(scratch.folder());
      if (!was_killed) break;
      ++kills;
    }
  }
  return kills;
}

}  // namespace

TEST_CASE("writer: appends batch after batch", "[.writer-append]") {
  const fs::path folder = writer_folder();
  Log log = Log::create(folder / "log", sample_space()).value();
  for (const auto& batch : batches()) {
    if (append(log, batch)) acknowledge(folder, "batch");
  }
  { [[maybe_unused]] const Log closed = std::move(log); }
  acknowledge(folder, "end");
}

TEST_CASE("writer: drops bodies", "[.writer-drop]") {
  const fs::path folder = writer_folder();
  Log log = Log::open(folder / "log", OpenMode::read_write).value();
  if (log.drop_bodies(drops)) acknowledge(folder, "dropped");
  { [[maybe_unused]] const Log closed = std::move(log); }
  acknowledge(folder, "end");
}

TEST_CASE("writer: rebuilds a table", "[.writer-table]") {
  const fs::path folder = writer_folder();
  auto store = TableStore::open(folder / "tables", OpenMode::read_write, {"rows"}).value();
  for (int round = 0; round < 20; ++round) {
    WriteBatch batch = store.write().value();
    for (int i = 0; i < 50; ++i) {
      const Bytes key = {static_cast<std::uint8_t>(i)};
      const Bytes value(200, static_cast<std::uint8_t>(round));
      EVENHAND_ASSERT(batch.put("rows", key, value).ok(), "a row is put");
    }
    if (batch.commit()) acknowledge(folder, "round");
  }
  acknowledge(folder, "end");
}

TEST_CASE("a writer killed at any write, sync, rename or unlink loses nothing acknowledged and leaves nothing partial") {
  CHECK(kill_everywhere("append", [](const fs::path&) {}, [](const fs::path& folder) { check_log_left(folder, batches(), acknowledged(folder, "batch")); }) >= 200);
}

TEST_CASE("an erasure killed anywhere leaves the old log or the new one, whole") {
  const auto prepare = [](const fs::path& folder) {
    Log log = Log::create(folder / "log", sample_space()).value();
    for (const auto& batch : batches()) REQUIRE(append(log, batch));
  };
  const int kills = kill_everywhere("drop", prepare, [](const fs::path& folder) {
    const bool was_promised = acknowledged(folder, "dropped") == 1;
    Log log = Log::open(folder / "log", OpenMode::read_write).value();
    std::size_t present = 0, absent = 0, even = 0;
    for (const Bytes& bytes : commits_of(log.read().value())) {
      const CommitView commit = CommitView::decode_untrusted(bytes).value();
      REQUIRE(commit.walk([&](std::size_t i, const EventView& event) {
        if ((commit.first_seq() + i) % 2 != 0) return true;
        ++even;
        (event.body_state == BodyState::present ? present : absent) += 1;
        return true;
      }));
    }
    CHECK((present == 0 || absent == 0));
    CHECK((!was_promised || absent == even));
    CHECK(log.drop_bodies(drops).ok());
    CHECK(commits_of(log.read().value()).size() > 0);
  });
  CHECK(kills >= 20);
}

TEST_CASE("a rebuild of tables killed anywhere leaves whole batches") {
  const int kills = kill_everywhere("table", [](const fs::path&) {}, [](const fs::path& folder) {
    const std::size_t promised = acknowledged(folder, "round");
    auto store = TableStore::open(folder / "tables", OpenMode::read_write, {"rows"});
    if (!store) {  // killed while it was being made: thrown away and rebuilt
      CHECK(promised == 0);
      return;
    }
    const auto view = store->read().value();
    const std::uint64_t rows = view.count("rows");
    CHECK((rows == 0 || rows == 50));
    CHECK((rows == 50 || promised == 0));
    std::optional<std::uint8_t> round;
    view.scan("rows", {}, [&](ByteView, ByteView value) {
      CHECK((!round || *round == value[0]));
      round = value[0];
      return true;
    });
    CHECK((promised == 0 || (round && *round + 1u >= promised)));
  });
  CHECK(kills >= 80);
}
