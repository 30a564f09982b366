/// One event: a header that is kept for ever and a body that may be erased.
///
/// Header layout, little-endian (docs/formats/event.md):
///
///     0  u8   format, 1                     12  i64  claimed time, ms since 1970
///     1  u8   flags                         20  16   entity
///     2  u8   content class                 36  16   actor
///     3  u8   parents n, 0..16              52  32   grant used (reference)
///     4  u8   type length t, 1..63          84  32   body hash = H(salt ‖ stored body)
///     5  u8   0                            116  [16  key id]   when flag sealed
///     6  u16  schema version                    [16  batch id] when flag batch
///     8  u32  stored body length                t    type      e.g. "evidence.changed"
///                                               32·n parents   (references)
///
/// Event hash = H(hash of the event before ‖ header); the first starts from ChainDescriptor::root().
#pragma once

#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/event/chain.h"
#include "core/event/limits.h"

namespace evenhand {

using BatchId = Id<struct BatchTag, 16>;
using Salt = Id<struct SaltTag, kSaltBytes>;

/// What a body may give away; the numbers equal DataClass of core/record.
using ContentClass = std::uint8_t;
inline constexpr ContentClass kContentClassMax = 5;

namespace event_flag {
inline constexpr std::uint8_t kMustUnderstand = 1;  ///< a replica that does not know the type makes its entity read-only
inline constexpr std::uint8_t kSealed = 2;          ///< values are sealed under key_id
inline constexpr std::uint8_t kBatch = 4;           ///< invisible until its batch is closed
inline constexpr std::uint8_t kAll = 7;
}  // namespace event_flag

/// A header read in place. Lifetime: `type` and `parents` look into the bytes given.
struct EventHeader {
  static constexpr std::size_t kFixedBytes = 116;
  static constexpr std::size_t kBytesMax = kFixedBytes + 32 + kTypeBytesMax + Reference::kBytes * kParentsMax;

  std::uint8_t flags = 0;
  ContentClass content_class = 0;
  std::uint16_t schema_version = 1;
  std::uint32_t body_length = 0;
  ClaimedTime claimed;
  EntityId entity;
  EntityId actor;
  Reference grant;  ///< none in the event that founds a space
  Hash body_hash;
  KeyId key;        ///< zero unless sealed
  BatchId batch;    ///< zero unless part of a batch
  std::string_view type;
  ByteView parent_bytes;

  bool is_sealed() const { return (flags & event_flag::kSealed) != 0; }
  bool is_of_batch() const { return (flags & event_flag::kBatch) != 0; }
  std::size_t parent_count() const { return parent_bytes.size() / Reference::kBytes; }
  Reference parent(std::size_t i) const { return Reference::read(parent_bytes.data() + i * Reference::kBytes); }

  /// The length of the body that belongs to a header of kFixedBytes or more, read without looking at the rest.
  static std::uint32_t body_length_of(ByteView header);

  /// Errors: corrupt (with the byte): lengths, reserved bits, empty or non-ASCII type, unordered parents.
  static Result<EventHeader> decode_untrusted(ByteView bytes);
  /// The same into a header that is there already; on an error it holds nothing of use.
  static Result<void> decode_untrusted(ByteView bytes, EventHeader& header);
};

/// What an author wants to say; the commit builder adds chain, hashes and salt.
struct EventDraft {
  std::string type;
  std::uint16_t schema_version = 1;
  bool must_understand = false;
  ContentClass content_class = 0;
  EntityId entity;
  EntityId actor;
  Reference grant;
  std::vector<Reference> parents;  ///< heads of the entity that the author had seen; sorted by the builder
  ClaimedTime claimed;
  KeyId key;                       ///< zero: not sealed
  BatchId batch;                   ///< zero: no batch
  Bytes body;                      ///< as stored
};

/// The canonical header bytes. Errors: refused (a limit is broken).
Result<Bytes> encode_header(const EventDraft& draft, const Hash& body_hash);

Hash hash_body(const Salt& salt, ByteView body);
Hash hash_event(const Hash& previous, ByteView header);

}  // namespace evenhand
