/// The parts of an open workspace. Private to core/engine.
#pragma once

#include "core/engine/same.h"
#include "core/engine/workspace.h"
#include "core/event/commit.h"
#include "core/os/workspace_lock.h"
#include "core/store/incarnation.h"

namespace evenhand {

struct Workspace::State {
  std::filesystem::path folder;
  OpenMode mode = OpenMode::read_write;
  Clock& clock;
  Random& random;
  std::optional<WorkspaceLock> lock;
  std::optional<Keystore> keystore;
  EntityId organisation;
  std::vector<Space> spaces;

  Result<void> open_space(const SpaceId& id, SpaceKind kind, const Progress& progress);
  /// Where this device goes on writing in a space: its chain of that lane, its end.
  struct Pen {
    ChainDescriptor chain;
    std::uint64_t last_seq = 0;
    Hash head;
  };
  Result<IncarnationMarker> marker_of(const Space& space) const;
  Result<Pen> pen_for(Space& space, Lane lane);
  /// Appends one finished commit durably and folds it.
  Result<void> append(Space& space, const Bytes& commit);

  /// Opens sealed values with the keys held here; those without a key stay sealed.
  Result<void> open_sealed(const Space& space, const RecordSpec& spec, EntityState& state) const;
  /// Which records were entered twice and what a person said about it. Decisions about records that are not here, were
  /// removed, or can be no twins (another type, another cycle) are left out.
  Result<SameOrDifferent> same_or_different() const;
  Space& space_of(SpaceKind kind);
  const Space& space_of(SpaceKind kind) const;
};

}  // namespace evenhand
