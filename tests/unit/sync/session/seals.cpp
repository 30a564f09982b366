// A hostile member's runs of commits: the last seal of each is genuine, those in the middle are garbage. Whoever took them in must be
// able to give them on.

#include <catch2/catch.hpp>

#include "tests/support/chain_writer.h"
#include "tests/support/garbled.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

const SpaceId kSpace = space_number(7);

struct Desk {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica first{scratch / "first", 1}, second{scratch / "second", 2}, third{scratch / "third", 3};
  ChainWriter writer{kSpace, 50};

  Desk() {
    for (LogReplica* replica : {&first, &second, &third}) replica->add_space(kSpace);
  }
  /// Commits of which only the last has a seal.
  std::vector<Bytes> run(std::size_t commits, std::size_t body_bytes = 20) {
    std::vector<Bytes> made;
    for (std::size_t i = 1; i <= commits; ++i) made.push_back(i < commits ? without_seal(writer.commit(1, body_bytes)) : writer.commit(1, body_bytes));
    return made;
  }
  static Result<AppendOutcome> hand(LogReplica& to, const std::vector<Bytes>& commits) {
    const std::vector<ByteView> views(commits.begin(), commits.end());
    return to.log().append_untrusted(views);
  }
  void check_passes_on(LogReplica& from, LogReplica& to) {
    SessionPair pair(from, to);
    CHECK(pair.run());
    INFO(pair.left.outcome().why.sentence());
    CHECK(pair.left.outcome().end == SessionEnd::in_sync);
    CHECK(from.digest() == to.digest());
  }
};

}  // namespace

TEST_CASE("runs of which only the last seal is good pass from one honest replica to the next, whatever their length") {
  Desk desk;
  for (const std::size_t length : {300u, 512u, 7u, 450u, 1u, 2u, 511u, 100u}) REQUIRE(Desk::hand(desk.first, desk.run(length)).ok());
  for (const std::size_t length : {3u, 5u, 2u}) REQUIRE(Desk::hand(desk.first, desk.run(length, 50'000)).ok());  // by bytes
  desk.check_passes_on(desk.first, desk.second);
  REQUIRE(Desk::hand(desk.second, desk.run(400)).ok());
  REQUIRE(Desk::hand(desk.second, desk.run(400)).ok());
  desk.check_passes_on(desk.second, desk.first);
  desk.check_passes_on(desk.second, desk.third);
}

TEST_CASE("branches with garbage for seals pass on too, though they are written in turns") {
  Desk desk;
  REQUIRE(Desk::hand(desk.first, desk.run(1)).ok());
  auto left = desk.writer.end(), right = left;
  for (int turn = 0; turn < 3; ++turn) {
    for (auto* end : {&left, &right}) {
      desk.writer.go_back_to(*end);
      REQUIRE(Desk::hand(desk.first, desk.run(200)).ok());
      *end = desk.writer.end();
    }
  }
  REQUIRE(desk.first.log().read()->chain(desk.writer.id())->branches.size() == 2);
  desk.check_passes_on(desk.first, desk.second);
  desk.writer.go_back_to(left);
  REQUIRE(Desk::hand(desk.second, desk.run(9)).ok());
  desk.check_passes_on(desk.second, desk.first);
  desk.check_passes_on(desk.first, desk.third);
}

TEST_CASE("what ends with a bad seal, or has no good one within a segment, is not stored") {
  Desk desk;
  const auto before = desk.first.digest();
  std::vector<Bytes> tail = desk.run(3);
  tail.push_back(without_seal(desk.writer.commit()));
  CHECK(Desk::hand(desk.first, tail).error().code == ErrorCode::corrupt);
  CHECK(desk.first.digest() == before);
  const auto root = ChainWriter(kSpace, 50).end();
  desk.writer.go_back_to(root);
  CHECK(Desk::hand(desk.first, desk.run(513)).error().code == ErrorCode::corrupt);
  desk.writer.go_back_to(root);
  CHECK(Desk::hand(desk.first, desk.run(6, 60'000)).error().code == ErrorCode::corrupt);
  CHECK(desk.first.digest() == before);
  // Two runs in one call, of which neither ends where a full one would.
  desk.writer.go_back_to(root);
  std::vector<Bytes> runs;
  for (const std::size_t length : {300u, 500u, 20u}) {
    for (Bytes& commit : desk.run(length)) runs.push_back(std::move(commit));
  }
  CHECK(Desk::hand(desk.first, runs).ok());
  desk.check_passes_on(desk.first, desk.second);
}

namespace {

Bytes bare(const Bytes& commit, const std::function<bool(std::size_t)>& keeps = {}) {
  return without_bodies(CommitView::decode_stored(commit).value(), [&](std::size_t i, const EventView&) { return !keeps || !keeps(i); });
}

}  // namespace

TEST_CASE("a run that is short only because its bodies are left out is refused, so bodies that come later make no gap without a good seal") {
  Desk desk;
  const auto before = desk.first.digest();
  const std::vector<Bytes> run = desk.run(10, 50'000);
  std::vector<Bytes> without;
  for (const Bytes& commit : run) without.push_back(bare(commit));
  CHECK(Desk::hand(desk.first, without).error().code == ErrorCode::corrupt);
  CHECK(desk.first.digest() == before);
  // The bodies, a few at a time, find nothing to fill; nor does the run come in this way.
  for (std::size_t with = 0; with < run.size(); ++with) {
    std::vector<Bytes> some = without;
    some[with] = run[with];
    CHECK_FALSE(Desk::hand(desk.first, some).ok());
  }
  CHECK(desk.first.digest() == before);
}

TEST_CASE("runs whose bodies come later, one by one, pass on at every step") {
  Desk desk;
  std::vector<Bytes> whole;
  for (const std::size_t length : {5u, 5u, 3u, 5u}) {
    for (Bytes& commit : desk.run(length, 50'000)) whole.push_back(std::move(commit));
  }
  std::vector<Bytes> without;
  for (const Bytes& commit : whole) without.push_back(bare(commit));
  REQUIRE(Desk::hand(desk.first, without).ok());
  desk.check_passes_on(desk.first, desk.second);
  for (std::size_t from = 0; from < whole.size(); from += 3) {
    std::vector<Bytes> some = without;
    for (std::size_t i = from; i < std::min(from + 3, whole.size()); ++i) some[i] = whole[i];
    const auto filled = Desk::hand(desk.first, some);
    REQUIRE(filled.ok());
    CHECK(filled->commits_filled == std::min<std::size_t>(3, whole.size() - from));
    LogReplica fresh(desk.scratch / ("fresh-" + std::to_string(from)), 40 + from);
    fresh.add_space(kSpace);
    desk.check_passes_on(desk.first, fresh);
  }
  REQUIRE(Desk::hand(desk.first, whole).ok());  // all of it, as a stick would bring it
  desk.check_passes_on(desk.first, desk.third);
}
