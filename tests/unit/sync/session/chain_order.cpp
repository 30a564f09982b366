// In which order a chain goes out while its log changes.

#include <catch2/catch.hpp>
#include <map>

#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

TEST_CASE("a chain that is going out when its fork comes in goes on along the branch of which the partner was told") {
  const SpaceId space = space_number(7);
  Scratch scratch{Scratch::quick_parent()};
  LogReplica replica(scratch / "left", 1);
  replica.add_space(space);
  ChainWriter writer(space, 10);
  replica.append(writer.commit(2));
  const auto base = writer.end();
  for (int i = 0; i < 8; ++i) replica.append(writer.commit(4, 20'000));
  const auto end = writer.end();
  std::uint64_t cursor = 0;
  std::optional<Segment> segment = replica.space().next_segment(writer.id(), 0, cursor).value();
  REQUIRE(segment);
  REQUIRE(segment->range.last_seq < end.seq);

  writer.go_back_to(base);
  for (int i = 0; i < 12; ++i) replica.append(writer.commit(4));  // a longer one
  std::optional<SegmentRange> last;
  for (int i = 0; segment; ++i) {
    REQUIRE(i < 100);
    if (last) {
      CHECK(segment->range.first_seq == last->last_seq + 1);
      CHECK(segment->range.previous == last->head);
    }
    last = segment->range;
    segment = replica.space().next_segment(writer.id(), 0, cursor).value();
  }
  CHECK(last->head == end.head);

  // The next round gives both.
  cursor = 0;
  std::uint64_t events = 0;
  while ((segment = replica.space().next_segment(writer.id(), 0, cursor).value())) events += segment->range.last_seq - segment->range.first_seq + 1;
  CHECK(events == 2 + 32 + 48);
}

TEST_CASE("chains that go out in turns each go on along their own branch when forks come in") {
  const SpaceId space = space_number(7);
  Scratch scratch{Scratch::quick_parent()};
  LogReplica replica(scratch / "left", 1);
  replica.add_space(space);
  ChainWriter writers[] = {{space, 10}, {space, 11}};
  ChainWriter::End bases[2], ends[2];
  for (std::size_t i = 0; i < 2; ++i) {
    replica.append(writers[i].commit(2));
    bases[i] = writers[i].end();
    for (int k = 0; k < 8; ++k) replica.append(writers[i].commit(4, 20'000));
    ends[i] = writers[i].end();
  }
  std::uint64_t cursors[2] = {};
  std::optional<SegmentRange> last[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const auto segment = replica.space().next_segment(writers[i].id(), 0, cursors[i]).value();
    REQUIRE(segment);
    CHECK(segment->goes_on_at > 0);
    last[i] = segment->range;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    writers[i].go_back_to(bases[i]);
    for (int k = 0; k < 12; ++k) replica.append(writers[i].commit(4));
  }
  bool is_done[2] = {};
  for (std::size_t turn = 0; !is_done[0] || !is_done[1]; ++turn) {
    REQUIRE(turn < 100);
    const std::size_t i = turn % 2;
    if (is_done[i]) continue;
    const auto segment = replica.space().next_segment(writers[i].id(), 0, cursors[i]).value();
    is_done[i] = !segment;
    if (!segment) continue;
    CHECK(segment->range.first_seq == last[i]->last_seq + 1);
    CHECK(segment->range.previous == last[i]->head);
    last[i] = segment->range;
  }
  for (std::size_t i = 0; i < 2; ++i) CHECK(last[i]->head == ends[i].head);
}

TEST_CASE("chains that lie all over a long log go out in turns, and all of it arrives") {
  const SpaceId space = space_number(7);
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left(scratch / "left", 1), right(scratch / "right", 2);
  left.add_space(space);
  right.add_space(space);
  ChainWriter writers[] = {{space, 10}, {space, 11}, {space, 12}};
  std::vector<Bytes> batch;
  for (std::size_t i = 0; i < 2400; ++i) batch.push_back(writers[i % 3].commit(2));
  const std::vector<ByteView> views(batch.begin(), batch.end());
  REQUIRE(left.log().append(views));

  SessionPair pair(left, right);
  pair.record = true;
  REQUIRE(pair.run());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(left.digest() == right.digest());

  // The order in which they were stored there: no chain ran ahead of the others by more than a window and a segment.
  std::map<ChainId, std::uint64_t> reached;
  std::uint64_t furthest = 0;
  REQUIRE(right.log().read().value().scan(1, [&](Arrival, const CommitView& commit) {
    reached[commit.chain()] = commit.last_seq();
    if (reached.size() == 3) {
      const auto [least, most] = std::minmax({reached[writers[0].id()], reached[writers[1].id()], reached[writers[2].id()]});
      furthest = std::max(furthest, most - least);
    }
    return true;
  }));
  CHECK(reached.size() == 3);
  CHECK(furthest > 0);
  CHECK(furthest < 1200);
}
