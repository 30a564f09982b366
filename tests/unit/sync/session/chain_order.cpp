// In which order a chain goes out while its log changes.

#include <catch2/catch.hpp>

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
