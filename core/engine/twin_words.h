/// What people said of two records that may be one, when they said different things: who, when, and why.
///
/// Threads: one thread at a time. Lifetime: values.
#pragma once

#include <map>
#include <set>

#include "core/engine/workspace.h"

namespace evenhand {

struct TwinWord {
  EntityId leads;           ///< the one that leads; zero: they are different
  Conflict::Author author;  ///< `party` is empty
  ClaimedTime claimed;
  std::string reason;       ///< may be empty
};

/// Two records, the lower id first.
using TwinPair = std::pair<EntityId, EntityId>;
TwinPair twin_pair(const EntityId& a, const EntityId& b);

/// The decisions on two records, wherever they stand and can speak of them: in a shared space of what stands there too, at home of the
/// rest. Errors: those of reading.
Result<std::vector<EntityId>> decisions_on(const Workspace& workspace, const EntityId& a, const EntityId& b);

/// Pairs of which one word stands against another, each with all words on it by claimed time. What stands alone is decided and is not
/// among them. Errors: those of reading.
Result<std::map<TwinPair, std::vector<TwinWord>>> contradicting_words(const Workspace& workspace);

}  // namespace evenhand
