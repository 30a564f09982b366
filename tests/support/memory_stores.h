/// A hub's stores on another engine than its own: what has to be written to put one behind FrameStore and ParcelStore.
///
/// Nothing is durable. Threads: one at a time.
#pragma once

#include "sync/relay/frame_store.h"
#include "sync/relay/parcel_store.h"

namespace evenhand::test {

class MemoryFrameStore : public FrameStore {
 public:
  Result<const Chains*> chains(const SpaceId& space, const Packers& without) const override {
    seen_ = see(space, without);
    return &seen_;
  }
  Result<Bytes> bytes_of(const SpaceId& space, const ChainId& chain, const KeptFrame& frame) const override { return frames_.at(space).at({chain, frame}); }
  Result<UsageByPacker> usage(const SpaceId& space) const override {
    UsageByPacker all;
    for (const auto& [name, bytes] : of(space)) all[name.second.packer] += {1, bytes.size()};
    return all;
  }
  Result<std::vector<bool>> keep(const SpaceId& space, std::span<const Frame> frames, const Packers& without) override {
    Chains chains = see(space, without);
    Frames all = of(space);
    std::vector<bool> is_new;
    for (const Frame& frame : frames) {
      SeenFrames& chain = chains[frame.header.range.chain];
      const Name name{frame.header.range.chain, frame.name()};
      is_new.push_back(!chain.ends_one_at(name.second.end()));
      EVENHAND_TRY(const bool is_taken, is_kept(chain, frame, all.contains(name)));
      if (!is_taken) continue;
      chain.add(name.second);
      all[name] = Bytes(frame.bytes.begin(), frame.bytes.end());
    }
    frames_[space] = std::move(all);
    return is_new;
  }
  Result<void> pass_over(const SpaceId& space, const PublicKey& device, const PublicKey& packer) override {
    passed_[space][device].insert(packer);
    return {};
  }
  Result<std::map<PublicKey, Packers>> passed_over(const SpaceId& space) const override {
    const auto found = passed_.find(space);
    return found == passed_.end() ? std::map<PublicKey, Packers>() : found->second;
  }
  Result<void> note_lost_texts(const SpaceId& space, const PublicKey& device, const std::vector<Reference>& events) override {
    if (events.empty()) lost_[space].erase(device);
    else lost_[space][device] = events;
    return {};
  }
  Result<std::map<PublicKey, std::vector<Reference>>> lost_texts(const SpaceId& space) const override {
    const auto found = lost_.find(space);
    return found == lost_.end() ? std::map<PublicKey, std::vector<Reference>>() : found->second;
  }

 private:
  using Name = std::pair<ChainId, KeptFrame>;
  using Frames = std::map<Name, Bytes>;

  Frames of(const SpaceId& space) const {
    const auto found = frames_.find(space);
    return found == frames_.end() ? Frames() : found->second;
  }
  Chains see(const SpaceId& space, const Packers& without) const {
    Chains chains;
    for (const auto& [name, bytes] : of(space)) {
      if (!without.contains(name.second.packer)) chains[name.first].add(name.second);
    }
    return chains;
  }

  std::map<SpaceId, Frames> frames_;
  std::map<SpaceId, std::map<PublicKey, Packers>> passed_;
  std::map<SpaceId, std::map<PublicKey, std::vector<Reference>>> lost_;
  mutable Chains seen_;
};

class MemoryParcelStore : public ParcelStore {
 public:
  Result<std::vector<Copy>> list(const SpaceId& space, const std::optional<ParcelName>& name) const override {
    std::vector<Copy> all;
    for (const auto& [key, kept] : kept_) {
      if (std::get<0>(key) == space && (!name || std::get<1>(key) == *name)) all.push_back(kept.copy);
    }
    return all;
  }
  Result<std::optional<Copy>> find(const SpaceId& space, const ParcelName& name, const PublicKey& packer) const override {
    const auto found = kept_.find({space, name, packer});
    return found == kept_.end() ? std::optional<Copy>() : std::optional(found->second.copy);
  }
  Result<Bytes> piece(const SpaceId& space, const Copy& copy, std::uint32_t number) const override {
    const auto found = kept_.find({space, copy.name, copy.packer});
    if (found == kept_.end() || number >= found->second.pieces.size()) return not_found("a piece of an attachment is not here");
    return found->second.pieces[number];
  }
  Result<UsageByPacker> usage(const SpaceId& space) const override {
    UsageByPacker all;
    for (const auto& [key, kept] : kept_) {
      if (std::get<0>(key) != space) continue;
      for (const Bytes& piece : kept.pieces) all[kept.copy.packer] += {1, piece.size()};
    }
    return all;
  }
  Result<bool> keep(const ParcelHeader& header, ByteView piece) override {
    const auto [at, is_begun] = kept_.try_emplace({header.space, header.name, header.packer}, Kept{{header.name, header.packer, header.epoch, header.chunks, 0}, {}});
    Kept& kept = at->second;
    const bool fits = kept.copy.chunks == header.chunks && kept.copy.epoch == header.epoch && header.number <= kept.copy.pieces_here;
    if (!fits) {
      if (is_begun) kept_.erase(at);
      return refused("a piece of an attachment does not fit what is here");
    }
    if (header.number < kept.copy.pieces_here) return false;
    ++kept.copy.pieces_here;
    kept.pieces.emplace_back(piece.begin(), piece.end());
    return true;
  }
  Result<void> forget(const SpaceId& space, const Copy& copy) override {
    kept_.erase({space, copy.name, copy.packer});
    return {};
  }

 private:
  struct Kept {
    Copy copy;
    std::vector<Bytes> pieces;
  };
  std::map<std::tuple<SpaceId, ParcelName, PublicKey>, Kept> kept_;
};

}  // namespace evenhand::test
