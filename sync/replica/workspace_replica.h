/// A workspace as its partners may see it: the replica that a sync session speaks for.
///
/// A partner's device is told of a space only when it is certified there and holds read; of the organisation space and the
/// people space only when it is a laptop of the own organisation besides. Nothing of any other space is told, not even its id.
/// A space that was accepted from an invitation and whose charter has not come yet is shown to whoever names it: ids are not
/// guessed, and it is empty.
///
/// Threads: one at a time. Lifetime: the workspace outlives the replica; no space is added to it meanwhile.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "core/engine/workspace.h"
#include "sync/session/replica.h"

namespace evenhand {

class WorkspaceReplica : public Replica {
 public:
  explicit WorkspaceReplica(Workspace& workspace);
  ~WorkspaceReplica() override;

  const PublicKey& device() const override;
  std::string title() const override;
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override;
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override;
  Result<void> settle() override;

  /// A space for what came in a file, whoever made it: commits vouch for themselves. Null when it is not here.
  ReplicaSpace* any_space(const SpaceId& id);

 private:
  ReplicaSpace* made_for(Space& space);
  bool may_see(const PublicKey& partner, const Space& space) const;

  Workspace& workspace_;
  std::map<SpaceId, std::unique_ptr<ReplicaSpace>> spaces_;
  std::set<std::pair<PublicKey, SpaceId>> welcomed_;
};

}  // namespace evenhand
