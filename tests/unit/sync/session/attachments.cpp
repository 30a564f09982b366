#include <catch2/catch.hpp>

#include "sync/protocol/message.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

Bytes noise(std::size_t count, std::uint64_t seed) {
  SeededRandom random(seed);
  Bytes bytes(count);
  random.fill(bytes);
  return bytes;
}

BlobAddress put(BlobStore& store, const Bytes& bytes) {
  std::size_t at = 0;
  return store.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    const std::size_t count = std::min(out.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
    at += count;
    return count;
  }).value();
}

/// The left has attachments, the right wants them.
struct TwoWithBlobs {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left{scratch / "left", 1};
  LogReplica right{scratch / "right", 2};
  std::vector<BlobAddress> named;

  TwoWithBlobs() {
    left.add_space(space_number(7), {}, true);
    right.add_space(space_number(7), {[this](std::size_t most) { return wanted(most); }, {}}, true);
    left.append(ChainWriter(space_number(7), 1).commit());
  }
  Result<std::vector<BlobAddress>> wanted(std::size_t most) {
    std::vector<BlobAddress> lacking;
    for (const BlobAddress& address : named) {
      if (!right.blob_store().has(address) && lacking.size() < most) lacking.push_back(address);
    }
    return lacking;
  }
};

}  // namespace

TEST_CASE("attachments of any length come after the events, whole and under their address") {
  TwoWithBlobs two;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, kBlobChunkBytes, kBlobChunkBytes + 1, 5 * kBlobChunkBytes + 77}) {
    two.named.push_back(put(two.left.blob_store(), noise(bytes, bytes)));
  }
  for (std::size_t i = 0; i < 100; ++i) two.named.push_back(put(two.left.blob_store(), noise(50, 1000 + i)));
  SessionPair pair(two.left, two.right);
  REQUIRE(pair.run());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(pair.right.outcome().attachments_received == 105);
  CHECK(two.right.blob_store().list().value() == two.left.blob_store().list().value());
  CHECK(pair.held_max < std::size_t{8} << 20);
}

TEST_CASE("an attachment cut half-way goes on at its last whole chunk") {
  TwoWithBlobs two;
  const std::size_t length = 20 * kBlobChunkBytes;
  two.named.push_back(put(two.left.blob_store(), noise(length, 4)));
  SessionPair cut(two.left, two.right);
  cut.bytes_max = length / 2;
  const bool ran = cut.run();
  INFO(cut.left.outcome().why.sentence() << cut.right.outcome().why.sentence() << cut.from_left);
  REQUIRE_FALSE(ran);
  CHECK(two.right.blob_store().chunks_begun(two.named[0]) >= 8);
  SessionPair again(two.left, two.right, 2);
  REQUIRE(again.run());
  CHECK(again.right.outcome().attachments_received == 1);
  CHECK(again.from_left < length * 6 / 10);
  CHECK(two.right.blob_store().size_of(two.named[0]).value() == length);
}

TEST_CASE("an attachment that the partner lacks too leaves the session partial, and it is asked for once") {
  TwoWithBlobs two;
  two.named.push_back(SeededRandom(9).make_id<BlobAddress>());
  SessionPair pair(two.left, two.right);
  REQUIRE(pair.run());
  CHECK(pair.right.outcome().end == SessionEnd::partial);
  CHECK(pair.right.outcome().attachments_lacking == 1);
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
}

TEST_CASE("a chunk that does not fit its attachment ends the session, and nothing of it is kept") {
  TwoWithBlobs two;
  const Bytes bytes = noise(3 * kBlobChunkBytes, 4);
  two.named.push_back(put(two.left.blob_store(), bytes));
  SessionPair pair(two.left, two.right);
  for (int i = 0; i < 40 && !pair.right.is_over(); ++i) {
    Bytes out = pair.left.take(1 << 20);
    if (out.size() > 600'000) out[500'000] ^= 1;
    pair.right.receive(out);
    pair.left.receive(pair.right.take(1 << 20));
  }
  CHECK(pair.right.outcome().end == SessionEnd::refused);
  CHECK_FALSE(two.right.blob_store().has(two.named[0]));
  SessionPair again(two.left, two.right, 2);
  REQUIRE(again.run());
  CHECK(again.right.outcome().end == SessionEnd::in_sync);
}

TEST_CASE("a copy whose kept chunks were damaged is asked for anew") {
  TwoWithBlobs two;
  two.named.push_back(put(two.left.blob_store(), noise(4 * kBlobChunkBytes, 4)));
  const auto outline = two.left.blob_store().read(two.named[0])->outline();
  {
    BlobWriter writer = two.right.blob_store().write(two.named[0], outline).value();
    REQUIRE(writer.add(two.left.blob_store().read(two.named[0])->chunk(0).value()));
    CHECK(writer.add(Bytes(kBlobChunkBytes)).error().code == ErrorCode::corrupt);
    REQUIRE(writer.add(two.left.blob_store().read(two.named[0])->chunk(1).value()));
  }
  for (const auto& entry : std::filesystem::directory_iterator(two.scratch / "right")) {
    const auto part = entry.path() / (two.named[0].hex() + ".part");
    if (std::filesystem::exists(part)) {
      FileHandle file = FileHandle::open_to_continue(part, kBlobChunkBytes, Secrecy::secret).value();
      REQUIRE(file.write_all(Bytes(kBlobChunkBytes, 1)));
    }
  }
  for (std::uint64_t i = 0; i < 2; ++i) {
    SessionPair pair(two.left, two.right, 3 + i);
    REQUIRE(pair.run());
  }
  CHECK(two.right.blob_store().has(two.named[0]));
  CHECK(two.right.blob_store().write(two.named[0], {outline.length + 1, outline.chunks}).error().code == ErrorCode::corrupt);
}
