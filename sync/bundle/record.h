/// The sealed records of a bundle: each opens by itself, so that what is intact is used whatever happened around it.
///
/// A record, little-endian (docs/formats/bundle.md):
///
///     0   8  marker: first 8 bytes of H("evenhand/bundle-marker/1" 0 ‖ bundle id), to find records again after damage
///     8   u32 number, from 0, through all parts
///     12  u32 length of what is sealed
///     16  8  check: first 8 bytes of H("evenhand/bundle-record/1" 0 ‖ bundle id ‖ number ‖ length)
///     24  sealed: type u8 ‖ content, under the bundle's key, nonce = number, authenticated with bundle id ‖ bytes 0..23
///
/// Threads: values and pure functions.
#pragma once

#include "core/codec/archive.h"
#include "core/event/version_vector.h"
#include "core/store/blob_store.h"
#include "sync/bundle/header.h"
#include "sync/protocol/frame.h"

namespace evenhand {

inline constexpr std::size_t kBundleRecordBytesMax = 272 * 1024;  ///< sealed: the longest frame or attachment chunk, with room
inline constexpr std::size_t kBundleSpacesMax = 256;
inline constexpr std::size_t kBundleTitleBytesMax = 300;

enum class RecordType : std::uint8_t {
  manifest = 1,    ///< who made it; signed
  space = 2,       ///< one space: what the reader must hold, and what it holds afterwards
  frame = 3,       ///< sync/protocol/frame.h
  outline = 4,     ///< what an attachment is made of; its chunks follow. By itself in bundles of before 2026-11 only, now within `sealed`
  chunk = 5,       ///< one chunk of the attachment whose outline came last; the same
  seal = 6,        ///< the end of a part; signed
  sealed = 7,      ///< an outline or a chunk under the epoch key of its space
};

/// First in every part; the signature is over "evenhand/bundle-manifest/1" 0 ‖ bundle id ‖ these fields.
struct Manifest {
  PublicKey maker;
  std::string title;
  std::int64_t created_ms = 0;                ///< claimed; shown, never asked
  std::optional<std::int64_t> expires_ms;     ///< the same
  std::uint32_t part = 1;
  std::uint32_t first_number = 0;             ///< of this record
  std::uint32_t spaces = 0;                   ///< that many records of type space follow

  template <class Archive>
  void serialize(Archive& archive) {
    archive(maker, title, created_ms, expires_ms, part, first_number, spaces);
  }
};

struct SpaceRecord {
  SpaceId id;
  KeyId epoch;  ///< zero: a carrier's, who cannot read it
  VersionVector base;
  VersionVector target;

  Bytes encode() const;
  /// Errors: corrupt.
  static Result<SpaceRecord> decode_untrusted(ByteView bytes);
};

struct OutlineRecord {
  SpaceId space;
  BlobAddress address;
  BlobOutline outline;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(space, address, outline.length, outline.chunks);
  }
};

struct ChunkRecord {
  BlobAddress address;
  std::uint64_t index = 0;
  Bytes bytes;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(address, index, bytes);
  }
};

/// Last in every part; signed over "evenhand/bundle-seal/1" 0 ‖ bundle id ‖ these fields. Totals count all parts so far.
struct PartSeal {
  std::uint32_t part = 1;
  bool is_last = false;
  std::uint32_t first_number = 0;  ///< of the part's manifest
  std::uint32_t records = 0;       ///< in this part before this one
  std::uint64_t frames = 0;
  std::uint64_t events = 0;
  std::uint64_t attachments = 0;
  Hash digest;  ///< H over head (24) ‖ tag (16) of every record of the part before this one

  template <class Archive>
  void serialize(Archive& archive) {
    archive(part, is_last, first_number, records, frames, events, attachments, digest);
  }
};

/// Fields and signature, and back. Errors of reading: corrupt.
Bytes sign_manifest(const Manifest& manifest, const BundleId& bundle, const KeyPair& maker);
Result<Manifest> read_manifest(ByteView content, const BundleId& bundle);
Bytes sign_part(const PartSeal& seal, const BundleId& bundle, const KeyPair& maker);
Result<PartSeal> read_part_seal(ByteView content, const BundleId& bundle, const PublicKey& maker);

/// An outline or a chunk, which the bundle's key alone does not open (a courier may have that): space 32 ‖ id of the space's epoch
/// key 16 ‖ sealed under that key: type u8 ‖ content.
struct SealedRecord {
  static constexpr std::size_t kHeadBytes = SpaceId::kSize + KeyId::kSize;
  SpaceId space;
  KeyId epoch;

  /// What can be told without the key. Errors: corrupt.
  static Result<SealedRecord> decode_untrusted(ByteView content);
  static Bytes seal(const SpaceId& space, const SealKey& epoch, RecordType type, ByteView content, const BundleId& bundle, Random& random);
  /// Type and content, 1 byte at least. Errors: corrupt.
  static Result<Bytes> open(ByteView content, const SealKey& epoch, const BundleId& bundle);
};

struct RecordHead {
  static constexpr std::size_t kBytes = 24;
  std::uint32_t number = 0;
  std::uint32_t length = 0;
};

/// Seals and finds the records of one bundle.
class RecordCodec {
 public:
  explicit RecordCodec(BundleKey key);

  const BundleId& id() const { return key_.id; }
  ByteView marker() const { return marker_; }

  /// Head and sealed bytes.
  Bytes seal(std::uint32_t number, RecordType type, ByteView content) const;
  /// Nothing when no sound head stands at the front of the bytes.
  std::optional<RecordHead> find_head(ByteView bytes) const;
  /// Type and content of a whole record. Errors: corrupt.
  struct Opened {
    RecordType type;
    Bytes plain;  ///< type and content
    ByteView content() const { return ByteView(plain).subspan(1); }
  };
  Result<Opened> open(const RecordHead& head, ByteView record) const;

 private:
  Bytes context(ByteView head) const;

  BundleKey key_;
  std::array<std::uint8_t, 8> marker_;
};

}  // namespace evenhand
