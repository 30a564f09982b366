#include "plugins/sdk/plugin.h"
#include "plugins/views/overview.h"

namespace evenhand::services {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "1"); }

constexpr sdk::Contribution kAll[] = {sdk::report<make>("services")};

}  // namespace
}  // namespace evenhand::services

EVENHAND_PLUGIN_OF(evenhand_plugin_services, evenhand::services::kAll)
