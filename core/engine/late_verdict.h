/// What people said of late changes: carried or dismissed.
///
/// The id of a `late` record follows from the sign-off and the change, so two laptops that judge one change unseen by each other edit one record, and what
/// they disagree about is in dispute like any field. Versions before gave every record an id of its own: those count beside it, and contradict each other
/// when they do not say the same. The same verdict twice is no dispute, whatever the reasons: both stand, side by side. Threads: values. Lifetime: of their own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/engine/command.h"
#include "core/engine/workspace.h"

namespace evenhand {

/// First 16 bytes of H("evenhand/late/1\0" ‖ sign-off ‖ the event's 32 bytes).
EntityId late_id_of(const EntityId& sign_off, const Reference& event);

/// All that was said of one change, in one record or in several.
struct LateVerdict {
  std::vector<Record> records;       ///< ascending by id
  std::vector<std::string> verdicts; ///< distinct, ascending
  bool is_disputed = false;          ///< about the verdict, or about the cycle that it was carried to
};

/// What is said of a late change, in words of the vocabulary.
struct LateWords {
  std::string verdict;               ///< carried, dismissed
  std::string reason;
  std::optional<EntityId> cycle;     ///< that it is carried to
};

class LateVerdicts {
 public:
  /// Errors: those of reading.
  static Result<LateVerdicts> read(const Workspace& workspace);
  /// Null: nobody said anything. `event` as the record has it (long_text()).
  const LateVerdict* find(const EntityId& sign_off, const std::string& event) const;

 private:
  std::map<std::pair<EntityId, std::string>, LateVerdict> all_;
};

/// The changes that say it: a new record, or a decision in each one that is in dispute. Errors: refused (a dispute without a reason).
Result<std::vector<RecordChange>> late_changes(const LateVerdicts& said, const EntityId& sign_off, const Reference& event, const EntityId& entity, const LateWords& words);

}  // namespace evenhand
