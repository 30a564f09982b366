#include "apps/cli/built_in_plugins.h"

#include <array>

// Each plugin gives one C function; nothing else of it is known here (CMakeLists.txt, BUILT_IN).
extern "C" {
const evenhand_plugin* evenhand_plugin_comparison(void);
const evenhand_plugin* evenhand_plugin_leadership(void);
const evenhand_plugin* evenhand_plugin_report(void);
const evenhand_plugin* evenhand_plugin_services(void);
const evenhand_plugin* evenhand_plugin_workforce(void);
}

namespace evenhand::cli {

std::span<const evenhand_plugin* const> built_in_plugins() {
  static const std::array kAll = {evenhand_plugin_comparison(), evenhand_plugin_leadership(), evenhand_plugin_report(),
                                  evenhand_plugin_services(), evenhand_plugin_workforce()};
  return kAll;
}

}  // namespace evenhand::cli
