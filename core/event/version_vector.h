/// What a replica holds of one space: for every chain the ends of its branches.
///
/// A chain has no holes, so this small list is exact (DESIGN section 2). On the wire an end carries the first 8 bytes of
/// its event's hash; cuts, seals and digests carry all 32.
/// Threads: values. Format: docs/formats/session.md, "Version vector at rest".
#pragma once

#include <vector>

#include "core/event/chain.h"

namespace evenhand {

struct VersionVector {
  /// No chain comes near; what a partner claims is bounded by it, so that sums stay within 64 bits.
  static constexpr std::uint64_t kSeqMax = std::uint64_t{1} << 40;

  struct End {
    std::uint64_t seq = 0;  ///< from 1
    ShortHash head;
    auto operator<=>(const End&) const = default;
  };
  struct Entry {
    ChainId chain;
    std::vector<End> ends;  ///< ascending; more than one = a fork
    bool operator==(const Entry&) const = default;
  };

  std::vector<Entry> entries;  ///< ascending by chain

  const Entry* find(const ChainId& chain) const;
  bool operator==(const VersionVector&) const = default;

  /// Canonical bytes: 16 + 8 + varint per chain that never forked.
  Bytes encode() const;
  /// Errors: corrupt (order, lengths, a sequence number of 0 or beyond kSeqMax, more than kChainsPerSpaceMax chains, trailing
  /// bytes).
  static Result<VersionVector> decode_untrusted(ByteView bytes);
};

}  // namespace evenhand
