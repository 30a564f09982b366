#include "plugins/report/parts.h"
#include "plugins/views/gaps.h"
#include "plugins/views/outcome.h"
#include "plugins/views/scorecard.h"
#include "plugins/views/services.h"
#include "plugins/views/words.h"

namespace evenhand::report {

namespace f = sdk::fields;
namespace c = sdk::computed;
using namespace views;

namespace {

template <class Do>
void each_outcome(const sdk::Input& input, const std::string& domain, Do act) {
  for (const sdk::Row& row : input.rows(c::outcome::kType)) {
    if (row.text(c::outcome::kDomain) == domain) act(row.text(c::outcome::kCode));
  }
}

std::vector<const sdk::Row*> findings_of_domain(const sdk::Input& input, const std::string& domain) {
  return input.rows(f::finding::kType, [&](const sdk::Row& row) {
    return row.text(f::finding::kOutcome).empty() && row.reference(f::finding::kService).empty() && row.text(f::finding::kDomain) == domain;
  });
}

std::vector<const sdk::Row*> findings_of_service(const sdk::Input& input, const std::string& service) {
  return input.rows(f::finding::kType, [&](const sdk::Row& row) {
    return row.text(f::finding::kOutcome).empty() && row.reference(f::finding::kService) == service;
  });
}

/// What is owed for the domain or service as a whole; owed actions stand in the plans, owed grades at the ratings.
void add_gaps(sdk::Document& document, const sdk::Input& input, const std::string& domain, const std::string& service) {
  add_gap_banners(document, input, open_gaps(input, [&](const sdk::Row& row) {
    return row.text(f::gap::kOutcome).empty() && row.text(f::gap::kDomain) == domain && row.reference(f::gap::kService) == service &&
           row.text(f::gap::kKind) != "no_action" && row.text(f::gap::kKind) != "no_grade";
  }));
}

void add_service(sdk::Document& document, const sdk::Input& input, const std::string& domain, const sdk::Row& service) {
  const std::string name = name_or(service, f::service::kName, "Service without a name");
  document.heading(2, name);
  add_service_profile(document, input, service, 3);
  add_narratives(document, input, "service", "", "", service.id(), 3);
  add_loose_measures(document, input, {"", service.id()}, name);
  each_outcome(input, domain, [&](const std::string& code) { add_outcome(document, input, {code, service.id()}, name, 3); });
  add_votes(document, input, domain, service.id(), name);
  add_findings(document, findings_of_service(input, service.id()), name);
  add_gaps(document, input, domain, service.id());
}

void add_domain(sdk::Document& document, const sdk::Input& input, const sdk::Row& domain) {
  const std::string code = domain.text(c::domain::kCode);
  const std::string title = domain_heading(input, code);
  document.begin_section(title).page_break().heading(1, title);
  add_narratives(document, input, "domain", code, "", "", 2);
  if (domain.flag(c::domain::kPerService)) {
    for (const sdk::Row& service : input.rows(f::service::kType)) add_service(document, input, code, service);
    if (input.rows(f::service::kType).empty()) {
      document.banner(EVENHAND_BANNER_GAP, "No service is on record for this domain. Owed by " + subject(input) + ".");
    }
  } else {
    each_outcome(input, code, [&](const std::string& outcome) { add_outcome(document, input, {outcome, ""}, "", 2); });
  }
  document.heading(2, "Result of Domain " + code);
  add_votes(document, input, code, "", "Domain " + code);
  add_domain_result(document, input, input.option("organisation"), code);
  add_findings(document, findings_of_domain(input, code), "Domain " + code);
  add_gaps(document, input, code, "");
  document.heading(2, "Who took part in grading Domain " + code);
  add_third_parties(document, input, code);
  document.end_section();
}

}  // namespace

void add_domains(sdk::Document& document, const sdk::Input& input) {
  for (const sdk::Row& domain : input.rows(c::domain::kType)) add_domain(document, input, domain);
}

}  // namespace evenhand::report
