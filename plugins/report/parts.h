/// The parts of the full report, in the national order.
#pragma once

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::report {

/// Front page: who, for whom, at which level, when; the introduction; how ratings read.
void add_front(sdk::Document& document, const sdk::Input& input);
/// One domain: services with their outcomes, or outcomes alone; points; who graded from outside.
void add_domains(sdk::Document& document, const sdk::Input& input);
/// The engagement and evidence question sheet of each service.
void add_engagement(sdk::Document& document, const sdk::Input& input);

}  // namespace evenhand::report
