#include "plugins/report/parts.h"
#include "plugins/sdk/report.h"
#include "plugins/views/gaps.h"
#include "plugins/views/plans.h"
#include "plugins/views/reads.h"
#include "plugins/views/scorecard.h"
#include "plugins/views/words.h"

namespace evenhand::report {
namespace {

namespace f = sdk::fields;

sdk::Document make(const sdk::Input& input) {
  sdk::Document document("Equality Delivery System report");
  document.subtitle(views::subject(input) + ", " + views::cycle_title(input));
  add_front(document, input);
  document.begin_section("Completed actions").heading(1, "Actions completed from the year before");
  views::add_completed_actions(document, input);
  document.end_section();
  add_domains(document, input);
  add_engagement(document, input);
  document.begin_section("Result").page_break().heading(1, "Result of the organisation");
  views::add_scorecard(document, input, input.option("organisation"), 1);
  document.end_section();
  document.begin_section("Action plan").page_break().heading(1, "Action plan");
  views::add_plans(document, input, 2);
  document.end_section();
  document.begin_section("What is missing").page_break().heading(1, "What is missing, and who owes it");
  views::add_all_gaps(document, input);
  document.end_section();
  return document;
}

constexpr sdk::Report kReports[] = {
    {"eds-report", "EDS report", "The whole report of one organisation in the national order, with every gap in words.",
     sdk::Scope::one_organisation, make},
};

const char* manifest_text() noexcept {
  static const std::string kText =
      sdk::Manifest{"org.evenhand.report", "1.0.0", "EDS report", "free text",
                    views::joined({views::reads_basics(), views::reads_outcomes(), views::reads_people_and_services(), views::reads_plans(),
                                   {{f::report_header::kType,
                                     {f::report_header::kSponsor, f::report_header::kLeads, f::report_header::kLevel,
                                      f::report_header::kLevelDetail, f::report_header::kEngagementDates, f::report_header::kDateCompleted,
                                      f::report_header::kDateAuthorised, f::report_header::kDateRatified, f::report_header::kPublished,
                                      f::report_header::kRevisionDate, f::report_header::kSource}},
                                    {f::engagement::kType,
                                     {f::engagement::kService, f::engagement::kQuestion, f::engagement::kAnswer, f::engagement::kNoneGiven}}}})}
          .text();
  return kText.c_str();
}

}  // namespace
}  // namespace evenhand::report

EVENHAND_REPORT_PLUGIN(evenhand_plugin_report, evenhand::report::manifest_text, evenhand::report::kReports)
