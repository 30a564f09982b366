/// The frames of one chain as one partner sees them: without those that certain members packed, and without what then stands on nothing.
///
/// Ranges are all that a hub knows of a frame. Its head is an end of the chain until a frame begins right behind it (docs/formats/relay.md).
/// Private to sync/relay. Threads: one at a time.
#pragma once

#include <set>
#include <vector>

#include "core/store/log.h"
#include "sync/protocol/segment.h"

namespace evenhand {

using Packers = std::set<PublicKey>;

/// A kept frame: what of it is told apart. Ordered by where it ends.
struct KeptFrame {
  std::uint64_t last = 0;
  Hash head;
  PublicKey packer;
  std::uint64_t first = 0;
  Hash previous;
  auto operator<=>(const KeptFrame&) const = default;
  BranchHead end() const { return {last, head}; }
  BranchHead base() const { return {first - 1, previous}; }
};

class SeenFrames {
 public:
  /// A frame that begins the chain, stands on a seen one, or lies within what is seen: packed anew, from where only its readers can tell.
  bool has_room_for(const KeptFrame& frame) const;
  /// It ends where a seen one ends, and what it stands on is no end.
  bool adds_nothing(const KeptFrame& frame) const { return ends_one_at(frame.end()) && !(frame.first > 1 && is_end(frame.base())); }
  /// One that has no room waits until it has.
  void add(const KeptFrame& frame);

  /// Ascending.
  const std::set<BranchHead>& ends() const { return ends_; }
  bool is_end(const BranchHead& end) const { return ends_.contains(end); }
  /// Frames that end there; all of them, ascending.
  const std::set<KeptFrame>& frames() const { return frames_; }
  std::vector<Hash> heads_at(std::uint64_t seq) const;
  bool ends_one_at(const BranchHead& end) const;
  /// How many ends frames of that packer make.
  std::size_t ends_by(const PublicKey& packer) const;
  std::uint64_t last() const { return frames_.empty() ? 0 : frames_.rbegin()->last; }

 private:
  void place(const KeptFrame& frame);

  std::set<KeptFrame> frames_;
  std::set<BranchHead> ends_, bases_;
  std::vector<KeptFrame> waiting_;
};

}  // namespace evenhand
