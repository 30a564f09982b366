// Actions as people follow them: by who owes them, and by the quarter in which they are due.
#include <algorithm>

#include "plugins/sdk/plugin.h"
#include "plugins/tracker/quarter.h"
#include "plugins/views/words.h"

namespace evenhand::tracker {
namespace {

namespace f = sdk::fields;
using namespace views;

constexpr std::string_view kNobody = "No owner";
constexpr std::string_view kByOwner = "org.evenhand.tracker/actions/by-owner-and-quarter";

bool is_done(const sdk::Row& action) { return action.text(f::action::kStatus) == "done" || action.text(f::action::kRag) == "blue"; }
bool is_open(const sdk::Row& action) { return !is_done(action) && action.text(f::action::kStatus) != "stopped"; }

std::string quarter_of(const sdk::Row& action) {
  return quarter_words(action.is_conflicted(f::action::kDue) ? std::nullopt : action.number(f::action::kDue));
}

/// One row for each role that leads an action, so that each sees what it owes.
sdk::Rows map_actions(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows(f::action::kType)) {
    std::vector<std::string> owners = action.list(f::action::kLeads);
    if (owners.empty()) owners.emplace_back(kNobody);
    for (const std::string& owner : owners) {
      rows.row("actions", action.id()).text("owner", owner).text("quarter", quarter_of(action)).number("open", is_open(action) ? 1 : 0).number("done", is_done(action) ? 1 : 0);
    }
  }
  return rows;
}

sdk::Rows check_action(const sdk::Input& input) {
  sdk::Rows findings;
  const auto& rows = input.rows(f::action::kType);
  if (rows.empty() || !is_open(rows.front())) return findings;
  const auto warn = [&](std::string_view field, std::string_view text) {
    findings.row("finding").text("field", field).text("severity", "warning").text("text", text);
  };
  const sdk::Row& action = rows.front();
  if (action.is_missing(f::action::kLeads)) warn(f::action::kLeads, "nobody leads this action: add a role or a team, or it will be nobody's");
  if (action.is_missing(f::action::kDue)) warn(f::action::kDue, "this action has no date: say when it should be done, or \"Ongoing\"");
  return findings;
}

/// Is it owed already? A gap that was closed does not count: what is missing again is owed again.
bool is_noted(const sdk::Input& input, const sdk::Row& action, std::string_view kind) {
  const auto& gaps = input.rows(f::gap::kType);
  return std::any_of(gaps.begin(), gaps.end(), [&](const sdk::Row& gap) {
    return gap.text(f::gap::kKind) == kind && gap.text(f::gap::kStatus) != "closed" && gap.refers_to(f::gap::kAbout, action.id());
  });
}

/// What is missing from actions, as gaps that somebody owes.
sdk::Rows note_gaps(const sdk::Input& input) {
  sdk::Rows gaps;
  for (const sdk::Row& action : input.rows(f::action::kType)) {
    const std::pair<std::string_view, std::string_view> kinds[] = {{f::action::kLeads, "no_owner"}, {f::action::kDue, "no_date"}};
    for (const auto& [field, kind] : kinds) {
      if (!is_open(action) || !action.is_missing(field) || is_noted(input, action, kind)) continue;
      gaps.row(f::gap::kType)
          .text(f::gap::kOrganisation, action.reference(f::action::kOrganisation))
          .text(f::gap::kCycle, action.reference(f::action::kCycle))
          .text(f::gap::kKind, kind)
          .text(f::gap::kAbout, action.id())
          .text(f::gap::kField, field)
          .text(f::gap::kStatus, "open");
    }
  }
  return gaps;
}

sdk::Rows export_actions(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows(f::action::kType)) {
    rows.row("action-list", action.id())
        .text("organisation", input.text_of(f::organisation::kType, action.reference(f::action::kOrganisation), f::organisation::kName))
        .text("outcomes", action.text(f::action::kOutcomes))
        .text("service", input.text_of(f::service::kType, action.reference(f::action::kService), f::service::kName))
        .text("action", one_line(action.text(f::action::kText)))
        .text("owner", action.text(f::action::kLeads))
        .text("due", action.text(f::action::kDue))
        .text("quarter", quarter_of(action))
        .text("status", plain_words(action.text(f::action::kStatus)))
        .text("rag", action.text(f::action::kRag))
        .text("progress", one_line(action.text(f::action::kProgress)));
  }
  return rows;
}

void add_totals(sdk::Document& document, const sdk::Input& input) {
  sdk::Table table("Actions by owner and quarter",
                   {sdk::text_column("Owner"), sdk::text_column("Quarter due"), sdk::number_column("Actions"), sdk::number_column("Open"), sdk::number_column("Done")});
  table.row_headers().note("An action that several lead is counted with each of them.");
  for (const sdk::Row& row : input.rows(kByOwner)) {
    table.row({row.text("owner"), shown_quarter(row.text("quarter")), number_cell(row, "actions", ""), number_cell(row, "open", ""), number_cell(row, "done", "")});
  }
  document.table(table);
}

void add_open(sdk::Document& document, const sdk::Input& input) {
  std::vector<const sdk::Row*> open = input.rows(f::action::kType, is_open);
  std::stable_sort(open.begin(), open.end(), [](const sdk::Row* a, const sdk::Row* b) {
    const auto due = [](const sdk::Row* row) { return row->number(f::action::kDue).value_or(kNever); };
    return due(a) < due(b);
  });
  document.heading(2, "Open actions");
  if (open.empty()) {
    document.paragraph("No action is open.");
    return;
  }
  sdk::Table table("Open actions, the next one due first", {sdk::text_column("Action"), sdk::text_column("Owner"), sdk::text_column("Due"), sdk::text_column("Status")});
  table.row_headers();
  for (const sdk::Row* action : open) {
    table.row({text_cell(*action, f::action::kText, "the action"), text_cell(*action, f::action::kLeads, "an owner"), text_cell(*action, f::action::kDue, "a date"),
               sentence_case(plain_words(action->text(f::action::kStatus)))});
  }
  document.table(table);
}

sdk::Document make_report(const sdk::Input& input) {
  sdk::Document document("Actions due");
  document.subtitle(subject(input) + ", " + cycle_title(input));
  document.heading(2, "Who owes what");
  if (input.rows(kByOwner).empty()) {
    document.banner(EVENHAND_BANNER_GAP, "No action is on record. Owed by " + subject(input) + ".");
    return document;
  }
  add_totals(document, input);
  add_open(document, input);
  return document;
}

constexpr sdk::Contribution kAll[] = {sdk::report<make_report>("actions-due"), sdk::projection<map_actions>("actions"),
                                      sdk::validator<check_action>("owner-and-date"), sdk::command<note_gaps>("note-gaps"),
                                      sdk::exporter<export_actions>("action-list")};

}  // namespace
}  // namespace evenhand::tracker

EVENHAND_PLUGIN_OF(evenhand_plugin_tracker, evenhand::tracker::kAll)
