/// A segment: a run of whole commits of one chain, the unit of sending, resuming and relaying.
///
/// Within 512 events and 256 KiB, or a single commit. Its last seal is verified before it is stored; the hash chain
/// vouches for the commits before (DESIGN section 2).
/// Threads: values.
#pragma once

#include "core/event/chain.h"

namespace evenhand {

/// What of a chain a segment covers; all that somebody without the space's key learns of it.
struct SegmentRange {
  ChainId chain;
  Lane lane = Lane::data;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  Hash previous;  ///< of the event before the first
  Hash head;      ///< of the last event
  bool operator==(const SegmentRange&) const = default;
};

/// How the payload stands.
enum class SegmentForm : std::uint8_t {
  commits = 0,  ///< commits end to end, as in the log; between members over a pinned connection
  frame = 1,    ///< sync/protocol/frame.h: sealed under the space's epoch key; for relays, bundles and backups
};

struct Segment {
  SegmentRange range;
  SegmentForm form = SegmentForm::commits;
  Bytes payload;
};

}  // namespace evenhand
