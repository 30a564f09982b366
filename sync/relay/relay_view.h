/// A hub's space as one partner sees it: without what was packed by devices that this partner passes over.
///
/// What nobody can open looks to a hub like anything else. A partner that finds some tells its packer; from then on nothing that this device packed is
/// shown to that partner, and members who have its events bring them under their own name. To everybody else the hub shows it still, but
/// in the first round of an exchange as if it were not there: so who holds a good copy brings it beside. A word takes nothing away;
/// it costs copies (docs/decisions/0063-passing-over.md).
/// Threads: one at a time. Lifetime: the space outlives it.
#pragma once

#include "sync/relay/relay_space.h"

namespace evenhand {

class RelayView : public ReplicaSpace {
 public:
  RelayView(RelaySpace& space, const PublicKey& partner);

  const Access& access() const { return space_.access(); }
  const PublicKey& partner() const { return partner_; }
  /// A session begins.
  void begin();
  /// Devices whose packing this partner does not see now.
  Result<Packers> without() const;
  /// The same when what others pass over is asked for as well, and when it is not.
  Result<Packers> passed_over(bool with_others) const;

  const SpaceId& id() const override { return space_.id(); }
  SegmentForm form() const override { return SegmentForm::frame; }
  Result<VersionVector> vector() const override;
  Result<std::vector<Hash>> full_heads() const override;
  Result<ChainPrint> print_of_chain(const ChainId& chain) const override;
  Result<Lane> lane_of(const ChainId& chain) const override;
  Result<bool> has(const Reference& event) const override;
  Result<bool> guesses(const Reference& event) const override;
  /// What it asks this partner for in the first round of a session.
  Result<std::vector<Reference>> missing_bodies(std::size_t) const override { return texts_asked_; }
  void partner_lacks(const std::vector<Reference>& events) override;
  Result<std::size_t> segments_with(const Reference& event) const override;
  Result<Hash> log_digest() const override { return digest_without({}); }
  Result<Hash> digest_without(const std::set<ChainId>& chains) const override;
  void round_ends() override;
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;
  /// Of one call, authority that verifies stays even when its data is refused. Errors: corrupt, refused, unavailable.
  Result<Stored> store(std::span<const Segment> segments) override;
  Result<void> pass_over(const PublicKey& packer) override;
  Result<std::vector<BlobAddress>> wanted_blobs(std::size_t) const override { return std::vector<BlobAddress>(); }
  BlobStore* blobs() override { return nullptr; }
  ParcelKeeper* parcel_keeper() override { return keeper_.get(); }

 private:
  struct Ends {
    ChainId chain;
    std::vector<BranchHead> ends;  ///< ascending
  };
  Result<std::vector<Ends>> all_ends(const Packers& without) const;
  Result<std::vector<Ends>> all_ends() const;
  Result<Hash> digest(const Packers& without, const std::set<ChainId>& chains) const;
  /// Authority that goes on where somebody's data of that name ends.
  Result<bool> stands_on_data(const Segment& segment) const;
  /// Null: none of it is seen.
  Result<const SeenFrames*> frames_of(const ChainId& chain) const;

  RelaySpace& space_;
  PublicKey partner_;
  std::unique_ptr<ParcelKeeper> keeper_;
  std::unique_ptr<LogSpace> authority_;  ///< its own, because it keeps in which order a forked chain goes out
  std::set<ChainId> brought_as_data_;  ///< chains that this partner brings as authority, and somebody brought as data before
  bool asks_ = false;  ///< in the first round of a session
  std::vector<Reference> texts_asked_;  ///< in the first round told, in the second brought
  bool are_texts_told_ = false;
};

}  // namespace evenhand
