/// One space of a workspace as a session uses it: its log, what its fold knows, and what comes in by the engine's door.
/// Private to sync/replica.
#pragma once

#include <map>
#include <optional>

#include "core/engine/workspace.h"
#include "sync/session/log_space.h"

namespace evenhand {

class WorkspaceSpace : public LogSpace {
 public:
  WorkspaceSpace(Workspace& workspace, Space& space);

  Result<Stored> store(std::span<const Segment> segments) override;
  BlobStore* blobs() override;
  Error why_left_out(const ChainId& chain, LeftOut why) const override;

 protected:
  /// "Fenmarsh Community (EDI laptop)", as those who let it in call it.
  std::string name_of_device(const PublicKey& device) const;
  static constexpr std::string_view kSomebody = "Somebody";
  /// Whose chain is here, or of whom something came; else kSomebody.
  virtual std::string name_of_writer(const ChainId& chain) const;
  const Space& space() const;
  Workspace& workspace() const { return workspace_; }

 private:
  Result<std::vector<Reference>> find_missing() const;

  Workspace& workspace_;
  SpaceId id_;
  std::optional<BlobStore> blobs_;
  std::map<ChainId, PublicKey> without_room_;  ///< chains that are not here because they found no room, and whose they are
  /// The missing bodies as of that arrival and those orders: the log is looked through once, not at every digest.
  struct Missing {
    Arrival arrival = 0;
    std::size_t orders = 0;
    std::vector<Reference> bodies;
  };
  mutable Missing missing_;
};

}  // namespace evenhand
