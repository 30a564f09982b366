#include "plugins/report/parts.h"
#include "plugins/views/outcome.h"
#include "plugins/views/words.h"

namespace evenhand::report {

namespace f = sdk::fields;
namespace c = sdk::computed;
using namespace views;

namespace {

std::string level_words(const std::string& level) {
  if (level == "individual") return "Individual organisation";
  if (level == "partnership") return "Partnership of organisations";
  if (level == "system") return "Integrated care system";
  return level == "mixed" ? "Different levels for different domains" : level;
}

std::string selected_services(const sdk::Input& input) {
  std::string words;
  for (const sdk::Row& row : input.rows(f::service::kType)) words += (words.empty() ? "" : "; ") + row.text(f::service::kName);
  return words;
}

void add_header(sdk::Document& document, const sdk::Input& input, const sdk::Row& header) {
  const std::string systems = input.text_of(f::organisation::kType, input.option("organisation"), f::organisation::kSystems);
  const std::string level = level_words(header.text(f::report_header::kLevel));
  const std::string services = selected_services(input);
  document.facts("About this report", {
      {"Organisation", subject(input)},
      {"Board sponsor or lead", text_cell(header, f::report_header::kSponsor, "the role of the sponsor")},
      {"Integrated care system", systems.empty() ? sdk::missing("the system") : sdk::Cell(systems)},
      {"EDS leads", text_cell(header, f::report_header::kLeads, "the roles of the leads")},
      {"Level completed", level.empty() ? sdk::missing("the level") : sdk::Cell(level)},
      {"Organisations at each level", text_cell(header, f::report_header::kLevelDetail, "the list of organisations")},
      {"Engagement dates", text_cell(header, f::report_header::kEngagementDates, "dates with domain and service")},
      {"Services chosen for Domain 1", services.empty() ? sdk::missing("the services") : sdk::Cell(services)},
      {"Cycle", cycle_title(input)},
      {"Completed", text_cell(header, f::report_header::kDateCompleted, "a date")},
      {"Authorised", text_cell(header, f::report_header::kDateAuthorised, "a date")},
      {"Ratified", text_cell(header, f::report_header::kDateRatified, "a date")},
      {"Published", text_cell(header, f::report_header::kPublished, "a month and year")},
      {"To be revised", text_cell(header, f::report_header::kRevisionDate, "a date")},
  });
  if (!header.text(f::report_header::kSource).empty()) {
    document.paragraph("These particulars are as published in: " + header.text(f::report_header::kSource) + ".");
  }
}

void add_scale(sdk::Document& document, const sdk::Input& input) {
  sdk::Table table("How ratings read", {sdk::number_column("Rating"), sdk::text_column("Name")});
  for (const sdk::Row& row : input.rows(c::scale::kType)) {
    table.row({sdk::number(row.number(c::scale::kValue).value_or(0), grade_maximum(input)), row.text(c::scale::kWord)});
  }
  table.note("A half, such as 1.5, is a tie in the vote that nobody has settled.");
  document.table(table);
}

}  // namespace

void add_front(sdk::Document& document, const sdk::Input& input) {
  document.begin_section("About this report").heading(1, "About this report");
  const auto& headers = input.rows(f::report_header::kType);
  for (const sdk::Row& header : headers) add_header(document, input, header);
  if (headers.empty()) {
    document.banner(EVENHAND_BANNER_GAP, "The front page has not been filled in. Owed by " + subject(input) + ": sponsor, leads, level, dates.");
  }
  add_narratives(document, input, "report", "", "", "", 2);
  document.heading(2, "How ratings read");
  add_scale(document, input);
  document.end_section();
}

}  // namespace evenhand::report
