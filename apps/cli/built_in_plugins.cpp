#include "apps/cli/built_in_plugins.h"

#include <array>

#include "plugins/comparison/plugin.h"
#include "plugins/leadership/plugin.h"
#include "plugins/report/plugin.h"
#include "plugins/services/plugin.h"
#include "plugins/workforce/plugin.h"

namespace evenhand::cli {

std::span<const evenhand_plugin* const> built_in_plugins() {
  static const std::array kAll = {evenhand_plugin_comparison(), evenhand_plugin_leadership(), evenhand_plugin_report(),
                                  evenhand_plugin_services(), evenhand_plugin_workforce()};
  return kAll;
}

}  // namespace evenhand::cli
