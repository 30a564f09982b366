#include "apps/cli/views.h"

#include "core/os/workspace_lock.h"
#include "plugins/host/report_input.h"

namespace evenhand::cli {

Result<void> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, const Workspace& workspace) {
  EVENHAND_TRY(const std::vector<plugins::ViewRead> wanted, plugins::views_read_by(registry, manifest));
  for (const plugins::ViewRead& view : wanted) {
    const auto done = views.catch_up(*view.owner, workspace);
    if (!done && done.error().where != kHeldByAnother) return done.error();
  }
  return {};
}

}  // namespace evenhand::cli
