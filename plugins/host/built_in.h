/// Plugins that are linked into a program. Which ones is said in CMakeLists.txt (BUILT_IN) and nowhere else.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "plugins/abi/plugin.h"
#include "plugins/host/runner.h"

namespace evenhand::plugins {

struct BuiltIn {
  evenhand_plugin_entry entry;
  std::string_view manifest;  ///< its plugin.json; lives for ever
};

/// Those of this program; cmake/folder.cmake writes the list.
std::span<const BuiltIn> built_in_plugins();

/// Calls it in this process; nothing that it throws goes further. Errors: refused (built for another border).
Result<std::shared_ptr<Runner>> run_built_in(evenhand_plugin_entry entry, std::uint32_t output_mib);

}  // namespace evenhand::plugins
