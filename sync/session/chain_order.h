/// In which order the commits of a chain go out, and where segments end: each at a commit whose seal is good.
///
/// A member can hand out commits with garbage for seals, as long as the last one of a run is good (DESIGN section 2): the
/// chain of hashes vouches for them. Whoever gives them on must not end a segment at one of those.
/// Private to sync/session. Threads: one at a time. Lifetime: values; views only during a call.
#pragma once

#include <set>

#include "core/store/log.h"
#include "sync/protocol/segment.h"

namespace evenhand::session_detail {

/// Ends of segments whose seals were checked, so that meeting another partner costs no second look.
class GoodSeals {
 public:
  /// Errors: corrupt (a damaged commit).
  Result<bool> is_good(const CommitView& commit, const ChainDescriptor& chain, const Hash& head);

 private:
  std::set<std::pair<ChainId, Hash>> known_;
};

/// The commits of a forked chain branch by branch: each stands on the one before, on one that came earlier, or on what the
/// partner has. A branch goes on with the child that comes first by (seq, hash).
class ForkOrder {
 public:
  /// Errors: corrupt, unavailable.
  static Result<ForkOrder> read(const LogReadView& view, const ChainId& chain, std::uint64_t after_seq);
  /// Only what stands on that commit, along one branch: for a chain that was going out when its fork came.
  static Result<ForkOrder> read_on(const LogReadView& view, const ChainId& chain, std::uint64_t last_seq, Hash head);

  std::size_t size() const { return arrivals_.size(); }
  Arrival at(std::size_t place) const { return arrivals_[place]; }
  /// True where a branch begins.
  bool begins(std::size_t place) const { return starts_.contains(place); }

 private:
  std::vector<Arrival> arrivals_;
  std::set<std::size_t> starts_;
};

/// Collects commits that follow each other, within a segment's bounds. Bodies that are not here count as though they were, as they
/// did when the commits were taken in: so there is a good seal within the bounds.
class SegmentMaker {
 public:
  explicit SegmentMaker(const ChainState& state) : state_(state) {}

  /// False: the segment is full, and this commit begins the next one.
  bool take(const CommitView& commit);
  /// The commits up to the last one whose seal is good; all of them when none is, which is for the receiver to refuse. Nothing: there
  /// was no commit. Errors: corrupt.
  Result<std::optional<Segment>> finish(GoodSeals& seals);
  /// Of the finished segment.
  std::size_t commits() const { return commits_.size(); }

 private:
  const ChainState& state_;
  std::vector<CommitView> commits_;
  std::size_t bytes_ = 0;  ///< with all bodies
};

}  // namespace evenhand::session_detail
