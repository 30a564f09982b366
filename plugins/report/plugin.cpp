#include "plugins/report/parts.h"
#include "plugins/sdk/plugin.h"
#include "plugins/views/gaps.h"
#include "plugins/views/plans.h"
#include "plugins/views/scorecard.h"
#include "plugins/views/services.h"
#include "plugins/views/words.h"

namespace evenhand::report {
namespace {

namespace f = sdk::fields;

sdk::Document make(const sdk::Input& input) {
  sdk::Document document("Equality Delivery System report");
  document.subtitle(views::subject(input) + ", " + views::cycle_title(input));
  add_front(document, input);
  add_domains(document, input);
  document.begin_section("Workshops").page_break().heading(1, "Workshops");
  views::add_workshops(document, input);
  document.end_section();
  document.begin_section("Result").page_break().heading(1, "Result of the organisation");
  views::add_scorecard(document, input, input.option("organisation"), 1);
  document.end_section();
  if (views::has_plans_of_no_domain(input)) {
    document.begin_section("Other actions").page_break().heading(1, "Plans and actions that belong to no domain");
    views::add_plans(document, input, "", 2);
    document.end_section();
  }
  document.begin_section("What is missing").page_break().heading(1, "What is missing, and who owes it");
  views::add_all_gaps(document, input);
  document.end_section();
  return document;
}

constexpr sdk::Contribution kAll[] = {sdk::report<make>("eds-report")};

}  // namespace
}  // namespace evenhand::report

EVENHAND_PLUGIN_OF(evenhand_plugin_report, evenhand::report::kAll)
