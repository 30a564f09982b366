/// Forgetting a person: everything that was sealed under their key goes, here and wherever it turns up later.
///
/// What is kept about a person (the record, and what names it: activities, training, claims, evaluations) is sealed under keys of
/// their own. Erasing orders it in every space that holds such events, destroys the keys, takes the sealed bytes out of the logs and
/// removes the records, which are empty by then. Headers stay, so chains verify. What people wrote about the person elsewhere, in free
/// text, is not found by this. A story has a key of its own and is erased by itself.
///
/// Durability: when erase_person() returns, the order is durable and the keys are gone. Killed between its steps, it can be
/// called again and does the rest.
/// Threads: one thread at a time. Order: docs/formats/event.md, "erasure.ordered".
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/engine/workspace.h"

namespace evenhand {

struct Erasure {
  std::set<KeyId> keys;
  std::map<std::string, std::size_t> records;  ///< those that lose content, by type
  std::size_t changes = 0;  ///< events whose content goes
  std::size_t left = 0;     ///< of these, whose sealed bytes still lie in the log because another program reads it; nobody can open them
};

/// What would go. Errors: not_found (nothing was ever sealed for that record), corrupt, unavailable.
Result<Erasure> reach_of_erasure(const Workspace& workspace, const EntityId& person);

/// `ground`: code of the legal ground, kept in the log for ever in plain sight. Cannot be undone.
/// Errors: those of reach_of_erasure(); refused (rights: admin of each space concerned, and to remove the records).
Result<Erasure> erase_person(Workspace& workspace, const EntityId& person, const std::string& ground);

}  // namespace evenhand
