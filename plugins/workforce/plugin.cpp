#include "plugins/sdk/report.h"
#include "plugins/views/overview.h"
#include "plugins/views/reads.h"

namespace evenhand::workforce {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "2"); }

constexpr sdk::Report kReports[] = {
    {"workforce", "Workforce (Domain 2)", "The outcomes about staff of one organisation: ratings, evidence, figures, gaps.",
     sdk::Scope::one_organisation, make},
};

const char* manifest_text() noexcept {
  static const std::string kText =
      sdk::Manifest{"org.evenhand.workforce", "1.0.0", "Workforce", "free text",
                    views::joined({views::reads_basics(), views::reads_outcomes(), views::reads_people_and_services()})}
          .text();
  return kText.c_str();
}

}  // namespace
}  // namespace evenhand::workforce

EVENHAND_REPORT_PLUGIN(evenhand_plugin_workforce, evenhand::workforce::manifest_text, evenhand::workforce::kReports)
