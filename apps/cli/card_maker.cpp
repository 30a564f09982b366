#include "apps/cli/card_maker.h"

#include "apps/cli/views.h"
#include "plugins/document/json.h"
#include "plugins/host/dashboard.h"

namespace evenhand::cli {

CardMaker::CardMaker(Workspace& workspace, Console& console, const plugins::Registry& registry, plugins::ReportOptions options)
    : workspace_(workspace), console_(console), registry_(registry), views_(workspace.folder()), options_(std::move(options)) {
  options_.projections = &views_;
}

Result<document::Document> CardMaker::make(const plugins::ReportInfo& report, std::string_view what) {
  const RunWatch watch(*report.plugin);
  std::string but;
  auto made = [&]() -> Result<document::Document> {
    EVENHAND_TRY(but, bring_up_views(views_, registry_, report.plugin->manifest, workspace_, console_));
    return plugins::make_card(registry_, workspace_, report, options_);
  }();
  watch.tell(workspace_, console_, std::string(what) + " " + report.id, made ? Result<void>() : made.error(), but);
  return made;
}

Result<document::Document> CardMaker::show(const plugins::ReportInfo& report, std::string_view what) {
  EVENHAND_TRY(document::Document made, make(report, what));
  if (!console_.dry_run) EVENHAND_CHECK(put_on_record(workspace_, console_, *report.plugin, report.id, what, document::write_json(made)));
  return made;
}

}  // namespace evenhand::cli
