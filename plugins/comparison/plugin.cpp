// Outcomes beside organisations: what is the same, what differs, what is not known. Never a ranking: organisations
// stand in the order of their names, and nothing is sorted or coloured by result.
#include <algorithm>

#include "plugins/sdk/plugin.h"
#include "plugins/views/scorecard.h"
#include "plugins/views/words.h"

namespace evenhand::comparison {
namespace {

namespace f = sdk::fields;
namespace c = sdk::computed;
using namespace views;

std::vector<const sdk::Row*> scores(const sdk::Input& input) {
  auto rows = input.rows(c::score::kType, [](const sdk::Row&) { return true; });
  std::sort(rows.begin(), rows.end(), [&](const sdk::Row* a, const sdk::Row* b) {
    return organisation_name(input, a->reference(c::score::kOrganisation)) < organisation_name(input, b->reference(c::score::kOrganisation));
  });
  return rows;
}

std::vector<sdk::Column> columns_for(const sdk::Input& input, const std::vector<const sdk::Row*>& all, const std::string& first) {
  std::vector<sdk::Column> columns = {sdk::text_column(first)};
  for (const sdk::Row* score : all) columns.push_back(sdk::number_column(short_organisation_name(input, score->reference(c::score::kOrganisation))));
  return columns;
}

void add_organisations(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all) {
  sdk::Table table("The organisations and their results", {sdk::text_column("Organisation"), sdk::text_column("Short name"),
                                                           sdk::text_column("Integrated care systems"), sdk::text_column("Result"),
                                                           sdk::text_column("Policy")});
  table.row_headers().note("In the order of their names. A result that is not known stays so.");
  for (const sdk::Row* score : all) {
    const std::string id = score->reference(c::score::kOrganisation);
    table.row({organisation_name(input, id), short_organisation_name(input, id),
               input.text_of(f::organisation::kType, id, f::organisation::kSystems), result_words(*score), score->text(c::score::kPolicy)});
  }
  document.table(table);
}

const sdk::Row* domain_part(const sdk::Input& input, const std::string& organisation, const std::string& domain) {
  for (const sdk::Row& row : input.rows(c::part::kType)) {
    const bool is_it = row.reference(c::part::kOrganisation) == organisation && row.text(c::part::kDomain) == domain;
    if (is_it && row.is_missing(c::part::kService)) return &row;
  }
  return nullptr;
}

void add_points(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all) {
  sdk::Table table("Points of each domain", columns_for(input, all, "Part"));
  table.row_headers().note("Domain 1 is the middle of the service totals.");
  for (const sdk::Row& domain : input.rows(c::domain::kType)) {
    const std::string code = domain.text(c::domain::kCode);
    std::vector<sdk::Cell> cells = {domain_heading(input, code)};
    for (const sdk::Row* score : all) {
      const sdk::Row* part = domain_part(input, score->reference(c::score::kOrganisation), code);
      cells.push_back(part ? points_cell(*part, c::part::kTotal, c::part::kMaximum) : sdk::missing("grades"));
    }
    table.row(cells);
  }
  std::vector<sdk::Cell> totals = {"Organisation"};
  for (const sdk::Row* score : all) totals.push_back(points_cell(*score, c::score::kTotal, c::score::kMaximum));
  document.table(table.row(totals));
}

/// Whose grades of a service are shown: its lead's, else those of whoever reports it. Nobody's in particular when that one is not compared.
std::string grader_of(const sdk::Row& service, const std::vector<const sdk::Row*>& all) {
  const std::string lead = service.reference(f::service::kLeadOrganisation);
  const std::string grader = lead.empty() ? service.reference(f::service::kOrganisation) : lead;
  const bool is_here = std::any_of(all.begin(), all.end(), [&](const sdk::Row* score) { return score->reference(c::score::kOrganisation) == grader; });
  return is_here ? grader : std::string();
}

bool is_disputed(const sdk::Row& grade) { return grade.is_conflicted(f::grade::kValue); }

/// The grade that counts; "Not settled: 1 or 2" when nobody has decided between two, which then counts as not graded.
sdk::Cell counted_cell(const sdk::Input& input, const std::string& code, const std::string& service, const std::string& organisation) {
  if (const sdk::Row* grade = counted_grade(input, code, service, organisation)) return grade_cell(input, *grade->grade(c::counted::kValue));
  for (const sdk::Row& grade : input.rows(f::grade::kType)) {
    const bool is_of_it = grade.text(f::grade::kOutcome) == code && grade.reference(f::grade::kService) == service && grade.text(f::grade::kKind) != "self_assessed";
    const bool is_theirs = organisation.empty() || grade.reference(f::grade::kOrganisation) == organisation;
    if (is_of_it && is_theirs && is_disputed(grade)) return text_cell(grade, f::grade::kValue, "a grade");
  }
  return sdk::missing("a grade");
}

constexpr std::size_t kOtherwiseNamed = 8;  // of one service; a cell has room for them

/// "1A: 3 as adopted by OPT": what others count for a service, where it is not what is shown.
std::string counted_otherwise(const sdk::Input& input, const std::vector<const sdk::Row*>& all, const std::vector<std::string>& codes,
                              const std::string& service, const std::string& grader) {
  std::string words;
  std::size_t found = 0;
  for (const std::string& code : codes) {
    const sdk::Row* shown = counted_grade(input, code, service, grader);
    for (const sdk::Row* score : all) {
      const std::string id = score->reference(c::score::kOrganisation);
      const sdk::Row* theirs = counted_grade(input, code, service, id);
      if (!theirs || (shown && *shown->grade(c::counted::kValue) == *theirs->grade(c::counted::kValue))) continue;
      if (++found > kOtherwiseNamed) continue;
      const bool is_adopted = theirs->reference(c::counted::kGradedBy) != id;
      words += (words.empty() ? "" : "; ") + code + ": " + theirs->text(c::counted::kValue) + (is_adopted ? " as adopted by " : " graded by ") +
               short_organisation_name(input, id);
    }
  }
  return found > kOtherwiseNamed ? words + "; and " + std::to_string(found - kOtherwiseNamed) + " more" : words;
}

/// The services of a per-service domain: one row each, graded once, however many organisations report it.
void add_services(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all, const std::string& domain) {
  std::vector<sdk::Column> columns = {sdk::text_column("Service"), sdk::text_column("Reported by"),
                                      sdk::text_column("Run by")};
  std::vector<std::string> codes;
  for (const sdk::Row& outcome : input.rows(c::outcome::kType)) {
    if (outcome.text(c::outcome::kDomain) != domain) continue;
    codes.push_back(outcome.text(c::outcome::kCode));
    columns.push_back(sdk::number_column(within_heading(codes.back())));
  }
  columns.push_back(sdk::number_column("Points"));
  auto services = input.rows(f::service::kType, [](const sdk::Row&) { return true; });
  std::stable_sort(services.begin(), services.end(), [&](const sdk::Row* a, const sdk::Row* b) {
    return organisation_name(input, a->reference(f::service::kOrganisation)) < organisation_name(input, b->reference(f::service::kOrganisation));
  });
  std::vector<std::string> otherwise;
  for (const sdk::Row* one : services) otherwise.push_back(counted_otherwise(input, all, codes, one->id(), grader_of(*one, all)));
  const bool has_otherwise = std::any_of(otherwise.begin(), otherwise.end(), [](const std::string& words) { return !words.empty(); });
  if (has_otherwise) columns.push_back(sdk::text_column("Counted otherwise"));
  sdk::Table table("Services: the grade of each outcome", std::move(columns));
  table.row_headers().note(std::string("A service that several organisations run together has one grade, that of its lead organisation.") +
                           (has_otherwise ? " Who adopted another one before counts that until it adopts the lead's anew." : ""));
  for (std::size_t i = 0; i < services.size(); ++i) {
    const sdk::Row& service = *services[i];
    const std::string grader = grader_of(service, all);
    std::string runs;
    for (const std::string& id : service.list(f::service::kProviders)) runs += (runs.empty() ? "" : ", ") + short_organisation_name(input, id);
    if (runs.empty()) runs = short_organisation_name(input, service.reference(f::service::kOrganisation));
    std::vector<sdk::Cell> cells = {service.text(f::service::kName),
                                    short_organisation_name(input, service.reference(f::service::kOrganisation)), runs};
    for (const std::string& code : codes) {
      cells.push_back(counted_cell(input, code, service.id(), grader));
    }
    const auto parts = input.rows(c::part::kType, [&](const sdk::Row& row) {
      return row.reference(c::part::kService) == service.id() && (grader.empty() || row.reference(c::part::kOrganisation) == grader);
    });
    cells.push_back(parts.empty() ? sdk::missing("grades") : points_cell(*parts.front(), c::part::kTotal, c::part::kMaximum));
    if (has_otherwise) cells.push_back(otherwise[i]);
    table.row(cells);
  }
  document.table(table);
}

void add_outcomes(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all, const std::string& domain) {
  sdk::Table table(domain_heading(input, domain) + ": the grade of each outcome", columns_for(input, all, "Outcome"));
  table.row_headers();
  for (const sdk::Row& outcome : input.rows(c::outcome::kType)) {
    if (outcome.text(c::outcome::kDomain) != domain) continue;
    const std::string code = outcome.text(c::outcome::kCode);
    std::vector<sdk::Cell> cells = {code + ": " + outcome.text(c::outcome::kShortTitle)};
    for (const sdk::Row* score : all) {
      cells.push_back(counted_cell(input, code, "", score->reference(c::score::kOrganisation)));
    }
    table.row(cells);
  }
  document.table(table);
}

/// How often the verified grade differs from the self-assessed one, and how many ties stand open.
void add_differences(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all) {
  sdk::Table table("Differences between self-assessed and verified grades",
                   {sdk::text_column("Organisation"), sdk::number_column("Raised"), sdk::number_column("Lowered"),
                    sdk::number_column("The same"), sdk::number_column("Ties open"), sdk::number_column("Ties settled by a person")});
  table.row_headers().note("Counts of outcomes that the organisation itself has graded.");
  for (const sdk::Row* score : all) {
    const std::string id = score->reference(c::score::kOrganisation);
    std::int64_t raised = 0, lowered = 0, same = 0, open = 0, settled = 0;
    for (const sdk::Row& before : input.rows(f::grade::kType)) {
      if (before.reference(f::grade::kOrganisation) != id) continue;
      settled += before.flag(f::grade::kTieSettled) ? 1 : 0;
      if (before.text(f::grade::kKind) != "self_assessed" || !before.grade(f::grade::kValue)) continue;
      const sdk::Row* now = counted_grade(input, before.text(f::grade::kOutcome), before.reference(f::grade::kService), id);
      if (!now) continue;
      const std::int64_t change = *now->grade(c::counted::kValue) - *before.grade(f::grade::kValue);
      (change > 0 ? raised : change < 0 ? lowered : same) += 1;
    }
    const bool has_before = raised + lowered + same > 0;
    for (const sdk::Row& grade : input.rows(c::counted::kType)) {
      const bool is_own = grade.reference(c::counted::kOrganisation) == id && grade.reference(c::counted::kGradedBy) == id;
      open += is_own && *grade.grade(c::counted::kValue) % 2 != 0 ? 1 : 0;
    }
    const auto change_cell = [&](std::int64_t count) { return has_before ? sdk::number(count) : sdk::missing("self-assessed grades"); };
    table.row({organisation_name(input, id), change_cell(raised), change_cell(lowered), change_cell(same), sdk::number(open), sdk::number(settled)});
  }
  document.table(table);
}

/// "1A, Virtual wards: the verified grade is in dispute, and nobody has decided. Not settled: 1 or 2". It counts nowhere above.
std::vector<std::string> disputes(const sdk::Input& input, const std::string& organisation) {
  std::vector<std::string> words;
  for (const sdk::Row& grade : input.rows(f::grade::kType)) {
    if (grade.reference(f::grade::kOrganisation) != organisation || !is_disputed(grade)) continue;
    const sdk::Row* service = input.find(f::service::kType, grade.reference(f::grade::kService));
    words.push_back(grade.text(f::grade::kOutcome) + (service ? ", " + name_or(*service, f::service::kName, "service without a name") : std::string()) + ": the " +
                    plain_words(grade.text(f::grade::kKind)) + " grade is in dispute, and nobody has decided. " + name_or(grade, f::grade::kValue, "Not settled"));
  }
  return words;
}

void add_unsettled(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& all) {
  for (const sdk::Row* score : all) {
    const std::string id = score->reference(c::score::kOrganisation);
    document.heading(2, organisation_name(input, id));
    std::vector<std::string> words = disputes(input, id);
    for (const sdk::Row& row : input.rows(c::problem::kType)) {
      if (row.reference(c::problem::kOrganisation) == id) words.push_back(row.text(c::problem::kText));
    }
    if (words.empty()) document.paragraph("Nothing is left open.");
    if (!words.empty()) document.bullets(words);
    add_published(document, input, id);
  }
}

sdk::Document make(const sdk::Input& input) {
  const auto all = scores(input);
  sdk::Document document("Comparison of organisations");
  document.subtitle(cycle_title(input));
  document.banner(EVENHAND_BANNER_NOTE, "This is a comparison, not a ranking. Different services were graded by different people in different places.");
  for (const sdk::Row* score : all) {
    if (!score->flag(c::score::kIsAssumed)) continue;
    document.banner(EVENHAND_BANNER_ASSUMPTION, organisation_name(input, score->reference(c::score::kOrganisation)) +
                                                    ": on request, each published rating is read as the grade of all its outcomes. No source says so.");
  }
  document.heading(1, "Results");
  add_organisations(document, input, all);
  add_points(document, input, all);
  document.heading(1, "Outcomes");
  for (const sdk::Row& domain : input.rows(c::domain::kType)) {
    const std::string code = domain.text(c::domain::kCode);
    document.heading(2, domain_heading(input, code));
    if (domain.flag(c::domain::kPerService)) add_services(document, input, all, code);
    if (!domain.flag(c::domain::kPerService)) add_outcomes(document, input, all, code);
  }
  document.heading(1, "Self-assessed and verified");
  add_differences(document, input, all);
  document.heading(1, "What is published, and what is left open");
  add_unsettled(document, input, all);
  return document;
}

constexpr sdk::Contribution kAll[] = {sdk::report<make>("comparison")};

}  // namespace
}  // namespace evenhand::comparison

EVENHAND_PLUGIN_OF(evenhand_plugin_comparison, evenhand::comparison::kAll)
