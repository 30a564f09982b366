// A projection such as authors write, compiled twice for worker_bench: as a library and linked in.
#include "plugins/sdk/plugin.h"

namespace {

namespace sdk = evenhand::sdk;

sdk::Rows by_owner(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) {
    rows.row("by-owner", action.id()).text("owner", action.text("owner")).text("quarter", action.text("due").substr(0, 7)).number("open", action.text("status") == "open");
  }
  return rows;
}

constexpr sdk::Contribution kAll[] = {sdk::projection<by_owner>("by-owner")};

}  // namespace

#ifdef EVENHAND_BENCH_LINKED_IN
EVENHAND_PLUGIN_OF(evenhand_plugin_bench, kAll)
#else
EVENHAND_NATIVE_PLUGIN(kAll)
#endif
