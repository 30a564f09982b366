#include "plugins/sdk/report.h"
#include "plugins/views/overview.h"
#include "plugins/views/reads.h"

namespace evenhand::leadership {
namespace {

sdk::Document make(const sdk::Input& input) { return views::domain_view(input, "3"); }

constexpr sdk::Report kReports[] = {
    {"leadership", "Leadership (Domain 3)", "The outcomes about leaders of one organisation: ratings, evidence, figures, gaps.",
     sdk::Scope::one_organisation, make},
};

const char* manifest_text() noexcept {
  static const std::string kText =
      sdk::Manifest{"org.evenhand.leadership", "1.0.0", "Leadership", "free text",
                    views::joined({views::reads_basics(), views::reads_outcomes(), views::reads_people_and_services()})}
          .text();
  return kText.c_str();
}

}  // namespace
}  // namespace evenhand::leadership

EVENHAND_REPORT_PLUGIN(evenhand_plugin_leadership, evenhand::leadership::manifest_text, evenhand::leadership::kReports)
