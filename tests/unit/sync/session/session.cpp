#include "sync/session/session.h"

#include <catch2/catch.hpp>

#include "sync/protocol/limits.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

/// Two devices that share space 7, and the chains that tests write into them.
struct Two {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left{scratch / "left", 1};
  LogReplica right{scratch / "right", 2};
  std::deque<ChainWriter> writers;

  Two() {
    left.add_space(space_number(7));
    right.add_space(space_number(7));
  }
  ChainWriter& writer() { return writers.emplace_back(space_number(7), 100 + writers.size()); }
  void both(const Bytes& commit) {
    left.append(commit);
    right.append(commit);
  }
  void check_in_sync(SessionPair& pair) {
    INFO(pair.left.outcome().why.sentence());
    INFO(pair.right.outcome().why.sentence());
    CHECK(pair.left.outcome().end == SessionEnd::in_sync);
    CHECK(pair.right.outcome().end == SessionEnd::in_sync);
    CHECK(left.digest() == right.digest());
  }
  void sync(std::uint64_t seed = 1) {
    SessionPair pair(left, right, seed);
    REQUIRE(pair.run());
    check_in_sync(pair);
  }
};

}  // namespace

TEST_CASE("two replicas hold the same after one session, whoever had what") {
  Two two;
  for (int i = 0; i < 5; ++i) two.left.append(two.writer().commit(3));
  for (int i = 0; i < 4; ++i) two.right.append(two.writer().commit(2));
  SessionPair pair(two.left, two.right);
  REQUIRE(pair.run());
  two.check_in_sync(pair);
  const SpaceOutcome outcome = pair.left.outcome().spaces.at(0);
  CHECK(outcome.events_sent == 15);
  CHECK(outcome.events_received == 8);
  CHECK(outcome.events_new == 8);
  CHECK(pair.right.outcome().spaces.at(0).events_new == 15);
  CHECK(two.left.settled() == 1);
  const SessionProgress progress = pair.left.progress();
  CHECK(progress.events_to_send == 15);
  CHECK(progress.events_sent == 15);
  CHECK(progress.events_to_receive == 8);
  CHECK(progress.events_received == 8);
}

TEST_CASE("equal logs end in one round trip with a handful of bytes") {
  Two two;
  for (int i = 0; i < 20; ++i) two.both(two.writer().commit(3));
  SessionPair pair(two.left, two.right);
  REQUIRE(pair.run());
  two.check_in_sync(pair);
  CHECK(pair.from_left + pair.from_right <= 150);
  CHECK(two.left.settled() == 0);
}

TEST_CASE("partners that met before tell each other only what changed") {
  Two two;
  for (int i = 0; i < 50; ++i) two.both(two.writer().commit(2, 300));
  two.sync();
  std::size_t payload = 0;
  for (int i = 0; i < 3; ++i) {
    const Bytes commit = two.writers[static_cast<std::size_t>(i)].commit(1, 300);
    payload += commit.size();
    (i < 2 ? two.left : two.right).append(commit);
  }
  SessionPair pair(two.left, two.right, 9, {.compression = false});
  REQUIRE(pair.run());
  two.check_in_sync(pair);
  CHECK(pair.from_left + pair.from_right <= payload + 250);
}

TEST_CASE("what a partner lacks is in the first answer when both remember each other") {
  Two two;
  ChainWriter& writer = two.writer();
  two.both(writer.commit(10));
  two.sync();
  two.right.append(writer.commit(4));
  SessionPair pair(two.left, two.right, 5);
  pair.right.receive(pair.left.take(1 << 20));
  pair.left.receive(pair.right.take(1 << 20));
  (void)pair.left.take(1 << 20);
  CHECK(two.left.digest() == two.right.digest());
}

TEST_CASE("forgetting a partner costs bytes, not correctness") {
  Two two;
  ChainWriter& writer = two.writer();
  two.both(writer.commit(10));
  two.sync();
  two.left.append(writer.commit(4));
  two.right.append(two.writer().commit(4));
  for (const bool left_forgets : {true, false}) {
    ShortMemory forgotten;
    SessionPair pair(two.left, left_forgets ? forgotten : two.left.memory(), two.right, left_forgets ? two.right.memory() : forgotten, 3);
    REQUIRE(pair.run());
    two.check_in_sync(pair);
    two.left.append(writer.commit(2));
  }
}

TEST_CASE("a device that forgot a meeting, and changed nothing since, hears the news of a partner that remembers it") {
  Two two;
  two.both(two.writer().commit(10));
  two.sync();
  two.right.append(two.writer().commit(4));
  for (const bool forgetful_begins : {true, false}) {
    ShortMemory forgotten, remembers = two.right.memory();
    SessionPair begun(two.left, forgotten, two.right, remembers, 3);
    SessionPair answered(two.right, remembers, two.left, forgotten, 3);
    SessionPair& pair = forgetful_begins ? begun : answered;
    REQUIRE(pair.run());
    two.check_in_sync(pair);
    two.right.append(two.writer().commit(2));
    remembers = two.right.memory();
  }
}

TEST_CASE("nothing of a space that is not for the partner reaches it, not even its id") {
  Two two;
  two.left.append(two.writer().commit());
  two.left.add_space(space_number(9));
  two.right.add_space(space_number(9));
  two.left.hidden = {space_number(9)};
  SessionPair pair(two.left, two.right);
  pair.record = true;
  REQUIRE(pair.run());
  two.check_in_sync(pair);
  CHECK(pair.left.outcome().spaces.size() == 1);
  const Bytes id(32, 9);
  CHECK(std::search(pair.left_said.begin(), pair.left_said.end(), id.begin(), id.end()) == pair.left_said.end());
  const Bytes shared(32, 7);
  CHECK(std::search(pair.left_said.begin(), pair.left_said.begin() + 100, shared.begin(), shared.end()) == pair.left_said.begin() + 100);
}

TEST_CASE("a device that was invited takes a new space, another one declines it") {
  Scratch scratch{Scratch::quick_parent()};
  for (const bool from_left : {true, false}) {
    for (const bool is_invited : {true, false}) {
      const std::string name = std::to_string(from_left) + std::to_string(is_invited);
      LogReplica has(scratch / (name + "a"), 1), gets(scratch / (name + "b"), 2);
      has.add_space(space_number(3));
      has.append(ChainWriter(space_number(3), 5).commit(4));
      if (is_invited) gets.invited = {space_number(3)};
      SessionPair pair(from_left ? has : gets, from_left ? gets : has);
      REQUIRE(pair.run());
      CHECK(pair.left.is_over());
      CHECK(pair.right.is_over());
      CHECK(pair.left.outcome().end == (is_invited ? SessionEnd::in_sync : SessionEnd::partial));
      if (is_invited) CHECK(gets.digest() == has.digest());
    }
  }
}

TEST_CASE("a fork that nobody knew of ends with both branches on both sides") {
  for (const std::size_t right_more : {std::size_t{1}, std::size_t{3}, std::size_t{6}}) {
    Two two;
    ChainWriter& writer = two.writer();
    two.both(writer.commit(2));
    const auto base = writer.end();
    for (int i = 0; i < 3; ++i) two.left.append(writer.commit());
    writer.go_back_to(base);
    for (std::size_t i = 0; i < right_more; ++i) two.right.append(writer.commit());
    SessionPair pair(two.left, two.right);
    REQUIRE(pair.run());
    two.check_in_sync(pair);
    CHECK(two.left.log().read()->chain(writer.id())->branches.size() == 2);
    CHECK(pair.left.outcome().spaces.at(0).forks == std::vector<ChainId>{writer.id()});
    two.left.append(writer.commit());
    two.sync(4);
  }
}

TEST_CASE("what a branch grows by is all that goes over once both hold the fork, and nobody is alarmed again") {
  Two two;
  ChainWriter& writer = two.writer();
  two.both(writer.commit(2));
  const auto base = writer.end();
  for (int i = 0; i < 3; ++i) two.left.append(writer.commit());
  const auto left_end = writer.end();
  writer.go_back_to(base);
  for (int i = 0; i < 20; ++i) two.right.append(writer.commit());
  const auto right_end = writer.end();
  two.sync();
  for (const auto& end : {left_end, right_end}) {  // the shorter branch and the longer one
    writer.go_back_to(end);
    two.left.append(writer.commit());
    SessionPair pair(two.left, two.right, 3);
    REQUIRE(pair.run());
    two.check_in_sync(pair);
    CHECK(pair.left.outcome().spaces.at(0).events_received == 0);
    CHECK(pair.right.outcome().spaces.at(0).events_new == 1);
    CHECK(pair.left.outcome().spaces.at(0).forks.empty());
    CHECK(pair.right.outcome().spaces.at(0).forks.empty());
  }
  CHECK(two.left.log().read()->chain(writer.id())->branches.size() == 2);
}

TEST_CASE("branches that grew on both sides, and a third that one side adds, all end up on both") {
  Two two;
  ChainWriter& writer = two.writer();
  two.both(writer.commit(2));
  const auto base = writer.end();
  two.left.append(writer.commit());
  const auto left_end = writer.end();
  writer.go_back_to(base);
  two.right.append(writer.commit());
  const auto right_end = writer.end();
  two.sync();
  for (int round = 0; round < 2; ++round) {
    writer.go_back_to(left_end);
    for (int i = 0; i < 3; ++i) (round == 0 ? two.left : two.right).append(writer.commit());
    writer.go_back_to(right_end);
    for (int i = 0; i < 2; ++i) (round == 0 ? two.right : two.left).append(writer.commit());
    if (round == 1) {
      writer.go_back_to(base);
      two.right.append(writer.commit());
    }
    two.sync(10 + static_cast<std::uint64_t>(round));
  }
  CHECK(two.left.log().read()->chain(writer.id())->branches.size() == 5);
}

TEST_CASE("a chain of more branches than a vector tells still syncs") {
  Two two;
  ChainWriter& writer = two.writer();
  two.both(writer.commit(2));
  const auto base = writer.end();
  for (int i = 0; i < 14; ++i) {
    writer.go_back_to(base);
    (i % 2 == 0 ? two.left : two.right).append(writer.commit());
  }
  two.sync();
  CHECK(two.left.log().read()->chain(writer.id())->branches.size() == 14);
}

TEST_CASE("three replicas that meet in pairs hold the same") {
  Scratch scratch{Scratch::quick_parent()};
  std::deque<LogReplica> all;
  for (std::uint64_t i = 0; i < 3; ++i) {
    all.emplace_back(scratch / std::to_string(i), i + 1).add_space(space_number(7));
    all.back().append(ChainWriter(space_number(7), 40 + i).commit(3));
  }
  for (const auto& [a, b] : {std::pair{0, 1}, {1, 2}, {2, 0}, {0, 1}}) {
    SessionPair pair(all[static_cast<std::size_t>(a)], all[static_cast<std::size_t>(b)], 7);
    REQUIRE(pair.run());
    CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  }
  CHECK(all[0].digest() == all[1].digest());
  CHECK(all[1].digest() == all[2].digest());
}

TEST_CASE("a session goes on at the last stored segment") {
  Two two;
  ChainWriter& writer = two.writer();
  for (int i = 0; i < 60; ++i) two.left.append(writer.commit(100, 400));
  SessionPair cut(two.left, two.right, 1, {.compression = false});
  cut.bytes_max = 1'500'000;
  REQUIRE_FALSE(cut.run());
  const std::uint64_t kept = two.right.log().read()->event_count();
  CHECK(kept >= 1500);
  SessionPair again(two.left, two.right, 2);
  REQUIRE(again.run());
  two.check_in_sync(again);
  CHECK(again.right.outcome().spaces.at(0).events_received == 6000 - kept);
}

TEST_CASE("a session holds at most 8 MiB, and credit stops a sender whose partner does not store") {
  Two two;
  ChainWriter& writer = two.writer();
  for (int i = 0; i < 120; ++i) two.left.append(writer.commit(300, 400));
  SessionPair pair(two.left, two.right, 1, {.compression = false});
  pair.right.receive(pair.left.take(1 << 20));
  pair.left.receive(pair.right.take(1 << 20));
  std::size_t sent = 0, held = 0;
  for (Bytes bytes = pair.left.take(1 << 16); !bytes.empty(); bytes = pair.left.take(1 << 16)) {
    sent += bytes.size();
    held = std::max(held, pair.left.held_bytes());
  }
  CHECK(sent > 3'000'000);
  CHECK(sent < kCreditBytesMax + 100'000);
  CHECK(held < 2'500'000);

  two.sync(3);
  SessionPair whole(two.left, two.right, 4);
  CHECK(whole.run());
  Two other;
  for (int i = 0; i < 120; ++i) other.left.append(other.writers.empty() ? other.writer().commit(300, 400) : other.writers[0].commit(300, 400));
  SessionPair flood(other.left, other.right, 1, {.compression = false});
  flood.piece = std::size_t{64} << 20;
  REQUIRE(flood.run());
  other.check_in_sync(flood);
  CHECK(flood.held_max <= std::size_t{8} << 20);
}

TEST_CASE("the same inputs make the same bytes") {
  Bytes said[2];
  for (int i = 0; i < 2; ++i) {
    Two two;
    for (int k = 0; k < 4; ++k) (k % 2 == 0 ? two.left : two.right).append(two.writer().commit(2));
    SessionPair pair(two.left, two.right, 77);
    pair.record = true;
    REQUIRE(pair.run());
    said[i] = pair.left_said;
    said[i].insert(said[i].end(), pair.right_said.begin(), pair.right_said.end());
  }
  CHECK(said[0] == said[1]);
}

TEST_CASE("a silent partner ends the session after a minute, a slow one does not") {
  Two two;
  two.left.append(two.writer().commit());
  SessionPair pair(two.left, two.right);
  pair.left.tick(5);
  pair.right.tick(5);
  pair.right.receive(pair.left.take(1 << 20));
  pair.left.receive(pair.right.take(1 << 20));
  for (std::uint64_t now = 1000; !pair.right.is_over() && now < 200'000; now += 1000) {
    pair.left.tick(now);
    CHECK_FALSE(pair.left.is_over());
    pair.right.tick(now);
    const Bytes ping = pair.right.take(1 << 20);
    pair.left.receive(ping);
  }
  CHECK(pair.right.is_over());
  CHECK(pair.right.outcome().end == SessionEnd::partial);
}
