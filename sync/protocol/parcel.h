/// A parcel: an attachment of a space as a hub keeps it, in pieces that are sealed for the space's readers and signed by the
/// member who made them. Piece 0 holds the outline (length and chunk hashes), piece i + 1 the chunk i.
///
/// Name and key of a parcel come from an epoch key and the attachment's address. So whoever reads the space finds it, a hub
/// learns neither content nor address, and two members make the same sealed bytes: what one began another may finish. The
/// pieces are numbered under a key of their own, which meets each number with one content only, because the address fixes it.
///
/// Bytes, little-endian (docs/formats/relay.md, "Parcel"):
///
///     0   4  "EHP1"                        80  16  epoch key
///     4   u32 number of the piece          96  32  packer
///     8   u32 length m of the payload      128 64  signature over bytes 0..127 and H(payload)
///     12  u32 chunks of the attachment     192 m   payload: ciphertext ‖ tag
///     16  32  space
///     48  32  name
///
/// Threads: values and pure functions.
#pragma once

#include "core/crypto/seal.h"
#include "core/crypto/sign.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/message.h"

namespace evenhand {

inline constexpr std::size_t kParcelHeaderBytes = 192;
/// Of an attachment, as stored (core/store/blob_store.h): the outline of the longest one is a little more than a chunk.
inline constexpr std::size_t kParcelContentBytesMax = 8 + 32 * std::size_t{kParcelChunksMax};
inline constexpr std::size_t kParcelPieceBytesMax = kParcelHeaderBytes + kParcelContentBytesMax + kNumberedSealOverheadBytes;

/// The part of a piece that anybody may read.
struct ParcelHeader {
  SpaceId space;
  ParcelName name;
  KeyId epoch;
  PublicKey packer;
  std::uint32_t number = 0;  ///< 0: the outline; i + 1: chunk i
  std::uint32_t chunks = 0;
};

/// What an attachment is called and sealed with under one epoch key.
struct ParcelKeys {
  ParcelName name;
  SealKey seal;
};
ParcelKeys parcel_keys(const SealKey& epoch, const SpaceId& space, const wire::BlobId& address);

/// Seals and signs a piece; `header.packer` is not looked at, the key says it.
Bytes pack_piece(const ParcelHeader& header, ByteView content, const SealKey& seal, const KeyPair& packer);
/// Reads the header and checks the packer's signature, which a hub can do without any key. Errors: corrupt.
Result<ParcelHeader> read_piece_header(ByteView piece);
/// Opens a piece whose header was read. Errors: corrupt.
Result<Bytes> open_piece(ByteView piece, const SealKey& seal);

}  // namespace evenhand
