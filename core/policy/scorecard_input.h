/// Reads the JSON that `evenhand scorecard` takes (docs/formats/scorecard.md).
///
/// A gap is no error here. Nonsense is: a grade beyond the scale, a step that is no half, an outcome that the
/// framework does not have, a service given twice, text for a number, a name that nobody knows. Every refusal
/// names the place (services[1].grades.1A).
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "core/codec/json.h"
#include "core/policy/framework.h"
#include "core/policy/scorecard.h"
#include "core/policy/scoring_policy.h"

namespace evenhand {

/// Errors: refused.
Result<ScorecardInput> read_scorecard_input(const Json& json, const Framework& framework, const ScoringPolicy& policy);

/// The policy to use when a person named none: "eds2-2013" when there are grades and every code among them is
/// of the shape of EDS2's ("1.1"), else "nhs-eds-2022".
std::string policy_when_none_is_named(const Json& json);

}  // namespace evenhand
