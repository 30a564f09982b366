#include "sync/protocol/frame.h"

#include <catch2/catch.hpp>

#include "core/event/commit.h"
#include "tests/support/chain_writer.h"

using namespace evenhand;

namespace {

struct Packed {
  SeededRandom random{8};
  SpaceId space = random.make_id<SpaceId>();
  KeyPair packer = KeyPair::make(random);
  SealKey epoch = SealKey::make(random);
  ChainWriter chain{space, 3};
  SegmentRange range;
  Bytes commits;

  explicit Packed(std::size_t count = 3, Lane lane = Lane::data) {
    range = {chain.id(), lane, 1, 0, chain.end().head, {}};
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes commit = chain.commit(2, 100);
      commits.insert(commits.end(), commit.begin(), commit.end());
    }
    range.last_seq = chain.end().seq;
    range.head = chain.end().head;
  }
  Bytes frame() { return pack_frame(space, range, commits, range.lane == Lane::data ? &epoch : nullptr, packer, random).value(); }
  FindEpochKey keys() {
    return [this](const KeyId& id) { return id == epoch.id ? &epoch : nullptr; };
  }
};

}  // namespace

TEST_CASE("a frame gives back the commits it was packed from, and its header without any key") {
  for (const Lane lane : {Lane::data, Lane::authority}) {
    Packed packed(3, lane);
    const Bytes frame = packed.frame();
    const auto header = read_frame_header(frame);
    REQUIRE(header.ok());
    CHECK(header->space == packed.space);
    CHECK(header->range == packed.range);
    CHECK(header->packer == packed.packer.public_key());
    CHECK(header->epoch.is_zero() == (lane == Lane::authority));
    CHECK(open_frame(frame, *header, packed.keys()).value() == packed.commits);
    const auto without = open_frame(frame, *header, {});
    CHECK(without.ok() == (lane == Lane::authority));
    if (!without) CHECK(without.error().code == ErrorCode::not_found);
  }
}

TEST_CASE("a frame with any byte changed or cut off is refused before anything of it is opened") {
  Packed packed;
  const Bytes frame = packed.frame();
  for (std::size_t at = 0; at < frame.size(); ++at) {
    Bytes damaged = frame;
    damaged[at] ^= 4;
    REQUIRE_FALSE(read_frame_header(damaged).ok());
    REQUIRE_FALSE(read_frame_header(ByteView(frame).first(at)).ok());
  }
}

TEST_CASE("sealed content cannot be moved under another header") {
  Packed packed;
  const Bytes frame = packed.frame();
  const auto header = read_frame_header(frame).value();
  for (const std::size_t at : {std::size_t{16}, std::size_t{48}, std::size_t{64}, std::size_t{112}, std::size_t{160}}) {
    Bytes moved = frame;
    moved[at] ^= 1;
    CHECK(open_frame(moved, header, packed.keys()).error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("a frame whose content is longer than it says is refused without taking the memory") {
  Packed packed(1, Lane::authority);
  Bytes frame = packed.frame();
  auto header = read_frame_header(frame).value();
  header.content_bytes -= 1;
  CHECK(open_frame(frame, header, {}).error().code == ErrorCode::corrupt);
  header.content_bytes += 2;
  CHECK(open_frame(frame, header, {}).error().code == ErrorCode::corrupt);
  frame.push_back(0);
  CHECK(open_frame(frame, read_frame_header(packed.frame()).value(), {}).error().code == ErrorCode::corrupt);
}

TEST_CASE("a segment beyond 512 events or 256 KiB is not packed") {
  Packed packed;
  SegmentRange range = packed.range;
  range.last_seq = range.first_seq + kEventsPerCommitMax;
  CHECK(pack_frame(packed.space, range, packed.commits, &packed.epoch, packed.packer, packed.random).error().code == ErrorCode::refused);
  CHECK(pack_frame(packed.space, packed.range, Bytes(kCommitBytesMax + 1), &packed.epoch, packed.packer, packed.random).error().code == ErrorCode::refused);
}
