/// Computes what reports need but no record holds: the framework in force, and the scorecard of each organisation
/// with its working, its problems, and published figures beside computed ones.
#pragma once

#include <vector>

#include "core/engine/model.h"
#include "core/policy/framework.h"
#include "core/policy/scorecard.h"
#include "core/policy/scoring_policy.h"
#include "plugins/host/input_writer.h"
#include "plugins/host/record_rows.h"

namespace evenhand::plugins {

/// The framework and policy of a cycle: as installed in the workspace, else as built in.
struct Rules {
  Framework framework;
  ScoringPolicy policy;
};
/// `policy`: code of another policy to score with; empty = the cycle's. Errors: not_found, refused.
Result<Rules> rules_of(const Model& model, const Record& cycle, const std::string& policy);

/// Rows about the framework. Errors: corrupt (the built-in question list).
Result<std::vector<InputRow>> framework_rows(const Framework& framework);

/// Rows about one organisation's result. A verified grade counts before a published one; a self-assessed one never.
/// A shared service counts with the grade of its lead organisation, as the organisation adopted it. Errors: those of the model.
Result<std::vector<InputRow>> score_rows(const Model& model, const EntityId& organisation, const EntityId& cycle,
                                         const Rules& rules, Ratings ratings);

}  // namespace evenhand::plugins
