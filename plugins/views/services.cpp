#include "plugins/views/services.h"

#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;
namespace c = sdk::computed;

namespace {

std::string providers_of(const sdk::Input& input, const sdk::Row& service) {
  std::string words;
  const auto add = [&](const std::string& name) {
    if (!name.empty()) words += (words.empty() ? "" : "; ") + name;
  };
  for (const std::string& id : service.list(f::service::kProviders)) add(organisation_name(input, id));
  for (const std::string& name : service.list(f::service::kProviderNames)) add(name);
  if (words.empty()) add(organisation_name(input, service.reference(f::service::kOrganisation)));
  return words;
}

sdk::Cell reason_of(const sdk::Row& service) {
  const std::string reason = service.text(f::service::kSelectedBecause);
  if (reason.empty() || reason == "not_stated") return sdk::missing("the reason for its choice");
  if (reason == "unknown") return "How well it does was not known";
  return sentence_case(plain_words(reason == "known_not_to" ? "known_not_to_do_well" : reason));
}

std::string graders_of(const sdk::Input& input, const std::string& domain) {
  for (const sdk::Row& row : input.rows(c::domain::kType)) {
    if (row.text(c::domain::kCode) == domain) return row.text(c::domain::kGradedBy);
  }
  return {};
}

}  // namespace

void add_service_profile(sdk::Document& document, const sdk::Input& input, const sdk::Row& service, unsigned level) {
  const std::string name = name_or(service, f::service::kName, "Service without a name");
  std::vector<sdk::Fact> facts = {{"Run by", providers_of(input, service)}, {"Chosen because", reason_of(service)}};
  const std::string lead = organisation_name(input, service.reference(f::service::kLeadOrganisation));
  if (!lead.empty()) facts.push_back({"Whose grade counts", lead});
  if (service.flag(f::service::kCore20plus5)) facts.push_back({"Core20PLUS5", "Chosen under it"});
  document.facts("The service: " + name, facts);
  for (const sdk::Row& part : input.rows(f::profile::kType)) {
    if (part.reference(f::profile::kService) != service.id()) continue;
    document.heading(level, name_or(part, f::profile::kHeading, "More about the service"));
    if (!part.text(f::profile::kPopulation).empty()) {
      document.paragraph({sdk::bold("People it is there for: "), sdk::plain(part.text(f::profile::kPopulation))});
    }
    if (!part.text(f::profile::kBody).empty()) document.markdown(part.text(f::profile::kBody));
    if (!part.text(f::profile::kPathway).empty()) {
      document.paragraph({sdk::bold("How people reach it: "), sdk::plain(part.text(f::profile::kPathway))});
    }
  }
}

void add_third_parties(sdk::Document& document, const sdk::Input& input, const std::string& domain) {
  const auto parties = input.rows(f::third_party::kType, [&](const sdk::Row& row) { return row.text(f::third_party::kDomain) == domain; });
  if (parties.empty()) {
    const std::string graders = graders_of(input, domain);
    document.banner(EVENHAND_BANNER_GAP, "Nobody from outside is on record as having taken part in grading " + domain_heading(input, domain) +
                                             (graders.empty() ? "." : ". Usually it is graded by: " + graders + ".") +
                                             " Owed by " + subject(input) + ".");
    return;
  }
  sdk::Table table("Who took part in grading " + domain_heading(input, domain),
                   {sdk::text_column("Who"), sdk::text_column("As"), sdk::text_column("What they did")});
  table.row_headers();
  for (const sdk::Row* row : parties) {
    table.row({text_cell(*row, f::third_party::kName, "a name or role"), sentence_case(plain_words(row->text(f::third_party::kKind))),
               text_cell(*row, f::third_party::kWords, "an account of what they did")});
  }
  document.table(table);
}

void add_workshops(sdk::Document& document, const sdk::Input& input) {
  const auto& workshops = input.rows(f::workshop::kType);
  if (workshops.empty()) {
    document.banner(EVENHAND_BANNER_GAP, "No grading workshop is on record. Owed by " + subject(input) + ": who graded, when, and by what rule.");
    return;
  }
  sdk::Table table("Grading workshops", {sdk::text_column("Workshop"), sdk::text_column("Date"), sdk::text_column("Graders"),
                                         sdk::number_column("Took part"), sdk::text_column("How a grade follows from votes")});
  table.row_headers().note("Participant totals are not rounded.");
  for (const sdk::Row& row : workshops) {
    const std::string method = row.text(f::workshop::kMethod);
    const bool is_stated = !method.empty() && method != "not_stated";
    const std::string tie = row.text(f::workshop::kTieRule);
    const std::string rule = sentence_case(plain_words(method)) + (tie.empty() ? "" : "; ties: " + tie);
    table.row({row.text(f::workshop::kTitle), text_cell(row, f::workshop::kDate, "a date"),
               text_cell(row, f::workshop::kGraderGroups, "the kinds of graders"),
               number_cell(row, f::workshop::kParticipants, "the number of graders"),
               is_stated ? sdk::Cell(rule) : sdk::missing("the method")});
  }
  document.table(table);
}

}  // namespace evenhand::views
