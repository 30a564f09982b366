/// Hubs with a bug, to prove that it would be found.
///
/// Threads: one. Lifetime: the hub outlives them.
#pragma once

#include "tests/support/older_hub.h"

namespace evenhand::simulation {

using test::OlderHub;

/// Forgets where the first chain of data ends that it has.
class ForgetfulSpace : public ReplicaSpace {
 public:
  explicit ForgetfulSpace(RelayView& view) : view_(view) {}
  const SpaceId& id() const override { return view_.id(); }
  SegmentForm form() const override { return view_.form(); }
  Result<VersionVector> vector() const override {
    EVENHAND_TRY(VersionVector vector, view_.vector());
    EVENHAND_TRY(const std::size_t place, forgotten(vector));
    if (place < vector.entries.size()) vector.entries.erase(vector.entries.begin() + static_cast<std::ptrdiff_t>(place));
    return vector;
  }
  Result<std::vector<Hash>> full_heads() const override {
    EVENHAND_TRY(const VersionVector vector, view_.vector());
    EVENHAND_TRY(auto heads, view_.full_heads());
    EVENHAND_TRY(const std::size_t place, forgotten(vector));
    if (place < heads.size()) heads.erase(heads.begin() + static_cast<std::ptrdiff_t>(place));
    return heads;
  }
  Result<Hash> log_digest() const override { return digest_without({}); }
  Result<Hash> digest_without(const std::set<ChainId>& chains) const override {
    EVENHAND_TRY(const VersionVector vector, view_.vector());
    EVENHAND_TRY(const std::size_t place, forgotten(vector));
    std::set<ChainId> all = chains;
    if (place < vector.entries.size()) all.insert(vector.entries[place].chain);
    return view_.digest_without(all);
  }
  Result<ChainPrint> print_of_chain(const ChainId& chain) const override { return view_.print_of_chain(chain); }
  Result<Lane> lane_of(const ChainId& chain) const override { return view_.lane_of(chain); }
  Result<bool> has(const Reference& event) const override { return view_.has(event); }
  Result<bool> guesses(const Reference& event) const override { return view_.guesses(event); }
  Result<std::vector<Reference>> missing_bodies(std::size_t most) const override { return view_.missing_bodies(most); }
  void partner_lacks(const std::vector<Reference>& events) override { view_.partner_lacks(events); }
  Result<std::size_t> segments_with(const Reference& event) const override { return view_.segments_with(event); }
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after, std::uint64_t& cursor) const override { return view_.next_segment(chain, after, cursor); }
  Result<Stored> store(std::span<const Segment> segments) override { return view_.store(segments); }
  Result<void> pass_over(const PublicKey& packer) override { return view_.pass_over(packer); }
  void round_ends() override { view_.round_ends(); }
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t most) const override { return view_.wanted_blobs(most); }
  BlobStore* blobs() override { return nullptr; }
  ParcelKeeper* parcel_keeper() override { return view_.parcel_keeper(); }

 private:
  Result<std::size_t> forgotten(const VersionVector& vector) const {
    std::size_t place = 0;
    for (; place < vector.entries.size(); ++place) {
      EVENHAND_TRY(const Lane lane, view_.lane_of(vector.entries[place].chain));
      if (lane == Lane::data) break;
    }
    return place;
  }
  RelayView& view_;
};

struct ForgetfulHub : OlderHub {
  using OlderHub::OlderHub;
  ParcelRole parcel_role(const PublicKey& partner) const override { return hub_.parcel_role(partner); }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override {
    std::vector<ReplicaSpace*> seen;
    for (ReplicaSpace* const space : hub_.spaces_for(partner)) {
      auto& shown = shown_[space->id()];
      if (shown == nullptr) shown = std::make_unique<ForgetfulSpace>(hub_.view(space->id(), partner));
      seen.push_back(shown.get());
    }
    return seen;
  }
  std::map<SpaceId, std::unique_ptr<ForgetfulSpace>> shown_;
};

}  // namespace evenhand::simulation
