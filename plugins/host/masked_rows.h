/// All records of a type as plugins may see them when they are not asked about one cycle: for projections and commands.
///
/// Threads: pure but for the model.
#pragma once

#include <functional>

#include "core/engine/model.h"
#include "core/policy/scoring_policy.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

/// The strictest of the disclosure rules of all cycles of the model, so that no report's own rule can be stricter.
/// Errors: those of the model.
Result<DisclosureRule> strictest_rule(const Model& model);

/// Live records that plugins may see (is_for_plugins()), ascending by id, masked by that rule. Errors: those of the model.
Result<void> for_each_masked_row(const Model& model, std::string_view type, const DisclosureRule& rule,
                                 const std::function<void(const Record& record, const InputRow& row)>& visit);

}  // namespace evenhand::plugins
