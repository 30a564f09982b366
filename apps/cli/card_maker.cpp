#include "apps/cli/card_maker.h"

#include "apps/cli/views.h"
#include "plugins/host/dashboard.h"

namespace evenhand::cli {

CardMaker::CardMaker(Workspace& workspace, Console& console, const plugins::Registry& registry, plugins::ReportOptions options)
    : workspace_(workspace), console_(console), registry_(registry), views_(workspace.folder()), options_(std::move(options)) {}

Result<document::Document> CardMaker::make(const plugins::ReportInfo& report, std::string_view what) {
  if (!console_.dry_run) EVENHAND_CHECK(check_on_record(workspace_, *report.plugin));
  const RunWatch watch(*report.plugin);
  std::string but;
  auto made = [&]() -> Result<document::Document> {
    EVENHAND_TRY(const ViewsBroughtUp brought, bring_up_views(views_, registry_, report.plugin->manifest, workspace_, console_));
    but = brought.against;
    options_.projections = brought.reader;
    return plugins::make_card(registry_, workspace_, report, options_);
  }();
  watch.tell(workspace_, console_, std::string(what) + " " + report.id, made ? Result<void>() : made.error(), but);
  if (made) made_.push_back(report);
  return made;
}

Result<document::Document> CardMaker::make_for_place(const plugins::ReportInfo& report, std::string_view what) {
  const auto may = console_.dry_run ? Result<void>() : check_on_record(workspace_, *report.plugin);
  return may ? make(report, what) : Error{may.error().code, may.error().what, std::string(plugins::kHostsOwn), may.error().next};
}

Result<std::vector<EntityId>> CardMaker::put_all_on_record(std::string_view format, const std::string& bytes) {
  std::vector<EntityId> documents;
  for (const plugins::ReportInfo& one : made_) {
    const auto recorded = put_on_record(workspace_, console_, *one.plugin, one.id, format, bytes);
    if (!recorded) return take_off_record(workspace_, documents, recorded.error());
    documents.insert(documents.end(), recorded->begin(), recorded->end());
  }
  return documents;
}

}  // namespace evenhand::cli
