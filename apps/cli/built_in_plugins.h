/// The plugins that this program is built with, by name: no static initialiser decides what is there.
#pragma once

#include <span>

#include "plugins/abi/plugin.h"

namespace evenhand::cli {

/// Lifetime: the program's.
std::span<const evenhand_plugin* const> built_in_plugins();

}  // namespace evenhand::cli
