#include "core/event/commit.h"

#include <catch2/catch.hpp>

#include "tests/support/chain_writer.h"

using namespace evenhand;

namespace {
Result<void> accepted(ByteView bytes, const ChainDescriptor& chain) {
  EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(bytes));
  EVENHAND_TRY(const std::vector<Hash> hashes, verify_commit(commit, chain));
  return hashes.empty() ? Result<void>(corrupt("no events")) : Result<void>();
}

// As an attacker would: the checksum is no secret, so it is made to fit again.
void mend_checksum(Bytes& bytes) {
  const ByteView covered = ByteView(bytes).first(bytes.size() - CommitView::kTrailerBytes);
  const Checksum sum = checksum_of(covered);
  std::copy(sum.bytes.begin(), sum.bytes.end(), bytes.end() - CommitView::kTrailerBytes);
}
}  // namespace

TEST_CASE("a commit with any byte changed is refused, with and without its checksum made to fit") {
  ChainWriter writer(SpaceId{}, 4);
  const Bytes commit = writer.commit(3, 40);
  REQUIRE(accepted(commit, writer.descriptor()).ok());
  for (std::size_t at = 0; at < commit.size(); ++at) {
    Bytes damaged = commit;
    damaged[at] ^= 0x10;
    INFO("byte " << at);
    CHECK_FALSE(accepted(damaged, writer.descriptor()).ok());
    mend_checksum(damaged);
    const bool is_in_checksum = at >= commit.size() - CommitView::kTrailerBytes;
    CHECK(accepted(damaged, writer.descriptor()).ok() == is_in_checksum);  // mended bytes there are the old ones again
  }
}

TEST_CASE("a commit cut at any byte is refused") {
  ChainWriter writer(SpaceId{}, 4);
  const Bytes commit = writer.commit(2, 40);
  for (std::size_t length = 0; length < commit.size(); ++length) {
    CHECK_FALSE(accepted(ByteView(commit).first(length), writer.descriptor()).ok());
  }
}

TEST_CASE("a commit that lost a body still verifies; one whose body was swapped does not") {
  ChainWriter writer(SpaceId{}, 4);
  const Bytes commit = writer.commit(3, 40);
  const CommitView view = CommitView::decode_untrusted(commit).value();
  const Bytes erased = without_bodies(view, [](std::size_t index, const EventView&) { return index == 1; });
  CHECK(erased.size() < commit.size());
  REQUIRE(accepted(erased, writer.descriptor()).ok());
  CHECK(CommitView::decode_untrusted(erased)->event_hashes().value() == view.event_hashes().value());
}

TEST_CASE("a commit holds 512 events and no more, and the builder is as before when one is refused") {
  SeededRandom random(2);
  const KeyPair key = KeyPair::make(random);
  CommitBuilder builder({key.public_key(), SpaceId{}, Lane::data, {}}, key, 0, {});
  EventDraft draft;
  draft.type = "evidence.changed";
  for (std::size_t i = 0; i < kEventsPerCommitMax; ++i) REQUIRE(builder.add(draft, random).ok());
  CHECK_FALSE(builder.add(draft, random).ok());
  draft.body.resize(kBodyBytesMax + 1);
  CHECK_FALSE(builder.add(draft, random).ok());
  CHECK(builder.event_count() == kEventsPerCommitMax);
  CHECK(CommitView::decode_untrusted(builder.finish()).ok());
}
