#include "apps/cli/plugin.h"
namespace evenhand::cli {
void add_plugin_dev(CLI::App&, Console&) {}
}
