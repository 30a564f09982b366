/// Action plans and what became of last year's actions.
#pragma once

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// The actions brought from the year before, with what became of each.
void add_completed_actions(sdk::Document& document, const sdk::Input& input);

/// Every plan with its header, its actions, and a row for each action that is still owed.
void add_plans(sdk::Document& document, const sdk::Input& input, unsigned level);

}  // namespace evenhand::views
