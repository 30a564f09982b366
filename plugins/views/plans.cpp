#include "plugins/views/plans.h"

#include <algorithm>

#include "plugins/views/gaps.h"
#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;

namespace {

/// Longer progress than this stands below the table: no cell may grow to a page.
constexpr std::size_t kProgressInCellMax = 160;

std::string objective_of(const sdk::Input& input, const sdk::Row& action) {
  const std::string objective = input.text_of(f::objective::kType, action.reference(f::action::kObjective), f::objective::kText);
  if (!objective.empty()) return objective;
  const std::string printed = action.text(f::action::kLinkedObjective);
  // A bare number says nothing by itself; whoever reads it should know that it is the source that stops there.
  constexpr std::size_t kBareMax = 3;
  return !printed.empty() && printed.size() <= kBareMax ? "\"" + printed + "\" (all that is printed)" : printed;
}

std::string outcomes_of(const sdk::Row& action) {
  const std::string outcomes = action.text(f::action::kOutcomes);
  return outcomes.empty() ? "Domain " + action.text(f::action::kDomain) : outcomes;
}

std::string status_words(const sdk::Row& action) {
  const std::string rag = action.text(f::action::kRag);
  std::string words = sentence_case(plain_words(action.text(f::action::kStatus)));
  if (!rag.empty()) words = words.empty() ? sentence_case(rag == "blue" ? "blue: done" : rag) : words + " (" + rag + ")";
  return words;
}

bool is_short(const std::string& progress) {
  return progress.size() <= kProgressInCellMax && progress.find('\n') == std::string::npos;
}

sdk::Cell status_cell(const sdk::Row& action) {
  std::string words = status_words(action);
  const std::string progress = action.text(f::action::kProgress);
  if (!progress.empty() && is_short(progress)) words += (words.empty() ? "" : ". ") + progress;
  if (!progress.empty() && !is_short(progress)) words += (words.empty() ? "" : ". ") + std::string("See below the table.");
  return words.empty() ? sdk::missing("a status") : sdk::Cell(words);
}

void add_long_progress(sdk::Document& document, const std::vector<const sdk::Row*>& actions) {
  for (const sdk::Row* action : actions) {
    const std::string progress = action->text(f::action::kProgress);
    if (is_short(progress)) continue;
    document.paragraph({sdk::bold(action->text(f::action::kText))});
    document.markdown(progress);
  }
}

sdk::Cell action_cell(const sdk::Input& input, const sdk::Row& action) {
  const std::string same = input.text_of(f::action::kType, action.reference(f::action::kSameAs), f::action::kText);
  return same.empty() ? text_cell(action, f::action::kText, "the action") : sdk::Cell("See above: " + same);
}

void add_header(sdk::Document& document, const sdk::Input& input, const sdk::Row& plan) {
  const std::string service = input.text_of(f::service::kType, plan.reference(f::plan::kService), f::service::kName);
  std::vector<sdk::Fact> facts;
  if (!plan.text(f::plan::kDomain).empty()) facts.push_back({"Domain", domain_heading(input, plan.text(f::plan::kDomain))});
  if (!service.empty()) facts.push_back({"Service", service});
  facts.push_back({"EDS lead", text_cell(plan, f::plan::kLead, "the role of the lead")});
  facts.push_back({"Sponsor", text_cell(plan, f::plan::kSponsor, "the role of the sponsor")});
  facts.push_back({"Years active", text_cell(plan, f::plan::kYearsActive, "the years that it runs")});
  facts.push_back({"Authorised", text_cell(plan, f::plan::kAuthorisation, "authorisation with its date")});
  document.facts("About the plan: " + name_or(plan, f::plan::kTitle, "no title"), facts);
}

void add_actions(sdk::Document& document, const sdk::Input& input, const std::string& caption,
                 const std::vector<const sdk::Row*>& actions, const std::vector<const sdk::Row*>& owed) {
  sdk::Table table(caption, {sdk::text_column("Outcome"), sdk::text_column("Objective"), sdk::text_column("Action"),
                             sdk::text_column("When"), sdk::text_column("Lead"), sdk::text_column("Status")});
  for (const sdk::Row* action : actions) {
    const std::string objective = objective_of(input, *action);
    table.row({outcomes_of(*action), objective.empty() ? sdk::missing("an objective") : sdk::Cell(objective), action_cell(input, *action),
               text_cell(*action, f::action::kDue, "a date"), text_cell(*action, f::action::kLeads, "a lead"), status_cell(*action)});
  }
  for (const sdk::Row* gap : owed) {
    const std::string code = gap->text(f::gap::kOutcome);
    table.row({code.empty() ? "Domain " + gap->text(f::gap::kDomain) : code, sdk::missing(), sdk::missing("an action by " + who_owes(input, *gap)),
               sdk::missing("a date"), sdk::missing("a lead"), what_is_missing(*gap)});
  }
  document.table(table);
  add_long_progress(document, actions);
}

}  // namespace

void add_completed_actions(sdk::Document& document, const sdk::Input& input) {
  auto actions = input.rows(f::action::kType, [](const sdk::Row& row) { return row.flag(f::action::kFromLastYear); });
  std::stable_sort(actions.begin(), actions.end(), [](const sdk::Row* a, const sdk::Row* b) {
    return a->text(f::action::kDomain) < b->text(f::action::kDomain);
  });
  if (actions.empty()) {
    document.banner(EVENHAND_BANNER_GAP, "No action of the year before is on record. Owed by " + subject(input) + ".");
    return;
  }
  sdk::Table table("Actions completed from the year before",
                   {sdk::text_column("Outcome"), sdk::text_column("Action"), sdk::text_column("Equality objective that it served"), sdk::text_column("What became of it")});
  for (const sdk::Row* action : actions) {
    const std::string objective = objective_of(input, *action);
    table.row({outcomes_of(*action), action_cell(input, *action), objective.empty() ? sdk::missing("an objective") : sdk::Cell(objective), status_cell(*action)});
  }
  document.table(table);
  add_long_progress(document, actions);
}

void add_plans(sdk::Document& document, const sdk::Input& input, unsigned level) {
  for (const sdk::Row& plan : input.rows(f::plan::kType)) {
    document.heading(level, name_or(plan, f::plan::kTitle, "Plan without a title"));
    add_header(document, input, plan);
    const auto actions = input.rows(f::action::kType, [&](const sdk::Row& row) { return row.reference(f::action::kPlan) == plan.id(); });
    const auto owed = open_gaps(input, [&](const sdk::Row& gap) {
      return gap.text(f::gap::kKind) == "no_action" && gap.refers_to(f::gap::kAbout, plan.id());
    });
    if (actions.empty() && owed.empty()) {
      document.banner(EVENHAND_BANNER_GAP, "The plan holds no action. Owed by " + subject(input) + ".");
    } else {
      add_actions(document, input, "Actions: " + name_or(plan, f::plan::kTitle, "no title"), actions, owed);
    }
  }
  const auto loose = input.rows(f::action::kType, [](const sdk::Row& row) {
    return row.reference(f::action::kPlan).empty() && !row.flag(f::action::kFromLastYear);
  });
  if (loose.empty()) return;
  document.heading(level, "Actions outside a plan");
  add_actions(document, input, "Actions outside a plan", loose, {});
}

}  // namespace evenhand::views
