/// What nobody is asked to decide: records that the program keeps for itself, and reasons beside one verdict.
#pragma once

#include "core/projection/entity_state.h"
#include "core/record/vocabulary.h"

namespace evenhand {

/// Counts of runs: where they differ, who reads them takes the largest (plugins/catalogue/runs.h). Shares: two laptops of one trust shared
/// unseen by each other. Nobody is asked.
inline bool is_for_nobody_to_decide(const RecordSpec& spec) { return spec.name == "plugin_run" || spec.name == "share"; }

/// People who said the same of a late change each gave a reason of their own: all of them stand, side by side, while the verdict is one.
inline bool is_kept_beside(const RecordSpec& spec, const FieldSpec& field, const EntityState& state) {
  if (spec.name != "late" || field.name != "reason") return false;
  const auto is_one = [&](std::string_view name) {
    const FieldState* const written = state.find(spec.find_field(name)->id);
    return written == nullptr || !written->is_conflicted();
  };
  return is_one("verdict") && is_one("cycle");
}

}  // namespace evenhand
