/// Services, workshops and the people from outside who graded.
#pragma once

#include <string>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// Who runs it, why it was chosen, whom it is for, how people reach it. `level`: of the headings of its profile.
void add_service_profile(sdk::Document& document, const sdk::Input& input, const sdk::Row& service, unsigned level);

/// Who from outside took part in grading the domain; says so when nobody is on record.
void add_third_parties(sdk::Document& document, const sdk::Input& input, const std::string& domain);

/// The grading workshops in a table: when, of what, by what rule, how many took part. Empty service: all.
void add_workshops(sdk::Document& document, const sdk::Input& input);

}  // namespace evenhand::views
