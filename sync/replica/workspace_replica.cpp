#include "sync/replica/workspace_replica.h"

#include "sync/replica/workspace_space.h"

namespace evenhand {

WorkspaceReplica::WorkspaceReplica(Workspace& workspace) : workspace_(workspace) {}
WorkspaceReplica::~WorkspaceReplica() = default;

const PublicKey& WorkspaceReplica::device() const { return workspace_.keystore().device().public_key(); }

std::string WorkspaceReplica::title() const {
  const auto own = workspace_.find(workspace_.organisation());
  std::string title = own && *own ? (*own)->title() : std::string("A new laptop");
  for (const Space& space : workspace_.spaces()) {
    const Device* self = space.fold.access().find_device(device());
    if (self != nullptr) return title + " (" + self->label + ")";
  }
  return title;
}

bool WorkspaceReplica::may_see(const PublicKey& partner, const Space& space) const {
  const Access& access = space.fold.access();
  if (!access.charter()) return welcomed_.contains({partner, space.id});
  const Device* known = access.find_device(partner);
  if (known == nullptr || known->is_removed || !known->capabilities.has(Capability::read)) return false;
  for (const Member& member : access.members()) {
    if (member.organisation == known->organisation && member.has_left) return false;
  }
  // By what this workspace holds it for and by what the charter says: both must agree that it may leave the organisation.
  const bool is_shared = space.kind == SpaceKind::cycle && access.charter()->kind == static_cast<std::uint8_t>(SpaceKind::cycle);
  return is_shared || (known->organisation == workspace_.organisation() && access.charter()->organisation == workspace_.organisation());
}

std::vector<ReplicaSpace*> WorkspaceReplica::spaces_for(const PublicKey& partner) {
  std::map<SpaceId, ReplicaSpace*> seen;  // ascending by id
  for (Space& space : workspace_.spaces()) {
    if (partner == device() || !may_see(partner, space)) continue;
    seen.emplace(space.id, made_for(space));
  }
  std::vector<ReplicaSpace*> spaces;
  for (const auto& [id, space] : seen) spaces.push_back(space);
  return spaces;
}

ReplicaSpace* WorkspaceReplica::made_for(Space& space) {
  auto& made = spaces_[space.id];
  if (made == nullptr) made = std::make_unique<WorkspaceSpace>(workspace_, space);
  return made.get();
}

ReplicaSpace* WorkspaceReplica::any_space(const SpaceId& id) {
  Space* space = workspace_.find_space(id);
  return space == nullptr ? nullptr : made_for(*space);
}

Result<bool> WorkspaceReplica::welcome_space(const PublicKey& partner, const SpaceId& id) {
  const Space* space = workspace_.find_space(id);
  if (space == nullptr) return false;
  if (!space->fold.access().charter()) welcomed_.emplace(partner, id);
  return may_see(partner, *space);
}

Result<void> WorkspaceReplica::settle() { return workspace_.settle(); }

}  // namespace evenhand
