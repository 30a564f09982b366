/// A hub as its partners may see it: the replica that a session speaks for.
///
/// A partner is told of a space only when the authority lane makes it a member that reads or relays. A space that was
/// accepted and whose charter has not come yet is shown to whoever names it: ids are not guessed, and it is empty.
/// Threads: one at a time. Lifetime: key and random outlive it.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "sync/relay/relay_view.h"

namespace evenhand {

/// What a hub keeps. The authority lane is a log like a laptop's, whatever engine keeps the rest (docs/decisions/0042).
struct RelayStores {
  /// LMDB tables below `folder`, made when absent. Errors: corrupt, unavailable.
  static Result<RelayStores> open_tables(const std::filesystem::path& folder);

  std::filesystem::path authority;  ///< a folder, with one log for each space
  std::unique_ptr<FrameStore> frames;
  std::unique_ptr<ParcelStore> parcels;
};

class RelayReplica : public Replica {
 public:
  /// With these spaces. Errors: corrupt, unavailable.
  static Result<std::unique_ptr<RelayReplica>> open(RelayStores stores, const std::vector<SpaceId>& spaces, std::string title, const KeyPair& device,
                                                    Random& random, const RelayQuota& quota);

  /// Spaces that were accepted since; those that are here already stay as they are. Returns how many were new. Errors: as open().
  Result<std::size_t> add(const std::vector<SpaceId>& spaces);

  const PublicKey& device() const override { return device_.public_key(); }
  std::string title() const override { return title_; }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override;
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override;
  std::optional<Bytes> farewell(const PublicKey& partner, const SpaceId& space) override;
  ParcelRole parcel_role(const PublicKey&) const override { return ParcelRole::keeps; }
  Result<void> settle() override { return {}; }

  /// The space as that device sees it, whether it may or not.
  RelayView& view(const SpaceId& space, const PublicKey& partner);

  /// True when that device is in some space here.
  bool is_known(const PublicKey& partner) const;
  /// True when it was in one and is in it no more.
  bool has_departed(const PublicKey& partner) const;
  const std::map<SpaceId, std::unique_ptr<RelaySpace>>& spaces() const { return spaces_; }
  const RelayCounters& counters() const { return counters_; }
  /// Counts on from what an earlier one of this process counted.
  void count_on_from(const RelayCounters& earlier) { counters_ = earlier; }
  /// All that is kept. Errors: corrupt, unavailable.
  Result<Usage> usage() const;         ///< frames
  Result<Usage> parcel_usage() const;  ///< pieces of attachments

 private:
  RelayReplica(RelayStores stores, std::string title, const KeyPair& device, Random& random, const RelayQuota& quota)
      : stores_(std::move(stores)), title_(std::move(title)), device_(device), random_(random), quota_(quota) {}

  template <class Store>
  Result<Usage> all_in(const Store& store) const;

  RelayStores stores_;
  std::string title_;
  const KeyPair& device_;
  Random& random_;
  RelayQuota quota_;
  RelayCounters counters_;
  std::map<SpaceId, std::unique_ptr<RelaySpace>> spaces_;
  std::map<std::pair<SpaceId, PublicKey>, std::unique_ptr<RelayView>> views_;
  std::set<std::pair<PublicKey, SpaceId>> welcomed_;
};

}  // namespace evenhand
