/// What devices have filled of a hub's stores: quotas are held against it, metrics show it.
///
/// Each store counts in a table of its own, `packers`: space ‖ device to count and bytes, under a checksum (guarded.h).
/// Threads: one at a time. Format: docs/formats/relay.md.
#pragma once

#include <map>

#include "core/crypto/sign.h"
#include "core/store/table.h"

namespace evenhand {

struct Usage {
  std::uint64_t count = 0;  ///< of frames, or of pieces of attachments
  std::uint64_t bytes = 0;
  Usage& operator+=(const Usage& other) {
    count += other.count;
    bytes += other.bytes;
    return *this;
  }
};
using UsageByPacker = std::map<PublicKey, Usage>;

namespace relay {

inline constexpr std::string_view kPackers = "packers";

/// Errors: corrupt.
Result<UsageByPacker> read_usage(const TableReadView& view, const SpaceId& space);
/// One more, or one less, of so many bytes. Errors: corrupt (less than nothing), unavailable.
Result<void> count_in(WriteBatch& batch, const SpaceId& space, const PublicKey& packer, std::uint64_t bytes);
Result<void> count_out(WriteBatch& batch, const SpaceId& space, const PublicKey& packer, std::uint64_t bytes);

}  // namespace relay

}  // namespace evenhand
