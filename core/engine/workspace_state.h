/// The parts of an open workspace. Private to core/engine.
#pragma once

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
  /// Appends one finished commit durably and folds it. An error means that nothing was saved. What fails after it was
  /// saved is no error, or it would be entered twice: it is the sentence given back, else empty; no further write is
  /// taken until check_views() could make up for it.
  Result<std::string> append(Space& space, const Bytes& commit);
  /// Errors: unavailable (what was saved before still cannot be shown, so nothing may be planned on top of it).
  Result<void> check_views();
  bool views_behind = false;  ///< something was saved that the folds do not show

  /// Opens sealed values with the keys held here; those without a key stay sealed.
  Result<void> open_sealed(const Space& space, const RecordSpec& spec, EntityState& state) const;
  Space& space_of(SpaceKind kind);
  const Space& space_of(SpaceKind kind) const;
};

}  // namespace evenhand
