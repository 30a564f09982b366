#include "core/os/files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <unistd.h>

#include "core/os/child_process.h"
#include "core/os/signals.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "core/os/workspace_lock.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

TEST_CASE("a file is replaced whole, and no temporary file stays behind") {
  Scratch scratch;
  REQUIRE(write_file_durably(scratch / "a", view_of("first")));
  REQUIRE(write_file_durably(scratch / "a", view_of("second"), Secrecy::ordinary));
  CHECK(text_of(read_file(scratch / "a", 100).value()) == "second");
  CHECK(std::distance(fs::directory_iterator(scratch.folder()), fs::directory_iterator()) == 1);
}

TEST_CASE("a secret file is readable by its owner only, and so is a folder that we make") {
  Scratch scratch;
  REQUIRE(write_file_durably(scratch / "key", view_of("x"), Secrecy::secret));
  struct stat found {};
  ::stat((scratch / "key").c_str(), &found);
  CHECK((found.st_mode & 0777) == 0600);
  REQUIRE(make_private_folder(scratch / "a/b/c"));
  ::stat((scratch / "a/b/c").c_str(), &found);
  CHECK((found.st_mode & 0777) == 0700);
  CHECK(make_private_folder(scratch / "a/b/c"));
}

TEST_CASE("a file longer than its bound is refused, and an absent one is not found") {
  Scratch scratch;
  REQUIRE(write_file_durably(scratch / "a", view_of("12345")));
  CHECK(read_file(scratch / "a", 5).ok());
  CHECK(read_file(scratch / "a", 4).error().code == ErrorCode::refused);
  CHECK(read_file(scratch / "b", 4).error().code == ErrorCode::not_found);
  CHECK(read_file("/proc/self/status", 1 << 20).value().size() > 100);  // tells length 0
}

TEST_CASE("a file that cannot be written is an error that says where") {
  const auto error = write_file_durably("/proc/nothing/here", view_of("x")).error();
  CHECK(error.where.find("/proc/nothing") != std::string::npos);
  CHECK(free_bytes("/").value() > 0);
  CHECK_FALSE(is_network_filesystem("/proc"));
}

TEST_CASE("the second to lock a workspace is told who holds it, and gets it when the first has gone") {
  Scratch scratch;
  {
    const auto first = WorkspaceLock::take(scratch / "lock", "evenhand", "desk").value();
    const auto second = WorkspaceLock::take(scratch / "lock", "evenhand", "log");
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK(second.error().what.find("evenhand desk") != std::string::npos);
    CHECK(WorkspaceLock::holder(scratch / "lock").value()->process == ::getpid());
  }
  CHECK_FALSE(WorkspaceLock::holder(scratch / "lock").value());
  CHECK(WorkspaceLock::take(scratch / "lock", "evenhand", "log"));
}

TEST_CASE("a child killed while it holds the workspace leaves it free") {
  Scratch scratch;
  const auto outcome = run_in_child([&](Bytes&) -> int {
    const auto lock = WorkspaceLock::take(scratch / "lock", "evenhand", "desk");
    ::raise(SIGKILL);
    return lock ? 0 : 1;
  }, {}).value();
  CHECK(outcome.end == ChildOutcome::End::killed_by_signal);
  CHECK(outcome.code == SIGKILL);
  CHECK(WorkspaceLock::take(scratch / "lock", "evenhand", "log"));
}

TEST_CASE("a child's answer, failure, crash, excess and delay are told apart") {
  using End = ChildOutcome::End;
  const auto well = run_in_child([](Bytes& answer) { answer = {1, 2, 3}; return 0; }, {}).value();
  CHECK(well.end == End::returned);
  CHECK(well.answer == Bytes{1, 2, 3});
  const auto failed = run_in_child([](Bytes&) { return 7; }, {}).value();
  CHECK(failed.end == End::failed);
  CHECK(failed.code == 7);
  CHECK(run_in_child([](Bytes&) -> int { std::abort(); }, {}).value().code == SIGABRT);
  ChildLimits tight;
  tight.time_ms = 50;
  CHECK(run_in_child([](Bytes&) -> int { for (;;) ::pause(); }, tight).value().end == End::out_of_time);
  ChildLimits small;
  small.answer_bytes_max = 10;
  CHECK(run_in_child([](Bytes& answer) { answer.resize(100); return 0; }, small).value().end == End::too_much_to_say);
#ifndef EVENHAND_SANITIZED
  ChildLimits poor;
  poor.memory_bytes = std::uint64_t{64} << 20;
  CHECK(run_in_child([](Bytes&) { Bytes much(std::size_t{256} << 20, 1); return much[5] == 1 ? 0 : 1; }, poor).value().end == End::failed);
#endif
}

TEST_CASE("the first Ctrl-C only raises a flag") {
  const InterruptWatch watch;
  CHECK_FALSE(is_interrupted());
  ::raise(SIGINT);
  CHECK(is_interrupted());
}

TEST_CASE("the system gives randomness that does not repeat and a time after 2024") {
  SystemRandom random;
  CHECK(random.make_id<Hash>() != random.make_id<Hash>());
  CHECK(SystemClock().now().ms > 1'700'000'000'000);
}
