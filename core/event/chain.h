/// A chain: the gapless line of events that one device writes in one space, lane and incarnation.
///
/// Source: DESIGN section 2. Format: docs/formats/event.md.
#pragma once

#include "core/crypto/hash.h"
#include "core/base/result.h"

namespace evenhand {

enum class Lane : std::uint8_t {
  data = 0,       ///< what people enter
  authority = 1,  ///< charter, devices, grants, revocations, seats: signed, never sealed, no personal data
};

/// Names a restored or cloned store apart from the one it was copied from.
using Incarnation = Id<struct IncarnationTag, 8>;

struct ChainDescriptor {
  static constexpr std::size_t kBytes = 73;

  PublicKey device;
  SpaceId space;
  Lane lane = Lane::data;
  Incarnation incarnation;

  auto operator<=>(const ChainDescriptor&) const = default;

  /// What the first event's hash starts from: H("evenhand/chain/1" ‖ 0 ‖ device ‖ space ‖ lane ‖ incarnation).
  Hash root() const;
  /// The first 16 bytes of root().
  ChainId id() const;

  void write(std::uint8_t* to) const;  ///< exactly kBytes
  /// Errors: corrupt (length, lane).
  static Result<ChainDescriptor> decode_untrusted(ByteView bytes);
};

/// The first 8 bytes of an event hash: enough beside a dot to tell forks apart.
using ShortHash = Id<struct ShortHashTag, 8>;
ShortHash shorten(const Hash& hash);

/// One event, named from anywhere: its dot (chain, seq) and the start of its hash.
struct Reference {
  static constexpr std::size_t kBytes = 32;

  ChainId chain;
  std::uint64_t seq = 0;  ///< from 1
  ShortHash hash;

  auto operator<=>(const Reference&) const = default;
  bool is_none() const { return seq == 0; }
  std::string text() const;  ///< eight letters that a person can read out, as in `evenhand log show`

  void write(std::uint8_t* to) const;  ///< exactly kBytes: chain, seq little-endian, hash
  static Reference read(const std::uint8_t* from);
};

struct ReferenceHash {
  std::size_t operator()(const Reference& r) const { return IdHash{}(r.hash) ^ (IdHash{}(r.chain) + r.seq); }
};

}  // namespace evenhand
