#include "core/store/blob_store.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>
#include <memory>

#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

BlobStore::Source source_of(const Bytes& bytes, std::size_t piece, std::shared_ptr<std::size_t> at = std::make_shared<std::size_t>(0)) {
  return [&bytes, piece, at](std::span<std::uint8_t> out) -> Result<std::size_t> {
    const std::size_t count = std::min({piece, out.size(), bytes.size() - *at});
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(*at), count, out.begin());
    *at += count;
    return count;
  };
}

Result<Bytes> fetch(const BlobStore& store, const BlobAddress& address) {
  Bytes all;
  EVENHAND_CHECK(store.get(address, [&](ByteView chunk) -> Result<void> {
    all.insert(all.end(), chunk.begin(), chunk.end());
    return {};
  }));
  return all;
}

Bytes noise(std::size_t count) {
  SeededRandom random(count);
  Bytes bytes(count);
  random.fill(bytes);
  return bytes;
}

}  // namespace

TEST_CASE("an attachment of any length comes back as it was, under one address whatever the pieces") {
  Scratch scratch;
  BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
  std::vector<BlobAddress> addresses;
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, kBlobChunkBytes - 1, kBlobChunkBytes, kBlobChunkBytes + 1, 3 * kBlobChunkBytes}) {
    const Bytes bytes = noise(length);
    const BlobAddress address = store.put(source_of(bytes, 1000)).value();
    CHECK(store.put(source_of(bytes, 1 << 20)).value() == address);
    const bool is_same = fetch(store, address).value() == bytes;
    CHECK(is_same);
    CHECK(store.size_of(address).value() == length);
    addresses.push_back(address);
  }
  std::sort(addresses.begin(), addresses.end());
  CHECK(store.list().value() == addresses);
}

TEST_CASE("a damaged attachment is found before its chunk is handed out, and put() heals it") {
  Scratch scratch;
  BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
  const Bytes bytes = noise(600'000);
  const BlobAddress address = store.put(source_of(bytes, 65536)).value();
  const fs::path file = scratch / "blobs" / address.hex().substr(0, 2) / address.hex();
  const Bytes stored = read_file(file, 1 << 20).value();
  for (const std::size_t at : {std::size_t{0}, std::size_t{300'000}, std::size_t{599'999}, std::size_t{600'010}, stored.size() - 12, stored.size() - 1}) {
    Bytes damaged = stored;
    damaged[at] ^= 1;
    REQUIRE(write_file_whole(file, damaged));
    CHECK(fetch(store, address).error().code == ErrorCode::corrupt);
  }
  REQUIRE(write_file_whole(file, ByteView(stored).first(1000)));
  CHECK(fetch(store, address).error().code == ErrorCode::corrupt);
  CHECK(store.put(source_of(bytes, 65536)).value() == address);
  CHECK(fetch(store, address).ok());
  REQUIRE(store.remove(address));
  CHECK(fetch(store, address).error().code == ErrorCode::not_found);
}

TEST_CASE("a source that fails leaves nothing, and a cut copy is cleaned away") {
  Scratch scratch;
  {
    BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
    int pieces = 0;
    CHECK_FALSE(store.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
      if (++pieces == 3) return unavailable("the stick was pulled");
      return out.size();
    }));
    CHECK(store.list().value().empty());
  }
  REQUIRE(write_file_whole(scratch / "blobs" / "123-1.tmp", view_of("cut")));
  const BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
  CHECK(fs::is_empty(scratch / "blobs"));
}

TEST_CASE("a copy that one process makes survives another that opens the store for writing and makes the same") {
  Scratch scratch;
  const Bytes bytes(kBlobChunkBytes + 7, 3);
  BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
  std::size_t given = 0;
  const auto address = store.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (given == 0) {  // in the middle: somebody else comes and goes
      int status = 1;
      const pid_t other = ::fork();
      REQUIRE(other >= 0);
      if (other == 0) {
        auto beside = BlobStore::open(scratch / "blobs", OpenMode::read_write);
        ::_exit(beside.ok() && beside->put(source_of(bytes, 65536)).ok() ? 0 : 1);
      }
      REQUIRE(::waitpid(other, &status, 0) == other);
      CHECK(status == 0);
    }
    const std::size_t count = std::min(out.size(), bytes.size() - given);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(given), count, out.begin());
    given += count;
    return count;
  });
  REQUIRE(address.ok());
  CHECK(fetch(store, *address).value() == bytes);
  CHECK(store.list()->size() == 1);
}

TEST_CASE("a copy of other bytes survives another process that opens the store") {
  Scratch scratch;
  const Bytes bytes(1000, 4);
  BlobStore store = BlobStore::open(scratch / "blobs", OpenMode::read_write).value();
  bool is_first = true;
  const auto address = store.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (!std::exchange(is_first, false)) return std::size_t{0};
    REQUIRE(BlobStore::open(scratch / "blobs", OpenMode::read_write).ok());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return bytes.size();
  });
  REQUIRE(address.ok());
  CHECK(fetch(store, *address).value() == bytes);
}
