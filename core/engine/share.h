/// Sharing: an explicit copy of a record of the organisation space into a cycle space, with its provenance.
///
/// Nothing leaves the organisation space in any other way: what partners receive is what stands in a cycle space. A record
/// of the people space is never shared, nor a field of a personal class. The copy's id follows from source and target, so
/// sharing again adds nothing, and sharing after a change brings the copy up to date, whichever laptop does it: only what
/// changed at home since it was shared last is written. What partners wrote on the copy stands; a field that both changed
/// becomes a dispute, and so does a copy that a partner removed.
/// References to records of the organisation space name their copies: shared or not, they meet once both are.
/// Threads: one thread at a time. Format: docs/formats/event.md, "Sharing".
#pragma once

#include <string>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand {

struct Shared {
  EntityId copy;
  bool is_new = false;
  bool is_changed = false;                ///< false: nothing changed at home since it was shared last, nothing was written
  bool is_removed = false;                ///< a partner took the copy away, and nothing changed at home since
  std::vector<std::string> disputed = {}; ///< fields that a partner changed too: written beside theirs, for a person to decide
  std::vector<std::string> left_out = {}; ///< fields of personal classes that stay at home
};

/// First 16 bytes of H("evenhand/share/1\0" ‖ target space ‖ record).
EntityId copy_id_of(const SpaceId& target, const EntityId& record);

/// `reason` may be empty. An attachment's bytes are copied with its record.
/// Errors: not_found (record, space), refused (people space, not a record of the organisation space, in dispute, rights),
/// unavailable.
Result<Shared> share(Workspace& workspace, const EntityId& record, const SpaceId& target, const std::string& reason);
/// What share() would do; nothing is written.
Result<Shared> rehearse_share(Workspace& workspace, const EntityId& record, const SpaceId& target);

/// True when that record of the type `share` tells of a copy that this organisation made, in whichever space.
bool tells_of_our_copy(const Workspace& workspace, const Record& share);

/// A copy of ours that does not say what its original says, because of what a partner wrote on it.
struct ChangedCopy {
  EntityId original;
  EntityId copy;
  SpaceId space;
  std::string type;
  std::vector<std::string> fields;  ///< empty: they removed it
};
/// By space and original. Errors: those of reading.
Result<std::vector<ChangedCopy>> changed_copies(const Workspace& workspace);

}  // namespace evenhand
