/// What a command over several spaces is about to append, written down first. Each space is a store of its own, so
/// without it a crash between two appends would leave half a command.
///
/// What always holds: once write_intent() returned, the command is decided: whoever opens the workspace for writing next
/// appends what is missing of it before anything else (appending skips what is known), then removes the file.
/// Personal data: commits as they stand in the logs, sealed values sealed; readable by the owner only.
/// Threads: one writer, the holder of the workspace. Format: docs/formats/store.md, "Intent".
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/event/chain.h"

namespace evenhand {

struct IntendedCommit {
  SpaceId space;
  Bytes commit;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(space, commit);
  }
};

/// Errors: unavailable; then nothing is decided.
Result<void> write_intent(const std::filesystem::path& workspace, const std::vector<IntendedCommit>& commits);
/// Empty: there is none. Errors: corrupt, refused (a newer version's), unavailable.
Result<std::vector<IntendedCommit>> read_intent(const std::filesystem::path& workspace);
/// Errors: unavailable.
Result<void> remove_intent(const std::filesystem::path& workspace);

/// Does one of these commits make that event?
Result<bool> makes(const std::vector<IntendedCommit>& commits, const Reference& event);

}  // namespace evenhand
