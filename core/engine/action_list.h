/// In which order this device acted, over all spaces of a workspace: what undo goes by. No clock orders anything, and chains
/// order what stands in one space only.
///
/// One line per action in `<workspace>/actions`: the first event of each commit that it was to make. Written before the
/// commits, so whatever is in the logs is in the list; a line whose commits never came names nothing. Old lines are dropped.
/// Durability: on return. Threads: one writer, the holder of the workspace. Format: docs/formats/store.md.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/event/chain.h"

namespace evenhand {

/// Oldest first; an action is the first events of its commits, one per space.
using ActionList = std::vector<std::vector<Reference>>;

/// Errors: unavailable.
Result<void> add_action(const std::filesystem::path& workspace, const std::vector<Reference>& first_events);
/// Lines that cannot be read are left out. Errors: unavailable.
Result<ActionList> read_actions(const std::filesystem::path& workspace);

}  // namespace evenhand
