#include "core/engine/entry_guard.h"

#include "core/codec/archive.h"

namespace evenhand {

Result<bool> came_read_only(const Workspace& workspace, const Space& space, const EntityId& id) {
  EVENHAND_TRY(const std::vector<Place> places, space.fold.places(id));
  if (places.empty()) return false;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const CommitView commit, view.commit_at(places.front().arrival));
  BatchId batch;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    if (i == places.front().index) batch = event.header.batch;
    return i != places.front().index;
  }));
  if (batch.is_zero()) return false;
  EVENHAND_TRY(const std::optional<EntityState> state, space.fold.find(EntityId{batch.bytes}));
  (void)workspace;
  return state && state->type == "batch" && Record(*find_record_type("batch"), *state).flag("read_only");
}

}  // namespace evenhand
