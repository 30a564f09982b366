/// Where a hub keeps the frames of data chains: the border behind which another storage engine can stand.
///
/// A frame is kept byte for byte as its packer signed it. The store knows of it what a header says, never what it holds.
/// Durability: keep() has stored when it returns. Threads: one at a time.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/store/log.h"
#include "sync/protocol/frame.h"
#include "sync/relay/usage.h"

namespace evenhand {

class FrameStore {
 public:
  struct Frame {
    FrameHeader header;
    ByteView bytes;
  };
  struct ChainEnds {
    ChainId chain;
    std::vector<BranchHead> ends;  ///< ascending; heads on which no frame stands: the branches' ends, and those that frames packed anew ran past
  };

  virtual ~FrameStore() = default;

  /// Every data chain of a space, ascending by id.
  virtual Result<std::vector<ChainEnds>> chains(const SpaceId& space) const = 0;
  /// The heads of the frames that end exactly there; none: no frame ends there.
  virtual Result<std::vector<Hash>> heads_at(const SpaceId& space, const ChainId& chain, std::uint64_t seq) const = 0;
  /// Of the frames that end at `last_from` or later, ascending by (last, head), the one after the first `skip`. Nothing: no more.
  /// Errors: corrupt.
  virtual Result<std::optional<Bytes>> frame_ending_from(const SpaceId& space, const ChainId& chain, std::uint64_t last_from, std::uint64_t skip) const = 0;
  /// What each packer has filled of a space.
  virtual Result<UsageByPacker> usage(const SpaceId& space) const = 0;

  /// Keeps frames of one space in one durable transaction; a frame that ends where a kept one ends, with the same head, is
  /// known and skipped, but that it stands on an end is noted. Returns which were new, in their order.
  /// Errors: refused (a frame that stands on nothing that is kept, a chain of too many ends), unavailable (disk full, I/O): nothing of the call is kept then.
  virtual Result<std::vector<bool>> keep(const SpaceId& space, std::span<const Frame> frames) = 0;
};

}  // namespace evenhand
