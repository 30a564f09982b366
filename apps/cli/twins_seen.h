/// What a person looked at before saying of two records that they are the same or different.
///
/// Threads: one.
#pragma once

#include "apps/cli/conflict_seen.h"
#include "core/engine/problems.h"

namespace evenhand::cli {

/// How the two stand, and what people said of them so far: to hand back when deciding. Errors: those of reading.
Result<std::string> pair_view(const Workspace& workspace, const EntityId& a, const EntityId& b);

/// Remembers that these were shown as they stand. Errors: those of reading.
Result<void> note_shown(const Workspace& workspace, const std::vector<Twins>& twins);

/// `view`: what the person looked at; empty: what was shown here last, which is no reason to refuse when nothing was.
/// Errors: stale (with what changed since), refused (no such view), those of reading.
Result<void> check_pair_seen(const Workspace& workspace, const EntityId& a, const EntityId& b, const std::string& view);

/// Whoever decided knows of that. Errors: those of reading.
Result<void> note_own_word_on(const Workspace& workspace, const EntityId& a, const EntityId& b);

}  // namespace evenhand::cli
