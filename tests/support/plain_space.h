/// One space over a log, as a bundle or a session sees it: for tests and benchmarks.
#pragma once

#include <algorithm>
#include <cstring>

#include "core/store/log.h"
#include "sync/session/replica.h"

namespace evenhand {

class PlainSpace : public ReplicaSpace {
 public:
  explicit PlainSpace(Log& log, BlobStore* blobs = nullptr) : log_(log), blobs_(blobs) {}

  const SpaceId& id() const override { return log_.space(); }
  SegmentForm form() const override { return SegmentForm::commits; }
  Result<Hash> log_digest() const override {
    EVENHAND_TRY(const LogReadView view, log_.read());
    return view.log_digest({});
  }
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>{}; }
  BlobStore* blobs() override { return blobs_; }

  Result<VersionVector> vector() const override {
    EVENHAND_TRY(const LogReadView view, log_.read());
    EVENHAND_TRY(const auto chains, view.chains());
    VersionVector vector;
    for (const auto& [id, state] : chains) {
      auto& entry = vector.entries.emplace_back();
      entry.chain = id;
      for (const BranchHead& branch : state.branches) entry.ends.push_back({branch.seq, shorten(branch.head)});
    }
    return vector;
  }

  // The cursor: the last sequence number given, or, in a forked chain, the count of commits given.
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override {
    EVENHAND_TRY(const LogReadView view, log_.read());
    EVENHAND_TRY(const ChainState state, view.chain(chain));
    const bool is_forked = state.is_forked();
    Segment segment;
    segment.range.chain = chain;
    segment.range.lane = state.descriptor.lane;
    std::uint64_t seen = 0;
    Result<void> well;
    EVENHAND_CHECK(view.scan_chain(chain, (is_forked ? after_seq : std::max(after_seq, cursor)) + 1, [&](Arrival, const CommitView& commit) {
      if (is_forked && seen++ < cursor) return true;
      const auto hashes = commit.event_hashes();
      if (!hashes) return well = hashes.error(), false;
      SegmentRange& range = segment.range;
      if (range.first_seq == 0) {
        range.first_seq = commit.first_seq();
        range.previous = commit.previous();
      } else if (commit.first_seq() != range.last_seq + 1 || commit.previous() != range.head || commit.last_seq() - range.first_seq >= kEventsPerCommitMax ||
                 segment.payload.size() + commit.bytes().size() > kCommitBytesMax) {
        return false;
      }
      range.last_seq = commit.last_seq();
      range.head = hashes->back();
      segment.payload.insert(segment.payload.end(), commit.bytes().begin(), commit.bytes().end());
      cursor = is_forked ? seen : range.last_seq;
      return true;
    }));
    EVENHAND_CHECK(well);
    if (segment.range.first_seq == 0) return std::optional<Segment>();
    return std::optional(std::move(segment));
  }

  Result<Stored> store(std::span<const Segment> segments) override {
    std::vector<ByteView> commits;
    for (const Segment& segment : segments) {
      for (ByteView left = segment.payload; left.size() >= CommitView::kFixedBytes;) {
        std::uint32_t length = 0;
        std::memcpy(&length, &left[8], 4);
        if (length == 0 || length > left.size()) return corrupt("a segment is cut short");
        commits.push_back(left.first(length));
        left = left.subspan(length);
      }
    }
    EVENHAND_TRY(const AppendOutcome outcome, log_.append_untrusted(commits));
    return Stored{outcome.events_new, outcome.events_known, outcome.commits_parked};
  }

 private:
  Log& log_;
  BlobStore* blobs_;
};

}  // namespace evenhand
