/// What the views read, for the manifests of the plugins that use them.
#pragma once

#include <vector>

#include "plugins/sdk/report.h"

namespace evenhand::views {

/// Names, framework and scorecard: every report.
std::vector<sdk::Reads> reads_basics();
/// Evidence, figures, grades, votes, findings, gaps: outcomes.
std::vector<sdk::Reads> reads_outcomes();
/// Third parties, workshops, service profiles.
std::vector<sdk::Reads> reads_people_and_services();
/// Plans, actions, objectives.
std::vector<sdk::Reads> reads_plans();

std::vector<sdk::Reads> joined(std::vector<std::vector<sdk::Reads>> lists);

}  // namespace evenhand::views
