/// What can be said of one record before it is saved: figures that are impossible, and what came read-only.
/// Private to core/engine.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand {

struct Impossible {
  std::string field;
  std::string message;      ///< one sentence: which figures, why they cannot be
  bool is_warning = false;  ///< worth saying, not worth refusing
};

using ValueAfter = std::function<std::optional<Value>(std::string_view field)>;

/// Holds the record, as it would stand, against the arithmetic guard of core/policy.
std::vector<Impossible> find_impossible(const RecordSpec& record, const ValueAfter& value);

/// True when the record was brought by an import of published figures.
Result<bool> came_read_only(const Workspace& workspace, const Space& space, const EntityId& id);

}  // namespace evenhand
