/// Cards and pages of the desk, each run told, and on record where it has to be.
///
/// Threads: one. Lifetime: workspace, console and registry outlive it.
#pragma once

#include <string_view>

#include "apps/cli/plugin.h"
#include "plugins/host/run_report.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

class CardMaker {
 public:
  CardMaker(Workspace& workspace, Console& console, const plugins::Registry& registry, plugins::ReportOptions options);

  /// Brings its views up, makes it, tells of the run. `what`: "card" or "page". Errors: those of make_report() and of views.
  Result<document::Document> make(const plugins::ReportInfo& report, std::string_view what);
  /// The same for somebody to look at, so on record: a card about people that cannot be is not shown. Errors: those of put_on_record() too.
  Result<document::Document> show(const plugins::ReportInfo& report, std::string_view what);

 private:
  Workspace& workspace_;
  Console& console_;
  const plugins::Registry& registry_;
  plugins::Projections views_;
  plugins::ReportOptions options_;
};

}  // namespace evenhand::cli
