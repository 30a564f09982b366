#include "plugins/sdk/report.h"
#include "plugins/views/overview.h"
#include "plugins/views/reads.h"

namespace evenhand::services {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "1"); }

constexpr sdk::Report kReports[] = {
    {"services", "Services (Domain 1)", "The outcomes of the chosen services of one organisation: ratings, evidence, figures, gaps.",
     sdk::Scope::one_organisation, make},
};

const char* manifest_text() noexcept {
  static const std::string kText =
      sdk::Manifest{"org.evenhand.services", "1.0.0", "Services", "free text",
                    views::joined({views::reads_basics(), views::reads_outcomes(), views::reads_people_and_services()})}
          .text();
  return kText.c_str();
}

}  // namespace
}  // namespace evenhand::services

EVENHAND_REPORT_PLUGIN(evenhand_plugin_services, evenhand::services::manifest_text, evenhand::services::kReports)
