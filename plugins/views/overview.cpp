#include "plugins/views/overview.h"

#include "plugins/views/evidence.h"
#include "plugins/views/gaps.h"
#include "plugins/views/outcome.h"
#include "plugins/views/scorecard.h"
#include "plugins/views/services.h"
#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

namespace {

/// A service of the domain, or the organisation itself (no id, no name).
struct Place {
  std::string service;
  std::string name;
};

std::vector<Place> places_of(const sdk::Input& input, const std::string& domain) {
  bool per_service = false;
  for (const sdk::Row& row : input.rows(c::domain::kType)) {
    per_service = per_service || (row.text(c::domain::kCode) == domain && row.flag(c::domain::kPerService));
  }
  std::vector<Place> places;
  if (!per_service) return {{"", ""}};
  for (const sdk::Row& row : input.rows(f::service::kType)) places.push_back({row.id(), name_or(row, f::service::kName, "Service without a name")});
  return places;
}

std::size_t gaps_at(const sdk::Input& input, const std::string& outcome, const std::string& service) {
  return open_gaps(input, [&](const sdk::Row& row) {
           return row.text(f::gap::kOutcome) == outcome && row.reference(f::gap::kService) == service;
         }).size();
}

void add_stand(sdk::Document& document, const sdk::Input& input, const std::string& domain, const Place& place) {
  sdk::Table table("Where each outcome stands" + (place.name.empty() ? "" : ": " + place.name),
                   {sdk::text_column("Outcome"), sdk::text_column("Rating"), sdk::number_column("Pieces of evidence"),
                    sdk::text_column("Newest evidence"), sdk::number_column("Open gaps")});
  table.row_headers();
  for (const sdk::Row& outcome : input.rows(c::outcome::kType)) {
    if (outcome.text(c::outcome::kDomain) != domain) continue;
    const std::string code = outcome.text(c::outcome::kCode);
    const sdk::Row* grade = counted_grade(input, code, place.service);
    const auto evidence = evidence_about(input, {code, place.service});
    const std::string newest = newest_date(evidence);
    table.row({code + ": " + outcome.text(c::outcome::kShortTitle),
               grade ? sdk::Cell(grade_words(input, *grade->grade(c::counted::kValue))) : sdk::missing("a grade"),
               sdk::number(static_cast<std::int64_t>(evidence.size())),
               evidence.empty() ? sdk::missing("evidence") : newest.empty() ? sdk::missing("a date on any of it") : sdk::Cell(newest),
               sdk::number(static_cast<std::int64_t>(gaps_at(input, code, place.service)))});
  }
  document.table(table);
}

/// All figures of a place, one table an outcome.
void add_figures(sdk::Document& document, const sdk::Input& input, const std::string& domain, const Place& place) {
  for (const sdk::Row& outcome : input.rows(c::outcome::kType)) {
    const std::string code = outcome.text(c::outcome::kCode);
    if (outcome.text(c::outcome::kDomain) != domain) continue;
    const auto is_here = [&](const sdk::Row& row, std::string_view outcome_field, std::string_view service_field) {
      return row.text(outcome_field) == code && row.reference(service_field) == place.service;
    };
    add_measures(document, input.rows(f::measure::kType, [&](const sdk::Row& row) { return is_here(row, f::measure::kOutcome, f::measure::kService); }),
                 "Figures for " + code + (place.name.empty() ? "" : ", " + place.name));
    for (const sdk::Row& table : input.rows(f::data_table::kType)) {
      if (is_here(table, f::data_table::kOutcome, f::data_table::kService)) add_data_table(document, table);
    }
  }
}

}  // namespace

sdk::Document domain_view(const sdk::Input& input, const std::string& domain) {
  sdk::Document document(domain_heading(input, domain));
  document.subtitle(subject(input) + ", " + cycle_title(input));
  const auto places = places_of(input, domain);
  document.heading(1, "Where each outcome stands");
  for (const Place& place : places) add_stand(document, input, domain, place);
  if (places.empty()) document.banner(EVENHAND_BANNER_GAP, "No service is on record for this domain. Owed by " + subject(input) + ".");
  document.heading(1, "Points");
  add_domain_result(document, input, input.option("organisation"), domain);
  document.heading(1, "Figures");
  document.paragraph("Figures of different scales are never joined. A percentage stands with the number that it is out of.");
  for (const Place& place : places) add_figures(document, input, domain, place);
  document.heading(1, "Who took part in grading");
  add_third_parties(document, input, domain);
  document.heading(1, "What is missing, and who owes it");
  const auto gaps = open_gaps(input, [&](const sdk::Row& row) { return row.text(f::gap::kDomain) == domain; });
  if (gaps.empty()) document.paragraph("No gap is on record for this domain.");
  add_gap_table(document, input, domain_heading(input, domain), gaps);
  return document;
}

}  // namespace evenhand::views
