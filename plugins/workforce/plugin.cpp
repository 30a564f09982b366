#include "plugins/sdk/plugin.h"
#include "plugins/views/overview.h"

namespace evenhand::workforce {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "2"); }

constexpr sdk::Contribution kAll[] = {sdk::report<make>("workforce")};

}  // namespace
}  // namespace evenhand::workforce

EVENHAND_PLUGIN_OF(evenhand_plugin_workforce, evenhand::workforce::kAll)
