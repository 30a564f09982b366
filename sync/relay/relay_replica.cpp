#include "sync/relay/relay_replica.h"

#include <algorithm>

#include "core/access/departure.h"
#include "core/os/files.h"
#include "sync/relay/table_frame_store.h"
#include "sync/relay/table_parcel_store.h"

namespace evenhand {

namespace fs = std::filesystem;

Result<RelayStores> RelayStores::open_tables(const fs::path& folder) {
  EVENHAND_CHECK(make_private_folder(folder / "authority"));
  EVENHAND_TRY(TableFrameStore frames, TableFrameStore::open(folder / "frames"));
  EVENHAND_TRY(TableParcelStore parcels, TableParcelStore::open(folder / "parcels"));
  return RelayStores{folder / "authority", std::make_unique<TableFrameStore>(std::move(frames)), std::make_unique<TableParcelStore>(std::move(parcels))};
}

Result<std::unique_ptr<RelayReplica>> RelayReplica::open(RelayStores stores, const std::vector<SpaceId>& spaces, std::string title, const KeyPair& device, Random& random,
                                                         const RelayQuota& quota) {
  std::unique_ptr<RelayReplica> replica(new RelayReplica(std::move(stores), std::move(title), device, random, quota));
  EVENHAND_TRY(const std::size_t opened, replica->add(spaces));
  (void)opened;
  return replica;
}

Result<std::size_t> RelayReplica::add(const std::vector<SpaceId>& spaces) {
  const std::size_t before = spaces_.size();
  for (const SpaceId& id : spaces) {
    if (spaces_.contains(id)) continue;
    const fs::path at = stores_.authority / id.hex();
    std::error_code failed;
    EVENHAND_TRY(Log log, fs::exists(at, failed) ? Log::open(at, OpenMode::read_write) : Log::create(at, id));
    if (log.space() != id) return corrupt("an authority log of the hub is that of another space", at.string());
    EVENHAND_TRY(auto space, RelaySpace::open(std::move(log), *stores_.frames, *stores_.parcels, device_, random_, quota_, counters_));
    spaces_.emplace(id, std::move(space));
  }
  return spaces_.size() - before;
}

std::vector<ReplicaSpace*> RelayReplica::spaces_for(const PublicKey& partner) {
  std::vector<ReplicaSpace*> seen;
  for (const auto& [id, space] : spaces_) {
    const bool is_shown = space->access().charter() || welcomed_.contains({partner, id});
    if (!is_shown || !space->is_open_to(partner)) continue;
    RelayView& seen_by_it = view(id, partner);
    seen_by_it.begin();
    seen.push_back(&seen_by_it);
  }
  return seen;
}

RelayView& RelayReplica::view(const SpaceId& space, const PublicKey& partner) {
  auto& view = views_[{space, partner}];
  if (view == nullptr) view = std::make_unique<RelayView>(*spaces_.at(space), partner);
  return *view;
}

Result<bool> RelayReplica::welcome_space(const PublicKey& partner, const SpaceId& id) {
  const auto found = spaces_.find(id);
  if (found == spaces_.end() || !found->second->is_open_to(partner)) return false;
  if (!found->second->access().charter()) welcomed_.emplace(partner, id);
  return true;
}

bool RelayReplica::is_known(const PublicKey& partner) const {
  return std::any_of(spaces_.begin(), spaces_.end(), [&](const auto& one) { return one.second->is_open_to(partner); });
}

bool RelayReplica::has_departed(const PublicKey& partner) const {
  return std::any_of(spaces_.begin(), spaces_.end(), [&](const auto& one) { return departure_of(one.second->access(), partner) != Departure::none; });
}

std::optional<Bytes> RelayReplica::farewell(const PublicKey& partner, const SpaceId& id) {
  const auto found = spaces_.find(id);
  return found == spaces_.end() ? std::nullopt : found->second->farewell(partner);
}

template <class Store>
Result<Usage> RelayReplica::all_in(const Store& store) const {
  Usage all;
  for (const auto& [id, space] : spaces_) {
    EVENHAND_TRY(const UsageByPacker packers, store.usage(id));
    for (const auto& [device, used] : packers) all += used;
  }
  return all;
}

Result<Usage> RelayReplica::usage() const { return all_in(*stores_.frames); }
Result<Usage> RelayReplica::parcel_usage() const { return all_in(*stores_.parcels); }

}  // namespace evenhand
