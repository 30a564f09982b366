#include "sync/replica/workspace_replica.h"

#include <algorithm>

#include "core/access/departure.h"
#include "sync/replica/framed_space.h"

namespace evenhand {

WorkspaceReplica::WorkspaceReplica(Workspace& workspace, std::function<bool(const PublicKey&)> is_hub) : workspace_(workspace), is_hub_(std::move(is_hub)) {}
WorkspaceReplica::~WorkspaceReplica() = default;

const PublicKey& WorkspaceReplica::device() const { return workspace_.keystore().device().public_key(); }

std::string WorkspaceReplica::title() const {
  const auto own = workspace_.find(workspace_.organisation());
  std::string title = own && *own ? (*own)->title() : std::string(kUnnamedLaptop);
  for (const Space& space : workspace_.spaces()) {
    const Device* self = space.fold.access().find_device(device());
    if (self != nullptr) return title + " (" + self->label + ")";
  }
  return title;
}

WorkspaceReplica::Sight WorkspaceReplica::sight_of(const PublicKey& partner, const Space& space) const {
  const Access& access = space.fold.access();
  if (!access.charter()) {
    if (!welcomed_.contains({partner, space.id})) return Sight::none;
    return is_hub_ && is_hub_(partner) ? Sight::sealed : Sight::open;
  }
  // By what this workspace holds it for and by what the charter says: both must agree that it may leave the organisation.
  const bool is_shared = space.kind == SpaceKind::cycle && access.charter()->kind == static_cast<std::uint8_t>(SpaceKind::cycle);
  const Device* known = access.find_device(partner);
  // A hub that another laptop let in: this one hears of it from the hub itself, and gives nothing but what is sealed.
  if (known == nullptr) return is_shared && is_hub_ && is_hub_(partner) && welcomed_.contains({partner, space.id}) ? Sight::sealed : Sight::none;
  if (known->is_removed) return Sight::none;
  const bool may_read = known->capabilities.has(Capability::read);
  if (!may_read && !known->capabilities.has(Capability::relay)) return Sight::none;
  for (const Member& member : access.members()) {
    if (member.organisation == known->organisation && member.has_left) return Sight::none;
  }
  if (!may_read) return is_shared ? Sight::sealed : Sight::none;
  const bool is_own = known->organisation == workspace_.organisation() && access.charter()->organisation == workspace_.organisation();
  return is_shared || is_own ? Sight::open : Sight::none;
}

std::vector<ReplicaSpace*> WorkspaceReplica::spaces_for(const PublicKey& partner) {
  std::map<SpaceId, ReplicaSpace*> seen;  // ascending by id
  for (Space& space : workspace_.spaces()) {
    const Sight sight = partner == device() ? Sight::none : sight_of(partner, space);
    if (sight != Sight::none) seen.emplace(space.id, made_for(space, sight));
  }
  std::vector<ReplicaSpace*> spaces;
  for (const auto& [id, space] : seen) spaces.push_back(space);
  return spaces;
}

ReplicaSpace* WorkspaceReplica::made_for(Space& space, Sight sight) {
  auto& made = spaces_[{space.id, sight}];
  if (made == nullptr && sight == Sight::sealed) made = std::make_unique<FramedSpace>(workspace_, space);
  if (made == nullptr) made = std::make_unique<WorkspaceSpace>(workspace_, space);
  return made.get();
}

ReplicaSpace* WorkspaceReplica::any_space(const SpaceId& id) {
  Space* space = workspace_.find_space(id);
  return space == nullptr ? nullptr : made_for(*space, Sight::open);
}

Result<bool> WorkspaceReplica::welcome_space(const PublicKey& partner, const SpaceId& id) {
  const Space* space = workspace_.find_space(id);
  if (space == nullptr) return false;
  if (!space->fold.access().charter() || (is_hub_ && is_hub_(partner))) welcomed_.emplace(partner, id);
  return sight_of(partner, *space) != Sight::none;
}

std::optional<Bytes> WorkspaceReplica::farewell(const PublicKey& partner, const SpaceId& id) {
  const Space* space = std::as_const(workspace_).find_space(id);
  if (space == nullptr || departure_of(space->fold.access(), partner) == Departure::none) return std::nullopt;
  auto commits = farewell_of(space->log, space->fold.access(), partner);
  return commits ? std::move(*commits) : Bytes();
}

Result<std::vector<std::unique_ptr<FarewellSpace>>> WorkspaceReplica::farewells(const PublicKey& partner) {
  std::vector<std::unique_ptr<FarewellSpace>> told;
  for (Space& space : workspace_.spaces()) {
    if (space.kind != SpaceKind::cycle || departure_of(space.fold.access(), partner) == Departure::none) continue;
    EVENHAND_TRY(std::unique_ptr<FarewellSpace> farewell, FarewellSpace::make(space.log, space.fold.access(), partner));
    told.push_back(std::move(farewell));
  }
  return told;
}

ParcelRole WorkspaceReplica::parcel_role(const PublicKey& partner) const {
  const auto& spaces = std::as_const(workspace_).spaces();
  const bool is_sealed = std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) { return sight_of(partner, space) == Sight::sealed; });
  return is_sealed || (is_hub_ && is_hub_(partner)) ? ParcelRole::makes : ParcelRole::none;
}

Result<void> WorkspaceReplica::settle() { return workspace_.settle(); }

}  // namespace evenhand
