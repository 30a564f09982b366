// What digests find and vectors cannot: bodies that were lost, and events that share the 8 bytes a vector tells of them.

#include <catch2/catch.hpp>

#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

const SpaceId kSpace = space_number(7);

/// Every body that is absent, as if no erasure named any.
LogSpace::Known absent_in(LogReplica& replica) {
  return {{}, [&replica]() -> Result<std::vector<Reference>> {
            std::vector<Reference> missing;
            EVENHAND_TRY(const LogReadView view, replica.log().read());
            EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
              const std::vector<Hash> hashes = commit.event_hashes().value();
              return commit.walk([&](std::size_t i, const EventView& event) {
                if (event.body_state == BodyState::absent) missing.push_back({commit.chain(), commit.first_seq() + i, shorten(hashes[i])});
                return true;
              }).ok();
            }));
            return missing;
          }};
}

/// A space whose vector shows the first 8 bytes of every head as zero: as if different events shared them.
class Colliding : public ReplicaSpace {
 public:
  explicit Colliding(ReplicaSpace& real) : real_(real) {}
  const SpaceId& id() const override { return real_.id(); }
  SegmentForm form() const override { return real_.form(); }
  Result<VersionVector> vector() const override {
    EVENHAND_TRY(VersionVector vector, real_.vector());
    for (auto& entry : vector.entries) {
      for (auto& end : entry.ends) end.head = {};
      entry.ends.resize(1);
    }
    return vector;
  }
  Result<std::vector<Hash>> full_heads() const override {
    ++heads_asked;
    return real_.full_heads();
  }
  Result<Lane> lane_of(const ChainId& chain) const override { return real_.lane_of(chain); }
  Result<bool> has(const Reference&) const override { return true; }
  Result<std::vector<Reference>> missing_bodies(std::size_t) const override { return std::vector<Reference>(); }
  Result<Hash> log_digest() const override { return real_.log_digest(); }
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after, std::uint64_t& cursor) const override {
    return real_.next_segment(chain, after, cursor);
  }
  Result<Stored> store(std::span<const Segment> segments) override { return real_.store(segments); }
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>(); }
  BlobStore* blobs() override { return nullptr; }
  mutable std::size_t heads_asked = 0;

 private:
  ReplicaSpace& real_;
};

class CollidingReplica : public Replica {
 public:
  explicit CollidingReplica(LogReplica& real) : space(real.space()), real_(real) {}
  const PublicKey& device() const override { return real_.device(); }
  std::string title() const override { return "Fenmarsh"; }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey&) override { return {&space}; }
  Result<bool> welcome_space(const PublicKey&, const SpaceId&) override { return false; }
  Result<void> settle() override { return {}; }
  Colliding space;

 private:
  LogReplica& real_;
};

}  // namespace

TEST_CASE("a replica whose bodies were lost without an order gets them back from a partner") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(kSpace, absent_in(left));
  right.add_space(kSpace, absent_in(right));
  ChainWriter one(kSpace, 10), two(kSpace, 11);
  for (int i = 0; i < 20; ++i) {
    for (ChainWriter* chain : {&one, &two}) {
      const Bytes commit = chain->commit(3);
      left.append(commit);
      right.append(commit);
    }
  }
  REQUIRE(left.log().drop_bodies([](const Reference& r, const EventView&) { return r.seq % 9 == 0; }).value() == 12);
  REQUIRE(right.log().drop_bodies([](const Reference& r, const EventView&) { return r.seq == 1; }).value() == 2);
  REQUIRE(left.digest() != right.digest());
  SessionPair pair(left, right);
  REQUIRE(pair.run());
  INFO(pair.left.outcome().why.sentence());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(pair.right.outcome().end == SessionEnd::in_sync);
  CHECK(left.space().missing_bodies(100).value().empty());
  CHECK(right.space().missing_bodies(100).value().empty());
  CHECK(left.digest() == right.digest());
  CHECK(left.settled() == 1);
  CHECK(right.settled() == 1);
}

TEST_CASE("texts that are absent because of an order that comes in the same session are not called missing") {
  struct Told : LogReplica {
    using LogReplica::LogReplica;
    bool knows_orders = false;
    Result<void> settle() override {
      knows_orders = true;
      return LogReplica::settle();
    }
  };
  Scratch scratch{Scratch::quick_parent()};
  Told left(scratch / "left", 1), right(scratch / "right", 2);
  for (Told* one : {&left, &right}) {
    const auto absent = absent_in(*one).missing_bodies;
    one->add_space(kSpace, {{}, [one, absent] { return one->knows_orders ? Result<std::vector<Reference>>(std::vector<Reference>()) : absent(); }});
  }
  ChainWriter chain(kSpace, 10);
  left.append(chain.commit(3));
  REQUIRE(left.log().drop_bodies([](const Reference& r, const EventView&) { return r.seq == 2; }).value() == 1);
  left.knows_orders = true;
  SessionPair pair(left, right);
  REQUIRE(pair.run());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(pair.right.outcome().end == SessionEnd::in_sync);
  CHECK(pair.right.outcome().spaces.at(0).events_received == 3);
}

TEST_CASE("bodies that both lack leave the session partial, and it says so") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(kSpace, absent_in(left));
  right.add_space(kSpace, absent_in(right));
  ChainWriter chain(kSpace, 10);
  const Bytes commit = chain.commit(3);
  left.append(commit);
  right.append(commit);
  REQUIRE(left.log().drop_bodies([](const Reference& r, const EventView&) { return r.seq <= 2; }).value() == 2);
  REQUIRE(right.log().drop_bodies([](const Reference& r, const EventView&) { return r.seq >= 2; }).value() == 2);
  SessionPair pair(left, right);
  REQUIRE(pair.run());
  CHECK(left.space().missing_bodies(9).value().size() == 1);
  CHECK(right.space().missing_bodies(9).value().size() == 1);
  CHECK(left.digest() == right.digest());
}

TEST_CASE("events that share the bytes of a vector are told apart by their full heads") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left_log(scratch / "left", 1), right_log(scratch / "right", 2);
  left_log.add_space(kSpace);
  right_log.add_space(kSpace);
  ChainWriter shared(kSpace, 10), forked(kSpace, 11);
  const Bytes common = shared.commit(2), begin = forked.commit(2);
  for (LogReplica* replica : {&left_log, &right_log}) {
    replica->append(common);
    replica->append(begin);
  }
  const auto base = forked.end();
  left_log.append(forked.commit());
  forked.go_back_to(base);
  right_log.append(forked.commit());
  CollidingReplica left(left_log), right(right_log);
  SessionPair pair(left, left_log.memory(), right, right_log.memory(), 1);
  REQUIRE(pair.run());
  INFO(pair.left.outcome().why.sentence());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(left.space.heads_asked > 0);
  CHECK(right.space.heads_asked > 0);
  CHECK(left_log.digest() == right_log.digest());
  CHECK(left_log.log().read().value().chain(forked.id()).value().is_forked());
  CHECK(left_log.log().read().value().event_count() == 6);
}

TEST_CASE("what waited beyond a gap on one side of a fork reaches the partner that filled the gap, in the same session") {
  Scratch scratch;
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(kSpace);
  right.add_space(kSpace);
  ChainWriter writer(kSpace, 9);
  const Bytes base = writer.commit(4);
  left.append(base);
  right.append(base);
  const auto fork = writer.end();
  left.append(writer.commit(3));
  writer.go_back_to(fork);
  left.append(writer.commit(6));
  right.append(writer.commit(1));  // from a stick; what comes before it is not here
  REQUIRE(right.log().read().value().parked_count() == 1);
  SessionPair pair(right, left);  // it has sent what it has before anything comes
  REQUIRE(pair.run());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(left.digest() == right.digest());
  CHECK(left.log().read().value().event_count() == 14);
}

TEST_CASE("spaces of 4,096 chains sync within 8 MiB") {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(kSpace);
  right.add_space(kSpace);
  std::vector<Bytes> to_left, to_right;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    const Bytes commit = ChainWriter(kSpace, 1000 + i).commit(1, 20);
    if (i % 3 != 0) to_left.push_back(commit);
    if (i % 3 != 1) to_right.push_back(commit);
  }
  const std::vector<ByteView> left_views(to_left.begin(), to_left.end()), right_views(to_right.begin(), to_right.end());
  REQUIRE(left.log().append(left_views));
  REQUIRE(right.log().append(right_views));
  SessionPair pair(left, right, 1, {.compression = false});
  pair.piece = std::size_t{64} << 20;
  REQUIRE(pair.run());
  INFO(pair.left.outcome().why.sentence());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(left.digest() == right.digest());
  CHECK(left.log().read().value().chains().value().size() == 4096);
  CHECK(pair.held_max <= std::size_t{8} << 20);
}

TEST_CASE("a body that was lost on any branch of a forked chain comes back from a partner") {
  for (const std::size_t lost : {1, 4, 6}) {  // in the base, on either branch
    INFO("lost " << lost);
    Scratch scratch{Scratch::quick_parent()};
    LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
    left.add_space(kSpace, absent_in(left));
    right.add_space(kSpace, absent_in(right));
    ChainWriter writer(kSpace, 10);
    const auto add = [&](std::size_t events) {
      const Bytes commit = writer.commit(events);
      left.append(commit);
      right.append(commit);
    };
    add(3);
    const auto base = writer.end();
    add(2);
    writer.go_back_to(base);
    add(2);
    const Reference gone = writer.references()[lost];
    REQUIRE(right.log().drop_bodies([&](const Reference& reference, const EventView&) { return reference == gone; }).value() == 1);
    SessionPair pair(left, right, 5);
    CHECK(pair.run());
    CHECK(pair.right.outcome().end == SessionEnd::in_sync);
    CHECK(right.space().missing_bodies(9).value().empty());
  }
}
