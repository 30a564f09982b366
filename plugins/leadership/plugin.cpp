#include "plugins/sdk/plugin.h"
#include "plugins/views/overview.h"

namespace evenhand::leadership {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "3"); }

constexpr sdk::Contribution kAll[] = {sdk::report<make>("leadership")};

}  // namespace
}  // namespace evenhand::leadership

EVENHAND_PLUGIN_OF(evenhand_plugin_leadership, evenhand::leadership::kAll)
