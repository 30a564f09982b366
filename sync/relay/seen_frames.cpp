#include "sync/relay/seen_frames.h"

#include <algorithm>

namespace evenhand {

namespace {

KeptFrame first_ending_at(std::uint64_t seq) {
  KeptFrame frame;
  frame.last = seq;
  return frame;
}

}  // namespace

bool SeenFrames::ends_one_at(const BranchHead& end) const {
  KeptFrame least = first_ending_at(end.seq);
  least.head = end.head;
  const auto at = frames_.lower_bound(least);
  return at != frames_.end() && at->end() == end;
}

bool SeenFrames::has_room_for(const KeptFrame& frame) const { return frame.first == 1 || frame.first <= last() || ends_one_at(frame.base()); }

void SeenFrames::place(const KeptFrame& frame) {
  frames_.insert(frame);
  if (frame.first > 1) {
    bases_.insert(frame.base());
    ends_.erase(frame.base());
  }
  if (!bases_.contains(frame.end())) ends_.insert(frame.end());
}

void SeenFrames::add(const KeptFrame& frame) {
  if (!has_room_for(frame)) return waiting_.push_back(frame);
  place(frame);
  for (bool has_moved = true; has_moved && !waiting_.empty();) {
    const auto stays = std::stable_partition(waiting_.begin(), waiting_.end(), [&](const KeptFrame& one) { return !has_room_for(one); });
    const std::vector<KeptFrame> free(stays, waiting_.end());
    waiting_.erase(stays, waiting_.end());
    has_moved = !free.empty();
    for (const KeptFrame& one : free) place(one);
  }
}

std::vector<Hash> SeenFrames::heads_at(std::uint64_t seq) const {
  std::vector<Hash> heads;
  for (auto at = frames_.lower_bound(first_ending_at(seq)); at != frames_.end() && at->last == seq; ++at) {
    if (heads.empty() || heads.back() != at->head) heads.push_back(at->head);
  }
  return heads;
}

std::size_t SeenFrames::ends_by(const PublicKey& packer) const {
  return static_cast<std::size_t>(std::count_if(frames_.begin(), frames_.end(), [&](const KeptFrame& frame) { return frame.packer == packer && ends_.contains(frame.end()); }));
}

}  // namespace evenhand
