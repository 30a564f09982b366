#include "apps/cli/views.h"

#include "apps/cli/plugin.h"
#include "core/os/workspace_lock.h"
#include "plugins/host/report_input.h"

namespace evenhand::cli {

Result<const plugins::ProjectionReader*> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, const Workspace& workspace) {
  EVENHAND_TRY(const std::vector<plugins::ViewRead> wanted, plugins::views_read_by(registry, manifest));
  for (const plugins::ViewRead& view : wanted) {
    const auto done = views.catch_up(*view.owner, workspace);
    if (done || done.error().where == kHeldByAnother) continue;
    if (done.error().code == ErrorCode::unavailable) return nullptr;
    return done.error();
  }
  return &views;
}

Result<void> forget_views_without_agreement(const Workspace& workspace) {
  EVENHAND_TRY(std::vector<std::string> kept, plugins::Projections::kept_for(workspace.folder()));
  const plugins::Registry own = shipped();
  std::erase_if(kept, [&](const std::string& id) { return own.find_plugin(id) != nullptr; });
  for (const std::string& id : kept) {
    EVENHAND_TRY(const std::optional<plugins::Agreement> agreement, plugins::find_agreement(workspace, id));
    if (!agreement || !agreement->is_installed || agreement->is_disputed) EVENHAND_CHECK(plugins::Projections::forget(workspace.folder(), id));
  }
  return {};
}

}  // namespace evenhand::cli
