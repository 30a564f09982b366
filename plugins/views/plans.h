/// Action plans and what became of last year's actions.
#pragma once

#include <string>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// The actions of a domain brought from the year before, with what became of each.
void add_completed_actions(sdk::Document& document, const sdk::Input& input, const std::string& domain);

/// Every plan of a domain with its header, its actions, and a row for each action that is still owed; then the
/// domain's actions outside a plan. Empty domain: what belongs to no domain; nothing when there is nothing.
void add_plans(sdk::Document& document, const sdk::Input& input, const std::string& domain, unsigned level);
/// True when add_plans() with an empty domain has something to say.
bool has_plans_of_no_domain(const sdk::Input& input);

}  // namespace evenhand::views
