/// The parts of the full report, in the national order.
#pragma once

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::report {

/// Front page: who, for whom, at which level, when; the introduction; how ratings read.
void add_front(sdk::Document& document, const sdk::Input& input);
/// Each domain: completed actions, services with their outcomes or outcomes alone, points, the question sheets (where
/// services are graded), who graded from outside, the plan with its header.
void add_domains(sdk::Document& document, const sdk::Input& input);
/// The engagement and evidence question sheet of each service, under a heading of `level` (at most 2).
void add_engagement(sdk::Document& document, const sdk::Input& input, unsigned level);

}  // namespace evenhand::report
