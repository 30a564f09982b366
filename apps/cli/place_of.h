/// Where a record lives, for whoever meets it outside its list.
///
/// Threads: one.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/session.h"

namespace evenhand::cli {

/// "Domain 2: Workforce health and well-being", "2B", "Virtual wards", "action Texts before each appointment.", "NCT", "EDS 2025/26", "due Sep-24": what it has of these, from
/// the widest to the narrowest, and of what it belongs to (an update to its action). What is in dispute, or not here, is left out.
std::vector<std::string> place_of(const Workspace& workspace, NameBook& names, const EntityId& record);

}  // namespace evenhand::cli
