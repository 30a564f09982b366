/// A workspace as its partners may see it: the replica that a sync session speaks for.
///
/// A partner's device is told of a space only when it is certified there and holds read; of the organisation space and the
/// people space only when it is a laptop of the own organisation besides. Nothing of any other space is told, not even its id.
/// A space that was accepted from an invitation and whose charter has not come yet is shown to whoever names it: ids are not
/// guessed, and it is empty.
///
/// A device that may relay and not read is a hub: it is told of cycle spaces only, and given sealed frames, never events. A
/// hub that this laptop was told to use, and whose admission has not come yet, gets the same of a cycle space that it names.
///
/// Threads: one at a time. Lifetime: the workspace outlives the replica; no space is added to it meanwhile.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/engine/workspace.h"
#include "sync/session/farewell.h"

namespace evenhand {

/// What a laptop calls itself before it has heard of its organisation; whoever let it in knows better.
inline constexpr std::string_view kUnnamedLaptop = "A new laptop";

class WorkspaceReplica : public Replica {
 public:
  /// `is_hub`: what the partner book says; asked only about devices that a space does not know yet.
  explicit WorkspaceReplica(Workspace& workspace, std::function<bool(const PublicKey&)> is_hub = {});
  ~WorkspaceReplica() override;

  const PublicKey& device() const override;
  std::string title() const override;
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override;
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override;
  std::optional<Bytes> farewell(const PublicKey& partner, const SpaceId& space) override;
  /// Seals and opens attachments for a hub, and for nobody else.
  ParcelRole parcel_role(const PublicKey& partner) const override;
  Result<void> settle() override;

  /// What a device that is in a cycle space no more is still told of it, for a file; one for each such space.
  Result<std::vector<std::unique_ptr<FarewellSpace>>> farewells(const PublicKey& partner);

  /// A space for what came in a file, whoever made it: commits vouch for themselves. Null when it is not here.
  ReplicaSpace* any_space(const SpaceId& id);

 private:
  enum class Sight { none, open, sealed };
  Sight sight_of(const PublicKey& partner, const Space& space) const;
  ReplicaSpace* made_for(Space& space, Sight sight);

  Workspace& workspace_;
  std::function<bool(const PublicKey&)> is_hub_;
  std::map<std::pair<SpaceId, Sight>, std::unique_ptr<ReplicaSpace>> spaces_;
  std::set<std::pair<PublicKey, SpaceId>> welcomed_;
};

}  // namespace evenhand
