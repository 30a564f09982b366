// conflict twins, same, different: one service, person or action that was entered twice.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/conflict_print.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "apps/cli/twins_seen.h"
#include "core/engine/problems.h"

namespace evenhand::cli {

namespace {

struct Pair {
  std::string first;
  std::string second;
  std::string lead;
  std::string reason;
  std::string seen;
};

}  // namespace

Result<Json> twin_json(const Workspace& workspace, const Twins& twins) {
  EVENHAND_TRY(std::string view, pair_view(workspace, twins.first, twins.second));
  Json said = Json::array();
  for (const TwinWord& word : twins.words) {
    said.push(Json::object().set("verdict", word.leads.is_zero() ? "different" : "same").set("leads", word.leads.is_zero() ? "" : short_id_of(word.leads))
                  .set("organisation", word.author.organisation).set("device", word.author.device_label).set("claimed_ms", word.claimed.ms).set("reason", word.reason));
  }
  const RecordProblem& problem = twins.problem;
  return Json::object().set("kind", "twins").set("type", problem.record_type).set("id", problem.entity.hex()).set("short_id", short_id_of(problem.entity))
      .set("message", problem.message).set("other", twins.first.hex()).set("said", std::move(said)).set("view", std::move(view));
}

void print_twins(Console& console, const Twins& twins) {
  console.print("twins  " + twins.problem.message);
  if (twins.words.empty()) return;
  for (const TwinWord& word : twins.words) {
    console.print("  " + wrapped((word.leads.is_zero() ? std::string("different") : "the same, and " + short_id_of(word.leads) + " leads") + ": " +
                                     when_and_who(word.claimed, author_text(word.author)) + (word.reason.empty() ? "" : ", because: " + word.reason), 80, 4));
  }
  const std::string both = short_id_of(twins.first) + " " + short_id_of(twins.second);
  console.print("  Settle it: evenhand conflict same " + both + "\n      or:    evenhand conflict different " + both);
}

namespace {

Result<void> list_twins(Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<Twins> found, find_twins(workspace));
  if (!found.empty()) console.exit = Exit::person_needed;
  EVENHAND_CHECK(note_shown(workspace, found));
  Json all = Json::array();
  for (const Twins& twins : found) {
    if (!console.json) {
      print_twins(console, twins);
      continue;
    }
    EVENHAND_TRY(Json one, twin_json(workspace, twins));
    all.push(std::move(one));
  }
  if (console.json) console.out << write_json(all, JsonStyle::pretty);
  else if (found.empty()) console.print("Nothing stands twice.");
  else console.say("Decide with: evenhand conflict same ID ID   or: evenhand conflict different ID ID");
  return {};
}

Result<void> decide(Workspace& workspace, Console& console, const Pair& pair, bool same) {
  EVENHAND_TRY(const Record first, find_record(workspace, "", pair.first));
  EVENHAND_TRY(const Record second, find_record(workspace, first.spec().name, pair.second));
  const FieldSpec& records = *find_record_type("duplicate")->find_field("records");
  if (("|" + std::string(records.choices) + "|").find("|" + std::string(first.spec().name) + "|") == std::string::npos) {
    return refused("only a service, a person, an action or an organisation can be entered twice, not a " + plain_type(first.spec().name), first.short_id());
  }
  if (first.id() == second.id()) return refused("these are one record already", first.short_id());
  EVENHAND_CHECK(check_pair_seen(workspace, first.id(), second.id(), pair.seen));
  const bool one_cycle = first.spec().find_field("cycle") == nullptr || first.text("cycle") == second.text("cycle");
  if (same && !one_cycle) return refused("they belong to different cycles, so each stands for itself", first.short_id());
  Record lead = first;
  if (!pair.lead.empty()) {
    EVENHAND_TRY(lead, find_record(workspace, first.spec().name, pair.lead));
    if (lead.id() != first.id() && lead.id() != second.id()) return refused("the one that leads must be one of the two", lead.short_id());
  }
  RecordChange change{"duplicate", {}, Verb::changed, {}};
  change.set.push_back({"verdict", std::string(same ? "same" : "different")});
  if (same) change.set.push_back({"kept", lead.id()});
  if (!pair.reason.empty()) change.set.push_back({"reason", pair.reason});
  Command command;
  EVENHAND_TRY(const std::vector<EntityId> earlier, decisions_on(workspace, first.id(), second.id()));
  // Earlier words are changed where they stand, not doubled: all of them, or they would go on contradicting each other.
  for (const EntityId& decision : earlier) {
    change.entity = decision;
    EVENHAND_TRY(RecordChange again, as_decision(workspace, change));
    command.changes.push_back(std::move(again));
  }
  if (earlier.empty()) {
    change.set.push_back({"records", std::vector<EntityId>{first.id(), second.id()}});
    EVENHAND_TRY(command.in_space, workspace.shared_by(first.id(), second.id()));  // so that partners are not asked again
    command.changes.push_back(std::move(change));
  }
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  if (!console.dry_run) EVENHAND_CHECK(note_own_word_on(workspace, first.id(), second.id()));
  if (console.json && !console.dry_run) {
    console.out << write_json(Json::object().set("decided", same ? "same" : "different").set("first", first.id().hex()).set("second", second.id().hex())
                                  .set("leads", same ? lead.id().hex() : ""), JsonStyle::pretty);
  }
  console.print(std::string(console.dry_run ? "Would be decided: " : "Decided: ") + first.short_id() + " and " + second.short_id() + (same ? " are the same; " + lead.short_id() + " leads" : " are different"));
  if (!console.dry_run) console.say("Nothing was joined or deleted. Take it back with: evenhand undo");
  return {};
}

void add_verdict(CLI::App& parent, Console& console, const char* name, const char* summary, const std::string& examples, bool same) {
  const auto pair = std::make_shared<Pair>();
  CLI::App* command = add_command(parent, name, summary, examples, [pair, same, &console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return decide(workspace, console, *pair, same); });
  });
  command->add_option("record", pair->first, "Short id, or part of its title")->required()->type_name("RECORD");
  command->add_option("other", pair->second, "The other one")->required()->type_name("RECORD");
  if (same) command->add_option("--lead", pair->lead, "The one that stays in lists and counts (default: the first)")->type_name("RECORD");
  command->add_option("--seen", pair->seen, "What you looked at, as conflict twins --json gives it (default: what was shown here last); refused when it changed since")->type_name("VIEW");
  command->add_option("--reason", pair->reason, "Why; kept in the history")->type_name("TEXT");
}

}  // namespace

void add_same_or_different(CLI::App& parent, Console& console) {
  add_command(parent, "twins", "List what may have been entered twice", "  evenhand conflict twins\n  evenhand conflict twins --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_twins(workspace, console); });
  });
  add_verdict(parent, console, "same", "Two records are one: one leads, the other steps back",
              "  evenhand conflict same 7Q4K-29TM 1A2B-3C4D\n  evenhand conflict same 7Q4K-29TM 1A2B-3C4D --lead 1A2B-3C4D --reason \"Entered by both trusts\"", true);
  add_verdict(parent, console, "different", "Two records of one name are two: never asked again",
              "  evenhand conflict different 7Q4K-29TM 1A2B-3C4D\n  evenhand conflict different 7Q4K-29TM 1A2B-3C4D --reason \"Two wards of one name\"", false);
}

}  // namespace evenhand::cli
