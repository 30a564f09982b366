#include "sync/session/log_space.h"

#include "core/event/limits.h"
#include "core/store/log_digest.h"

namespace evenhand {

namespace {

// A cursor is the last sequence number given, and how many commits end there: branches of a fork may share it.
constexpr unsigned kTieBits = 10;
constexpr std::uint64_t kTieMask = (std::uint64_t{1} << kTieBits) - 1;

/// Collects commits while they follow each other within a segment's bounds.
class SegmentMaker {
 public:
  explicit SegmentMaker(std::uint64_t cursor) : cursor_(cursor), skip_(cursor & kTieMask) {}

  /// False: the segment is full, and this commit begins the next one.
  bool take(const CommitView& commit) {
    if (commit.last_seq() == cursor_ >> kTieBits && skip_ > 0) {
      --skip_;
      return true;
    }
    const bool is_first = segment_.payload.empty();
    if (!is_first) {
      const bool follows = commit.first_seq() == segment_.range.last_seq + 1 && commit.previous() == segment_.range.head;
      const bool fits = commit.last_seq() - segment_.range.first_seq < kEventsPerCommitMax && segment_.payload.size() + commit.bytes().size() <= kCommitBytesMax;
      if (!follows || !fits) return false;
    }
    auto hashes = commit.event_hashes();
    if (!hashes) {
      error_ = hashes.error();
      return false;
    }
    if (is_first) {
      segment_.range.chain = commit.chain();
      segment_.range.first_seq = commit.first_seq();
      segment_.range.previous = commit.previous();
    }
    segment_.range.last_seq = commit.last_seq();
    segment_.range.head = hashes->back();
    segment_.payload.insert(segment_.payload.end(), commit.bytes().begin(), commit.bytes().end());
    const bool is_tie = cursor_ >> kTieBits == commit.last_seq();
    cursor_ = commit.last_seq() << kTieBits | (is_tie ? (cursor_ & kTieMask) + 1 : 1);
    return true;
  }

  const std::optional<Error>& error() const { return error_; }
  std::uint64_t cursor() const { return cursor_; }
  Segment take_segment() { return std::move(segment_); }
  bool is_empty() const { return segment_.payload.empty(); }

 private:
  std::uint64_t cursor_;
  std::uint64_t skip_;
  Segment segment_;
  std::optional<Error> error_;
};

}  // namespace

Result<VersionVector> LogSpace::vector() const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  VersionVector vector;
  for (const auto& [id, state] : chains) {
    VersionVector::Entry entry{id, {}};
    for (const BranchHead& branch : state.branches) entry.ends.push_back({branch.seq, shorten(branch.head)});
    if (!entry.ends.empty()) vector.entries.push_back(std::move(entry));
  }
  return vector;
}

Result<std::vector<Hash>> LogSpace::full_heads() const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const auto chains, view.chains());
  std::vector<Hash> heads;
  for (const auto& [id, state] : chains) {
    if (!state.branches.empty()) heads.push_back(head_over(state.branches));
  }
  return heads;
}

Result<Lane> LogSpace::lane_of(const ChainId& chain) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  EVENHAND_TRY(const ChainState state, view.chain(chain));
  return state.descriptor.lane;
}

Result<bool> LogSpace::has(const Reference& event) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  const auto found = view.find(event);
  if (!found && found.error().code != ErrorCode::not_found) return found.error();
  return found.ok();
}

Result<std::vector<Reference>> LogSpace::missing_bodies(std::size_t most) const {
  if (!known_.missing_bodies) return std::vector<Reference>();
  EVENHAND_TRY(auto missing, known_.missing_bodies());
  std::sort(missing.begin(), missing.end());
  if (missing.size() > most) missing.resize(most);
  return missing;
}

Result<Hash> LogSpace::log_digest() const {
  std::vector<Reference> missing;
  if (known_.missing_bodies) {
    EVENHAND_TRY(missing, known_.missing_bodies());
  }
  EVENHAND_TRY(const LogReadView view, log_.read());
  return view.log_digest(missing);
}

Result<std::optional<Segment>> LogSpace::next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const {
  EVENHAND_TRY(const LogReadView view, log_.read());
  SegmentMaker maker(cursor);
  const std::uint64_t first = cursor == 0 ? after_seq + 1 : cursor >> kTieBits;
  EVENHAND_CHECK(view.scan_chain(chain, first, [&](Arrival, const CommitView& commit) { return maker.take(commit); }));
  if (maker.error()) return *maker.error();
  if (maker.is_empty()) return std::optional<Segment>();
  cursor = maker.cursor();
  EVENHAND_TRY(const ChainState state, view.chain(chain));
  Segment segment = maker.take_segment();
  segment.range.lane = state.descriptor.lane;
  return std::optional(std::move(segment));
}

Result<std::vector<ByteView>> LogSpace::commits_of(std::span<const Segment> segments) {
  std::vector<ByteView> commits;
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::commits) return refused("a log keeps commits, not frames");
    EVENHAND_TRY(const auto split, split_commits(segment.payload));
    for (const CommitView& commit : split) commits.push_back(commit.bytes());
  }
  return commits;
}

Result<Stored> LogSpace::store(std::span<const Segment> segments) {
  EVENHAND_TRY(const std::vector<ByteView> commits, commits_of(segments));
  EVENHAND_TRY(const AppendOutcome appended, log_.append_untrusted(commits));
  return Stored{appended.events_new, appended.events_known, appended.commits_parked, appended.commits_filled};
}

Result<std::vector<BlobAddress>> LogSpace::wanted_blobs(std::size_t most) const {
  if (!known_.wanted_blobs) return std::vector<BlobAddress>();
  return known_.wanted_blobs(most);
}

}  // namespace evenhand
