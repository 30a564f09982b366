#include "apps/cli/views.h"

#include "apps/cli/plugin.h"
#include "core/os/workspace_lock.h"
#include "plugins/host/report_input.h"

namespace evenhand::cli {

namespace {

/// False: they cannot be kept here.
Result<bool> bring_up(plugins::Projections& views, plugins::Plugin& owner, Workspace& workspace, Console& console) {
  const RunWatch watch(owner);
  const auto done = views.catch_up(owner, workspace);
  if (!done && done.error().where == kHeldByAnother) return true;
  if (!done && done.error().code == ErrorCode::unavailable) return false;
  EVENHAND_CHECK(done);
  if (done->calls == 0) return true;
  Result<void> ended;  // what failed before this call was told then
  if (!done->stopped.empty()) {
    EVENHAND_TRY(const std::string against, against_views(views, owner, done->stopped.front()));
    ended = refused(against);
  }
  watch.tell(workspace, console, "views", ended);
  if (ended) record_runs(workspace, console, owner);  // no document of the owner's tells of it
  return true;
}

}  // namespace

Result<ViewsBroughtUp> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<plugins::ViewRead> wanted, plugins::views_read_by(registry, manifest));
  if (console.dry_run) return ViewsBroughtUp();
  ViewsBroughtUp all{&views, ""};
  for (const plugins::ViewRead& view : wanted) {
    EVENHAND_TRY(const bool are_kept, bring_up(views, *view.owner, workspace, console));
    if (!are_kept) return ViewsBroughtUp();
    EVENHAND_TRY(const std::string against, against_views(views, *view.owner, view.projection->id));
    if (!against.empty() && all.against.find(against) == std::string::npos) all.against += (all.against.empty() ? "" : "; ") + against;
  }
  return all;
}

void tell_against_views(Console& console, const std::string& against) {
  if (against.empty()) return;
  console.say("These rows may not be all that there are: " + against);
  console.exit = Exit::integrity;
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
