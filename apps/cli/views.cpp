#include "apps/cli/views.h"

#include "apps/cli/plugin.h"
#include "core/os/workspace_lock.h"
#include "plugins/host/report_input.h"

namespace evenhand::cli {

namespace {

Result<void> bring_up(plugins::Projections& views, plugins::Plugin& owner, Workspace& workspace, Console& console) {
  const RunWatch watch(owner);
  const auto done = views.catch_up(owner, workspace);
  if (!done) return done.error().where == kHeldByAnother ? Result<void>() : done.error();
  if (done->calls == 0) return {};
  EVENHAND_TRY(const std::string against, against_views(views, owner));
  watch.tell(workspace, console, "views", against.empty() ? Result<void>() : refused(against));
  return {};
}

}  // namespace

Result<std::string> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<plugins::ViewRead> wanted, plugins::views_read_by(registry, manifest));
  std::string all;
  for (const plugins::ViewRead& view : wanted) {
    EVENHAND_CHECK(bring_up(views, *view.owner, workspace, console));
    EVENHAND_TRY(const std::string against, against_views(views, *view.owner, view.projection->id));
    if (!against.empty() && all.find(against) == std::string::npos) all += (all.empty() ? "" : "; ") + against;
  }
  return all;
}

Result<std::string> against_views(const plugins::Projections& views, const plugins::Plugin& owner, std::string_view projection) {
  EVENHAND_TRY(const std::vector<plugins::ViewStatus> all, views.status(owner));
  for (const plugins::ViewStatus& one : all) {
    if (one.condition == plugins::ViewCondition::current || (!projection.empty() && one.projection != projection)) continue;
    const char* word = one.condition == plugins::ViewCondition::quarantined ? " is quarantined" : " is paused";
    return "the view " + owner.manifest.id + "/" + one.projection + word + ": evenhand plugin views " + owner.manifest.id;
  }
  return std::string();
}

}  // namespace evenhand::cli
