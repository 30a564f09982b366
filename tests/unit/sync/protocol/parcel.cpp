#include "sync/protocol/parcel.h"

#include <catch2/catch.hpp>

#include "core/crypto/hash.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

struct Packed {
  SeededRandom random{8};
  SpaceId space = random.make_id<SpaceId>();
  wire::BlobId address = random.make_id<wire::BlobId>();
  KeyPair packer = KeyPair::make(random);
  SealKey epoch = SealKey::make(random);
  ParcelKeys keys = parcel_keys(epoch, space, address);
  ParcelHeader header{space, keys.name, epoch.id, {}, 2, 3};
  Bytes content = Bytes(1000, 7);
  Bytes piece = pack_piece(header, content, keys.seal, packer);
};

}  // namespace

TEST_CASE("a piece of an attachment opens with its key alone, and says who packed what") {
  Packed packed;
  const auto header = read_piece_header(packed.piece);
  REQUIRE(header.ok());
  CHECK(header->space == packed.space);
  CHECK(header->name == packed.keys.name);
  CHECK(header->epoch == packed.epoch.id);
  CHECK(header->packer == packed.packer.public_key());
  CHECK(header->number == 2);
  CHECK(header->chunks == 3);
  CHECK(*open_piece(packed.piece, packed.keys.seal) == packed.content);
  CHECK_FALSE(open_piece(packed.piece, packed.epoch).ok());
  CHECK_FALSE(open_piece(packed.piece, SealKey::make(packed.random)).ok());
}

TEST_CASE("a piece with any changed byte is refused by whoever has no key") {
  Packed packed;
  packed.piece = pack_piece(packed.header, Bytes(40, 7), packed.keys.seal, packed.packer);
  for (std::size_t at = 0; at < packed.piece.size(); ++at) {
    Bytes changed = packed.piece;
    changed[at] ^= 1;
    INFO(at);
    CHECK_FALSE(read_piece_header(changed).ok());
  }
  for (std::size_t length = 0; length < packed.piece.size(); ++length) CHECK_FALSE(read_piece_header(ByteView(packed.piece).first(length)).ok());
}

TEST_CASE("two members seal an attachment alike, under other keys in another space, epoch or attachment, and each piece by itself") {
  Packed packed;
  const Bytes other = pack_piece(packed.header, packed.content, packed.keys.seal, KeyPair::make(packed.random));
  CHECK(other != packed.piece);
  CHECK(Bytes(other.begin() + kParcelHeaderBytes, other.end()) == Bytes(packed.piece.begin() + kParcelHeaderBytes, packed.piece.end()));
  const SealKey epoch = SealKey::make(packed.random);
  for (const ParcelKeys& keys : {parcel_keys(epoch, packed.space, packed.address), parcel_keys(packed.epoch, packed.random.make_id<SpaceId>(), packed.address),
                                 parcel_keys(packed.epoch, packed.space, packed.random.make_id<wire::BlobId>())}) {
    CHECK(keys.name != packed.keys.name);
    CHECK(keys.seal.bytes != packed.keys.seal.bytes);
  }
  // A piece signed anew under another number or count does not open: the seal stands on both.
  for (const auto change : {&ParcelHeader::number, &ParcelHeader::chunks}) {
    ParcelHeader moved = packed.header;
    moved.*change = 3 - moved.*change % 2;
    Bytes forged = pack_piece(moved, packed.content, packed.keys.seal, packed.packer);
    if (moved.number == packed.header.number && moved.chunks == packed.header.chunks) continue;
    std::copy(packed.piece.begin() + kParcelHeaderBytes, packed.piece.end(), forged.begin() + kParcelHeaderBytes);
    CHECK_FALSE(open_piece(forged, packed.keys.seal).ok());
  }
}

TEST_CASE("the bytes of a parcel stay what they are: pinned by their hash") {
  SealKey epoch;
  epoch.id.bytes.fill(1);
  epoch.bytes.fill(2);
  SpaceId space;
  space.bytes.fill(3);
  wire::BlobId address;
  address.bytes.fill(4);
  SeededRandom random(5);
  const KeyPair packer = KeyPair::make(random);
  const ParcelKeys keys = parcel_keys(epoch, space, address);
  CHECK(keys.name.hex() == "e035d62b0efd7aad51ded00c5b36c4cd2f428a16c935c7eae13217d51bc1c9eb");
  const Bytes piece = pack_piece({space, keys.name, epoch.id, {}, 1, 1}, Bytes(100, 6), keys.seal, packer);
  CHECK(sha256(piece).hex() == "d3a975232f1871e6fcdc51282d12eea410353f57c0dad0a5e1daa10ee4232e6f");
}
