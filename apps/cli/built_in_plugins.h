/// The plugins linked into this program. Removing a line removes the plugin; everything else goes on.
#pragma once

#include <span>

#include "plugins/abi/plugin.h"

namespace evenhand::cli {

std::span<const evenhand_plugin* const> built_in_plugins();

}  // namespace evenhand::cli
