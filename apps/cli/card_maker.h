/// Cards and pages of the desk, each run told, and on record where it has to be.
///
/// Threads: one. Lifetime: workspace, console and registry outlive it.
#pragma once

#include <string_view>
#include <vector>

#include "apps/cli/plugin.h"
#include "plugins/host/run_report.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

class CardMaker {
 public:
  CardMaker(Workspace& workspace, Console& console, const plugins::Registry& registry, plugins::ReportOptions options);

  /// Brings its views up, makes it, tells of the run. `what`: "card" or "page". One about people that cannot be on record is not made.
  /// Errors: those of check_on_record(), of make_report() and of views.
  Result<document::Document> make(const plugins::ReportInfo& report, std::string_view what);
  /// The same for one place of several: the host's own refusal is marked as such, so that the place says it (failure_note()).
  Result<document::Document> make_for_place(const plugins::ReportInfo& report, std::string_view what);
  /// Puts on record that all that was made so far stands in the page of these bytes. Gives the records. Errors: those of put_on_record(); none stands then.
  Result<std::vector<EntityId>> put_all_on_record(std::string_view format, const std::string& bytes);

 private:
  Workspace& workspace_;
  Console& console_;
  const plugins::Registry& registry_;
  plugins::Projections views_;
  plugins::ReportOptions options_;
  std::vector<plugins::ReportInfo> made_;
};

}  // namespace evenhand::cli
