/// The view of one domain: where each outcome stands, its figures, what is owed, who graded.
#pragma once

#include <string>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// The whole document of a domain view.
sdk::Document domain_view(const sdk::Input& input, const std::string& domain);

}  // namespace evenhand::views
