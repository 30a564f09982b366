// Who may open a log, in which state, and what the looks at its file cost when nothing is wrong.

#include <catch2/catch.hpp>
#include <cstdlib>

#include <lmdb.h>
#include <signal.h>
#include <sys/resource.h>

#include "core/os/child_process.h"
#include "core/store/check.h"
#include "core/store/store_folder.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

TEST_CASE("a log of a newer version is refused with a sentence, and left alone") {
  Scratch scratch;
  { const Log log = Log::create(scratch / "log", sample_space()).value(); }
  {
    Environment::Options options;
    options.create = true;
    const auto environment = Environment::open(scratch / "log", {{"meta"}}, options).value();
    Transaction transaction = environment->begin_write(100).value();
    const Bytes newer = {2, 0, 0, 0, 'E', 'H', 'L', 'O', 'G'};
    REQUIRE(transaction.put(environment->table(0), view_of("format"), newer));
    REQUIRE(transaction.commit());
  }
  const auto error = Log::open(scratch / "log", OpenMode::read_write).error();
  CHECK(error.code == ErrorCode::refused);
  CHECK(error.sentence().find("newer version") != std::string::npos);
}

TEST_CASE("an absent log is not found, a folder that exists is not overwritten, another file is not a log") {
  Scratch scratch;
  CHECK(Log::open(scratch / "none", OpenMode::read_write).error().code == ErrorCode::not_found);
  CHECK(Log::create(scratch.folder(), sample_space()).error().code == ErrorCode::refused);
  REQUIRE(write_file_durably(scratch / "data.mdb", view_of("a letter")));
  CHECK(Log::open(scratch.folder(), OpenMode::read_write).error().code == ErrorCode::corrupt);
}

TEST_CASE("reader: tells by its end whether it sees as many events as it should", "[.reader]") {
  const Log log = Log::open(std::getenv("EVENHAND_READS"), OpenMode::read_only).value();
  CHECK(std::to_string(log.read().value().event_count()) == std::getenv("EVENHAND_EXPECTS"));
}

TEST_CASE("a reader in another process sees what the writer has committed, while the writer has it open") {
  Scratch scratch;
  Log log = Log::create(scratch / "log", sample_space()).value();
  ChainWriter anna(sample_space(), 1);
  const auto reader_sees = [&](std::uint64_t events) {
    const std::string self = fs::read_symlink("/proc/self/exe").string();
    const std::string command = "EVENHAND_READS=" + (scratch / "log").string() + " EVENHAND_EXPECTS=" + std::to_string(events) + " " + self + " '[.reader]' >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  };
  CHECK(reader_sees(0));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const Bytes commit = anna.commit(2);
    const ByteView bytes = commit;
    REQUIRE(log.append({&bytes, 1}));
    CHECK(reader_sees(2 * i));
    CHECK_FALSE(reader_sees(2 * i + 1));
  }
}

TEST_CASE("a writer that was killed keeps nobody out and loses nothing") {
  Scratch scratch;
  ChainWriter anna(sample_space(), 1);
  const std::vector<Bytes> commits = {anna.commit(2), anna.commit(1)};
  const auto outcome = run_in_child([&](Bytes&) -> int {
    Log log = Log::create(scratch / "log", sample_space()).value();
    for (const Bytes& commit : commits) {
      const ByteView bytes = commit;
      if (!log.append({&bytes, 1})) return 1;
    }
    const auto view = log.read();
    ::raise(SIGKILL);  // leaves its reader slot and its lock file behind
    return view ? 0 : 1;
  }, {}).value();
  CHECK(outcome.code == SIGKILL);
  Log log = Log::open(scratch / "log", OpenMode::read_write).value();
  CHECK(commits_of(log.read().value()) == commits);
  const Bytes next = anna.commit();
  const ByteView bytes = next;
  CHECK(log.append({&bytes, 1}).value().events_new == 1);
}

TEST_CASE("a log opened twice in one process is one log") {
  Scratch scratch;
  Log first = Log::create(scratch / "log", sample_space()).value();
  const Log second = Log::open(scratch / "log", OpenMode::read_only).value();
  const Bytes commit = ChainWriter(sample_space(), 1).commit();
  const ByteView bytes = commit;
  REQUIRE(first.append({&bytes, 1}));
  CHECK(second.read().value().event_count() == 1);
  { [[maybe_unused]] const Log gone = std::move(first); }
  CHECK(second.read().value().event_count() == 1);
}

TEST_CASE("every sample passes the whole look, whatever LMDB did to its pages") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Scratch scratch;
    const SampleLog sample = SampleLog::make(scratch / "log", seed, static_cast<int>(seed) * 12);
    const auto report = check_log(scratch / "log");
    CAPTURE(seed);
    REQUIRE(report);
    CHECK(report->commits == sample.commits.size());
    CHECK(report->events == sample.references.size());
    Log log = Log::open(scratch / "log", OpenMode::read_write).value();
    CHECK(log.drop_bodies([](const Reference& r, const EventView&) { return r.seq % 3 == 0; }).value() > 0);
    { [[maybe_unused]] const Log closed = std::move(log); }
    CHECK(check_log(scratch / "log").ok());
  }
}

TEST_CASE("a file that was changed behind the log's back no longer counts as left clean") {
  Scratch scratch;
  { const SampleLog sample = SampleLog::make(scratch / "log", 1, 20); }
  CHECK(StoreFolder::enter(scratch / "log").value()->was_left_clean());
  Bytes file = read_file(scratch / "log" / "data.mdb", 1 << 24).value();
  REQUIRE(write_file_whole(scratch / "log" / "data.mdb", file));
  CHECK_FALSE(StoreFolder::enter(scratch / "log").value()->was_left_clean());
}

TEST_CASE("dropped bodies leave no byte in any file of the log, and hashes and seals still hold") {
  Scratch scratch;
  ChainWriter anna(sample_space(), 1);
  Log log = Log::create(scratch / "log", sample_space()).value();
  std::vector<Bytes> commits;
  for (int i = 0; i < 50; ++i) {
    commits.push_back(anna.commit(3, 150));
    const ByteView bytes = commits.back();
    REQUIRE(log.append({&bytes, 1}));
  }
  const Reference target = anna.references()[70];
  Bytes body;
  const auto found = log.read().value();
  const Hash digest = found.log_digest({}).value();
  REQUIRE(CommitView::decode_stored(commits[23]).value().walk([&](std::size_t i, const EventView& event) {
    if (i == 70 % 3) body.assign(event.body.begin(), event.body.end());
    return true;
  }));
  CHECK(log.drop_bodies([&](const Reference& r, const EventView&) { return r == target; }).value() == 1);
  for (const auto& entry : fs::directory_iterator(scratch / "log")) {
    const Bytes bytes = read_file(entry.path(), 1 << 24).value();
    CHECK(std::search(bytes.begin(), bytes.end(), body.begin(), body.end()) == bytes.end());
  }
  CHECK(log.read().value().log_digest({}).value() == digest);
  const auto view = log.read().value();
  const auto place = view.find(target).value();
  const CommitView commit = view.commit_at(place.arrival).value();
  CHECK(verify_commit(commit, anna.descriptor()).ok());
  REQUIRE(commit.walk([&](std::size_t i, const EventView& event) {
    CHECK((event.body_state == BodyState::absent) == (i == place.index));
    return true;
  }));
  const ByteView again = commits[23];
  CHECK(log.append({&again, 1}).value().events_new == 0);
}

TEST_CASE("when the disk takes no more, append says so, keeps what was acknowledged, and stops until opened anew") {
  Scratch scratch;
  const auto outcome = run_in_child([&](Bytes& answer) -> int {
    ::signal(SIGXFSZ, SIG_IGN);
    Log log = Log::create(scratch / "log", sample_space()).value();
    const rlimit limit{600'000, 600'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ChainWriter anna(sample_space(), 1);
    for (int i = 0; i < 1000; ++i) {
      const Bytes commit = anna.commit(4, 2000);
      const ByteView bytes = commit;
      const auto appended = log.append({&bytes, 1});
      if (appended) {
        ++answer.emplace_back();
        continue;
      }
      const bool stopped = log.append({&bytes, 1}).error().what.find("stopped") != std::string::npos;
      return appended.error().code == ErrorCode::unavailable && stopped ? 0 : 2;
    }
    return 3;
  }, {}).value();
  REQUIRE(outcome.end == ChildOutcome::End::returned);
  const Log log = Log::open(scratch / "log", OpenMode::read_write).value();
  CHECK(log.read().value().last_arrival() == outcome.answer.size());
  CHECK(outcome.answer.size() > 20);
}
