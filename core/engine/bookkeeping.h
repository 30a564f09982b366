/// Records that the program keeps for itself.
#pragma once

#include "core/record/vocabulary.h"

namespace evenhand {

/// Counts of runs: where they differ, who reads them takes the largest (plugins/catalogue/runs.h). Shares: two laptops of one trust shared
/// unseen by each other. Nobody is asked.
inline bool is_for_nobody_to_decide(const RecordSpec& spec) { return spec.name == "plugin_run" || spec.name == "share"; }

}  // namespace evenhand
