#include "sync/session/log_space.h"

#include "core/event/limits.h"
#include "core/store/log_digest.h"

namespace evenhand {

namespace {

// A cursor is the last sequence number given, and how many commits end there: branches of a fork may share it.
constexpr unsigned kTieBits = 10;
constexpr std::uint64_t kTieMask = (std::uint64_t{1} << kTieBits) - 1;

/// Collects commits while they follow each other within a segment's bounds. Only where a chain has branches does it take a hash to
/// know that one commit follows another; else only the segment's end is hashed.
class SegmentMaker {
 public:
  SegmentMaker(std::uint64_t cursor, const ChainId& chain, const ChainState& state) : is_forked_(state.is_forked()), cursor_(cursor), skip_(cursor & kTieMask) {
    segment_.range.chain = chain;
    segment_.range.lane = state.descriptor.lane;
  }

  /// False: the segment is full, and this commit begins the next one.
  bool take(const CommitView& commit) {
    if (commit.last_seq() == cursor_ >> kTieBits && skip_ > 0) {
      --skip_;
      return true;
    }
    if (last_) {
      const bool fits = commit.last_seq() - segment_.range.first_seq < kEventsPerCommitMax && segment_.payload.size() + commit.bytes().size() <= kCommitBytesMax;
      if (!fits || commit.first_seq() != segment_.range.last_seq + 1 || (is_forked_ && commit.previous() != segment_.range.head)) return false;
    } else {
      segment_.range.first_seq = commit.first_seq();
      segment_.range.previous = commit.previous();
    }
    last_ = commit;
    segment_.range.last_seq = commit.last_seq();
    if (is_forked_ && !hash_end()) return false;
    segment_.payload.insert(segment_.payload.end(), commit.bytes().begin(), commit.bytes().end());
    const bool is_tie = cursor_ >> kTieBits == commit.last_seq();
    cursor_ = commit.last_seq() << kTieBits | (is_tie ? (cursor_ & kTieMask) + 1 : 1);
    return true;
  }

  std::uint64_t cursor() const { return cursor_; }
  /// Nothing: there was no commit. Errors: corrupt.
  Result<std::optional<Segment>> take_segment() {
    if (last_ && !is_forked_) hash_end();
    if (error_) return *error_;
    return last_ ? std::optional(std::move(segment_)) : std::nullopt;
  }

 private:
  bool hash_end() {
    auto hashes = last_->event_hashes();
    if (hashes) {
      segment_.range.head = hashes->back();
    } else {
      error_ = hashes.error();
    }
    return hashes.ok();
  }

  bool is_forked_;
  std::uint64_t cursor_;
  std::uint64_t skip_;
  Segment segment_;
  std::optional<CommitView> last_;
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
  const auto state = view.chain(chain);
  if (!state && state.error().code == ErrorCode::not_found) return std::optional<Segment>();
  EVENHAND_CHECK(state);
  SegmentMaker maker(cursor, chain, *state);
  const std::uint64_t first = cursor == 0 ? after_seq + 1 : cursor >> kTieBits;
  EVENHAND_CHECK(view.scan_chain(chain, first, [&](Arrival, const CommitView& commit) { return maker.take(commit); }));
  EVENHAND_TRY(std::optional<Segment> segment, maker.take_segment());
  if (segment) cursor = maker.cursor();
  return segment;
}

Result<std::vector<ByteView>> LogSpace::commits_of(std::span<const Segment> segments) {
  std::vector<ByteView> commits;
  for (const Segment& segment : segments) {
    if (segment.form != SegmentForm::commits) return refused("a log keeps commits, not frames");
    EVENHAND_TRY(const auto split, split_by_length(segment.payload));
    commits.insert(commits.end(), split.begin(), split.end());
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
