// workshop count, grade record, grade explain.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/adopting.h"
#include "apps/cli/commands.h"
#include "apps/cli/laptops.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "core/policy/framework.h"

namespace evenhand::cli {

namespace {

std::string grade_words(const Framework& framework, const std::optional<GradeValue>& grade) {
  if (!grade) return "not graded";
  const std::size_t step = grade->halves / 2;
  const std::string word = step < framework.scale.size() ? framework.scale[step].word : "";
  if (grade->halves % 2 == 0) return grade->text() + " – " + word;
  const std::string next = step + 1 < framework.scale.size() ? framework.scale[step + 1].word : "";
  return grade->text() + " – a tie between " + word + " and " + next + ", not settled";
}

// Two grades of one kind for one outcome would both count, and stand in the way of signing later (core/engine/problems.cpp).
Result<void> check_not_graded(const Workspace& workspace, const RecordChange& change) {
  const auto given = [&](std::string_view field) -> std::optional<Value> {
    const auto at = std::find_if(change.set.begin(), change.set.end(), [&](const FieldValue& named) { return named.field == field; });
    return at == change.set.end() ? std::nullopt : std::optional(at->value);
  };
  const auto outcome = given("outcome");
  if (!outcome || !std::holds_alternative<std::string>(*outcome)) return {};
  EVENHAND_TRY(const std::vector<Record> grades, workspace.records("grade"));
  for (const Record& grade : grades) {
    bool is_same = outcome_code(grade.text("outcome")) == outcome_code(std::get<std::string>(*outcome));
    for (const std::string_view field : {"kind", "organisation", "cycle", "service"}) is_same = is_same && grade.value(field) == given(field);
    if (!is_same) continue;
    const auto value = grade.grade("value");
    return refused("outcome " + outcome_code(grade.text("outcome")) + " is graded already" + (value ? ": " + value->text() : ""), grade.short_id(),
                   "Change that grade: evenhand grade edit " + grade.short_id() + " --value GRADE");
  }
  return {};
}

Result<void> save_as(Workspace& workspace, Console& console, const FieldFlags& flags) {
  EVENHAND_TRY(const RecordChange change, change_from(workspace, console, flags, {}));
  if (change.type == "grade") EVENHAND_CHECK(check_not_graded(workspace, change));
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  const EntityId id = receipt.entities.front();
  if (console.json) {
    console.out << write_json(Json::object().set("done", console.dry_run ? "would add" : "added").set("type", change.type).set("id", id.hex()).set("short_id", short_id_of(id)), JsonStyle::pretty);
    return {};
  }
  EVENHAND_TRY(const std::optional<Record> made, workspace.find(id));
  NameBook names(workspace);
  std::string line = (console.dry_run ? "Would record " : "Recorded ") + hyphened(change.type) + " " + short_id_of(id);
  if (made) {
    for (const std::string_view field : {"code", "outcome", "service", "value"}) {
      if (change.type == "tally" && (field == "outcome" || field == "value")) continue;
      if (change.type == "grade" && field == "code") continue;
      const std::string text = names.text(*made, field);
      if (!text.empty()) line += "  " + text;
    }
  }
  console.print(line);
  return {};
}

struct Asked {
  std::string outcome;
  std::string service;
};

// The grades of one outcome, those that count most first.
Result<std::vector<Record>> grades_for(const Workspace& workspace, const Record& organisation, const Record& cycle, const std::optional<EntityId>& service, const Asked& asked) {
  EVENHAND_TRY(std::vector<Record> all, workspace.records("grade"));
  const std::string outcome = outcome_code(asked.outcome);
  std::erase_if(all, [&](const Record& grade) {
    return outcome_code(grade.text("outcome")) != outcome || grade.reference("organisation") != organisation.id() ||
           grade.reference("cycle") != cycle.id() || (service && grade.reference("service") != service);
  });
  const auto weight = [](const Record& grade) { return grade.text("kind") == "verified" ? 0 : grade.text("kind") == "published" ? 1 : 2; };
  std::stable_sort(all.begin(), all.end(), [&](const Record& a, const Record& b) { return weight(a) < weight(b); });
  return all;
}

std::string split_of(const Record& tally) {
  static constexpr std::string_view kWords[] = {"Undeveloped", "Developing", "Achieving", "Excelling"};
  std::string line;
  for (int i = 0; i < 4; ++i) {
    const auto votes = tally.integer("votes_" + std::to_string(i));
    line += (i == 0 ? "" : "   ") + std::string(kWords[i]) + " " + (votes ? std::to_string(*votes) : "?");
  }
  return line;
}

std::string slips_of(const Record& tally) {
  std::string line;
  for (const std::string_view field : {"issued", "used", "spoiled", "unused", "participants", "abstained"}) {
    if (const auto count = tally.integer(field)) line += (line.empty() ? "" : ", ") + std::to_string(*count) + " " + std::string(field);
  }
  return line;
}

Result<void> print_tallies(Console& console, const Workspace& workspace, const Record& grade) {
  EVENHAND_TRY(std::vector<Record> tallies, workspace.records("tally"));
  std::erase_if(tallies, [&](const Record& tally) {
    const auto workshop = grade.reference("workshop");
    return outcome_code(tally.text("code")) != outcome_code(grade.text("outcome")) || tally.reference("service") != grade.reference("service") ||
           (workshop && tally.reference("workshop") != workshop);
  });
  std::stable_sort(tallies.begin(), tallies.end(), [](const Record& a, const Record& b) { return a.integer("round").value_or(1) < b.integer("round").value_or(1); });
  for (const Record& tally : tallies) {
    const std::string round = "Round " + std::to_string(tally.integer("round").value_or(1));
    const std::string graders = tally.text("graders");
    console.print("  " + round + "   " + split_of(tally) + (graders.empty() ? "" : "   (" + graders + ")"));
    if (const std::string slips = slips_of(tally); !slips.empty()) console.print("            " + slips);
  }
  if (tallies.empty()) console.print("  Votes     no count is recorded for this outcome");
  return {};
}

Result<void> print_grade(Console& console, const Workspace& workspace, const Record& grade, const Framework& framework, const Record& cycle) {
  NameBook names(workspace);
  const std::string service = names.text(grade, "service");
  const std::string value = grade.is_conflicted("value") ? names.text(grade, "value") : grade_words(framework, grade.grade("value"));
  console.print(grade.text("outcome") + (service.empty() ? "" : " " + service) + ": " + value + "   (" + names.text(grade, "kind") + ")");
  std::string rule;
  if (const auto id = grade.reference("workshop")) {
    EVENHAND_TRY(const std::optional<Record> workshop, workspace.find(*id));
    if (workshop) {
      console.print("  Workshop  " + workshop->title() + (workshop->text("date").empty() ? "" : ", " + workshop->text("date")) + ", method: " + workshop->text("method"));
      rule = workshop->text("tie_rule");
    }
  }
  EVENHAND_CHECK(print_tallies(console, workspace, grade));
  if (!rule.empty()) console.print("  Tie rule  " + wrapped(rule, 80, 12));
  if (grade.flag("tie_settled")) console.print("  Tie       settled by a person");
  if (const std::string reason = grade.text("reason"); !reason.empty()) console.print("  Reason    " + wrapped(reason, 80, 12));
  if (const std::string by = grade.text("recorded_by"); !by.empty()) console.print("  Recorded  by " + by);
  if (const std::string source = grade.text("source"); !source.empty()) console.print("  Source    " + source);
  console.print("  Policy    " + cycle.text("policy") + ", framework " + framework.code + " version " + std::to_string(framework.version));
  EVENHAND_TRY(const std::vector<HistoryEntry> history, workspace.history(grade.id()));
  for (const HistoryEntry& entry : history) {
    console.print("  " + entry.reference.text() + "  " + entry.type + "  " + when_and_who(entry.claimed, laptop_text(organisation_text(workspace, entry.organisation), entry.device_label)));
  }
  EVENHAND_TRY(const Adoptions adoptions, adoptions_of(workspace, grade));
  for (const std::string& line : adoptions.lines) console.print("  Adopted   " + wrapped(line, 80, 12));
  return {};
}

// What was adopted, and how the lead came by it, when that is here.
Result<void> print_adopted(Console& console, const Workspace& workspace, const Record& adoption, const Framework& framework, const Record& cycle) {
  NameBook names(workspace);
  const std::string value = adoption.is_conflicted("value") ? names.text(adoption, "value") : grade_words(framework, adoption.grade("value"));
  console.print(adoption.text("outcome") + " " + names.text(adoption, "service") + ": " + value + "   (adopted, graded by " + names.text(adoption, "graded_by") + ")");
  EVENHAND_TRY(const Adoptions since, adoptions_of(workspace, adoption));
  for (const std::string& line : since.lines) console.print("  " + wrapped(line, 80, 2));
  const auto id = adoption.reference("grade");
  EVENHAND_TRY(const std::optional<Record> grade, id ? workspace.find(*id) : Result<std::optional<Record>>(std::nullopt));
  if (!grade || grade->is_removed()) return console.print("  The lead's grade is not on this laptop."), Result<void>();
  console.print("The lead's grade as it stands now:");
  return print_grade(console, workspace, *grade, framework, cycle);
}

Result<void> explain(Workspace& workspace, Console& console, const Asked& asked) {
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  EVENHAND_TRY(const Framework framework, built_in_framework(cycle.text("framework")));
  if (framework.find_outcome(asked.outcome) == nullptr) {
    return not_found("framework " + framework.code + " has no outcome \"" + asked.outcome + "\"");
  }
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  std::optional<EntityId> service;
  if (!asked.service.empty()) {
    EVENHAND_TRY(const Record found, find_record(workspace, "service", asked.service));
    service = found.id();
  }
  EVENHAND_TRY(const std::vector<Record> grades, grades_for(workspace, organisation, cycle, service, asked));
  EVENHAND_TRY(const std::vector<Record> adopted, adopted_by(workspace, organisation.id(), cycle.id(), asked.outcome, service));
  if (grades.empty() && adopted.empty()) {
    return not_found("there is no grade for " + outcome_code(asked.outcome) + " here", "", "Record one with: evenhand grade record --help");
  }
  if (console.json) {
    Json list = Json::array();
    for (const std::vector<Record>* some : {&grades, &adopted}) {
      for (const Record& one : *some) {
        EVENHAND_TRY(Adoptions adoptions, adoptions_of(workspace, one));
        list.push(record_json(one).set("policy", cycle.text("policy")).set("framework", framework.code).set("adoptions", std::move(adoptions.list)));
      }
    }
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  for (std::size_t i = 0; i < grades.size(); ++i) {
    if (i > 0) console.out << '\n';
    EVENHAND_CHECK(print_grade(console, workspace, grades[i], framework, cycle));
  }
  for (std::size_t i = 0; i < adopted.size(); ++i) {
    if (i + grades.size() > 0) console.out << '\n';
    EVENHAND_CHECK(print_adopted(console, workspace, adopted[i], framework, cycle));
  }
  return {};
}

std::shared_ptr<FieldFlags> flags_for(std::string_view type) {
  const auto flags = std::make_shared<FieldFlags>();
  flags->spec = find_record_type(type);
  return flags;
}

void add_saving_verb(CLI::App& parent, Console& console, std::string_view name, std::string_view summary, std::string_view type, const char* samples) {
  const auto flags = flags_for(type);
  CLI::App* command = add_command(parent, name, summary, samples, [flags, &console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return save_as(workspace, console, *flags); });
  });
  add_field_flags(*command, *flags, FlagUse::add);
}

}  // namespace

void add_grading_verbs(CLI::App& root, Console& console) {
  add_saving_verb(family_of(root, "workshop"), console, "count", "Record one count of votes", "tally",
                  "  evenhand workshop count --workshop \"Virtual wards grading\" --code 1A --service \"Virtual wards\" --participants 21 "
                  "--votes-0 0 --votes-1 10 --votes-2 10 --votes-3 1\n"
                  "  evenhand workshop count --workshop \"Virtual wards grading\" --code 1A --round 2 --votes-0 0 --votes-1 12 --votes-2 9 --votes-3 0");
  CLI::App& grade = family_of(root, "grade");
  const auto flags = flags_for("grade");
  CLI::App* record = add_command(grade, "record", "Record the grade of one outcome",
                                 "  evenhand grade record 1A 2 --service \"Virtual wards\" --reason \"Interpreters are there; out-of-hours are not.\"\n"
                                 "  evenhand grade record 2A 1.5 --kind self_assessed",
                                 [flags, &console] {
                                   with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return save_as(workspace, console, *flags); });
                                 });
  record->add_option("outcome-code", flags->given["outcome"], "Outcome, such as 1A")->allow_extra_args(false)->required()->expected(1)->type_name("CODE");
  record->add_option("grade-value", flags->given["value"], "0 to 3; a half is a tie left open")->allow_extra_args(false)->required()->expected(1)->type_name("0..3");
  add_field_flags(*record, *flags, FlagUse::add);
  record->remove_option(record->get_option("--outcome"));  // both stand as words already
  record->remove_option(record->get_option("--value"));
  const auto asked = std::make_shared<Asked>();
  CLI::App* show = add_command(grade, "explain", "How a grade came about: votes, rule, reason, who",
                               "  evenhand grade explain 1B --service \"Virtual wards\"\n  evenhand grade explain 1A --json", [asked, &console] {
                                 with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return explain(workspace, console, *asked); });
                               });
  show->add_option("outcome", asked->outcome, "Outcome, such as 1A")->required()->type_name("CODE");
  show->add_option("--service", asked->service, "Service (Domain 1)")->type_name("RECORD");
  add_adopt(grade, console);
}

}  // namespace evenhand::cli
