/// A segment: a run of whole commits of one chain, the unit of sending, resuming and relaying.
///
/// Within 512 events and 256 KiB, or a single commit. Its last seal is verified before it is stored; the hash chain
/// vouches for the commits before (DESIGN section 2).
/// Threads: values.
#pragma once

#include <vector>

#include "core/event/commit.h"

namespace evenhand {

/// What of a chain a segment covers; all that somebody without the space's key learns of it.
struct SegmentRange {
  ChainId chain;
  Lane lane = Lane::data;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  Hash previous;  ///< of the event before the first
  Hash head;      ///< of the last event; zero where nobody has hashed it yet: in commits as they come from a partner
  bool operator==(const SegmentRange&) const = default;
};

/// How the payload stands.
enum class SegmentForm : std::uint8_t {
  commits = 0,  ///< commits end to end, as in the log; between members over a pinned connection
  frame = 1,    ///< sync/protocol/frame.h: sealed under the space's epoch key; for relays, bundles and backups
};

/// Tells whether a hub still holds the same of a chain.
using ChainPrint = Id<struct ChainPrintTag, 8>;

struct Segment {
  SegmentRange range;
  SegmentForm form = SegmentForm::commits;
  Bytes payload;
  std::uint64_t goes_on_at = 0;  ///< where its chain goes on in the order in which the giver's store reads quickest; 0: not known
};

/// The commits of a payload that stand end to end. Reads only their frames and checksums. Lifetime: views into `payload`.
/// Errors: corrupt (with the byte).
Result<std::vector<CommitView>> split_commits(ByteView payload);

/// The same without a look at what they are, for what append_untrusted() is going to read. Errors: corrupt (with the byte).
Result<std::vector<ByteView>> split_by_length(ByteView payload);

/// The range of a payload of commits: one chain, each commit following the one before. `lane` and `head` are left for whoever
/// knows them. Errors: corrupt.
Result<SegmentRange> range_of(const std::vector<CommitView>& commits);

}  // namespace evenhand
