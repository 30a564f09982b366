/// What a cycle took over from reports that were signed before: late changes that somebody carried to it.
///
/// A `late` record with the verdict `carried` names the cycle. It is open there until somebody says what was done about it:
/// in words, by naming the record that takes it up, or both. What people contradict each other about is not in it. Threads: values.
#pragma once

#include "core/engine/sign_off.h"

namespace evenhand {

struct CarriedOver {
  EntityId id;                          ///< of the `late` record
  EntityId sign_off;                    ///< the signed version that it came after
  std::string signed_title;
  EntityId from;                        ///< the cycle that was signed; zero: its sign-off is not here
  EntityId to;
  EntityId entity;                      ///< the record that was changed
  std::optional<LateEvent> change;      ///< nothing: the change or its sign-off is not on this laptop
  std::string reason;                   ///< why it was carried over
  ClaimedTime carried;                  ///< when, and
  Conflict::Author carried_by;          ///< by whom
  std::string closing;                  ///< what was done about it
  std::optional<EntityId> closed_by;    ///< the record that takes it up
  bool is_open() const { return closing.empty() && !closed_by; }
};

/// Carried to this cycle, in order of carrying; a change that two laptops carried over stands once, closed when either
/// is. Errors: those of reading.
Result<std::vector<CarriedOver>> carried_into(const Workspace& workspace, const EntityId& cycle);

/// The change that says what was done about it. Errors: refused (neither words nor a record; a record that belongs to
/// another cycle; it is closed already), not_found (no such record).
Result<RecordChange> closing_of(const Workspace& workspace, const CarriedOver& carried, const std::string& closing, const std::optional<EntityId>& closed_by);

}  // namespace evenhand
