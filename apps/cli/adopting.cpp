// grade adopt: a shared service's lead grades it, and each of the others adopts that grade as it stands.
#include "apps/cli/adopting.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "core/engine/adoption.h"
#include "core/policy/framework.h"

namespace evenhand::cli {

namespace {

struct Wanted {
  std::string service;
  std::string outcome;
  bool all = false;
};

Json change_json(const RecordChange& change, const EntityId& id) {
  Json json = Json::object().set("id", id.hex()).set("short_id", short_id_of(id));
  for (const FieldValue& one : change.set) {
    if (one.field == "outcome" || one.field == "value" || one.field == "kind") json.set(one.field, to_json(*find_record_type("grade_adoption")->find_field(one.field), one.value));
  }
  return json;
}

std::string line_of(const RecordChange& change) {
  std::string line;
  for (const FieldValue& one : change.set) {
    if (one.field == "outcome" || one.field == "value") line += "  " + to_text(*find_record_type("grade_adoption")->find_field(one.field), one.value);
  }
  return line;
}

Result<void> adopt(Workspace& workspace, Console& console, const Wanted& wanted) {
  if (wanted.outcome.empty() != wanted.all) return refused("name one outcome, or say --all", wanted.outcome);
  EVENHAND_TRY(const Record service, find_record(workspace, "service", wanted.service));
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::write));
  Command command;
  EVENHAND_TRY(command.changes, adoptions_to_make(workspace, organisation.id(), cycle.id(), service, wanted.outcome));
  Receipt receipt;
  if (!command.changes.empty()) {
    EVENHAND_TRY(receipt, submit(workspace, console, command));
  }
  if (console.json) {
    Json list = Json::array();
    for (std::size_t i = 0; i < command.changes.size(); ++i) list.push(change_json(command.changes[i], receipt.entities[i]));
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  NameBook names(workspace);
  if (command.changes.empty()) console.print("Nothing to adopt: what was adopted is what the lead says now.");
  for (const RecordChange& change : command.changes) console.print((console.dry_run ? "Would adopt" : "Adopted") + line_of(change) + "  " + service.title() + "  (by " + names.name_of(organisation.id()) + ", graded by " + names.text(service, "lead_organisation") + ")");
  return {};
}

struct Known {
  std::vector<Record> adoptions, grades, services;
};

Result<Known> known(const Workspace& workspace) {
  Known all;
  EVENHAND_TRY(all.adoptions, workspace.records("grade_adoption"));
  if (all.adoptions.empty()) return all;
  EVENHAND_TRY(all.grades, workspace.records("grade"));
  EVENHAND_TRY(all.services, workspace.records("service"));
  return all;
}

}  // namespace

Result<std::size_t> count_regraded(const Workspace& workspace) {
  EVENHAND_TRY(const Known all, known(workspace));
  std::size_t count = 0;
  for (const Record& one : all.adoptions) count += is_regraded(one, all.grades, all.services) ? 1 : 0;
  return count;
}

Result<std::vector<Record>> adopted_by(const Workspace& workspace, const EntityId& organisation, const EntityId& cycle, std::string_view outcome,
                                       const std::optional<EntityId>& service) {
  EVENHAND_TRY(std::vector<Record> all, workspace.records("grade_adoption"));
  std::erase_if(all, [&](const Record& one) {
    return outcome_code(one.text("outcome")) != outcome_code(outcome) || one.reference("organisation") != organisation || one.reference("cycle") != cycle ||
           (service && one.reference("service") != service);
  });
  return all;
}

Result<Adoptions> adoptions_of(const Workspace& workspace, const Record& record) {
  EVENHAND_TRY(const Known all, known(workspace));
  Adoptions found;
  NameBook names(workspace);
  for (const Record& one : all.adoptions) {
    const bool is_itself = one.id() == record.id();
    if (!is_itself && one.reference("grade") != record.id()) continue;
    const bool regraded = is_regraded(one, all.grades, all.services);
    found.list.push(Json::object().set("id", one.id().hex()).set("organisation", one.text("organisation")).set("value", one.text("value")).set("regraded", regraded));
    const std::string since = regraded ? "; the lead's grade is another one by now: adopt it again, or keep this one" : "";
    if (!is_itself) found.lines.push_back("Adopted by " + names.text(one, "organisation") + " as " + one.text("value") + since);
    else if (regraded) found.lines.push_back("Regraded since: the lead's grade is another one by now. Adopt it with: evenhand grade adopt \"" + names.text(one, "service") + "\" " + one.text("outcome"));
  }
  return found;
}

Result<void> show_grade(Workspace& workspace, Console& console, const Record& record) {
  EVENHAND_TRY(Adoptions adoptions, adoptions_of(workspace, record));
  if (console.json) {
    console.out << write_json(record_json(record).set("adoptions", std::move(adoptions.list)), JsonStyle::pretty);
    return {};
  }
  print_record(console, workspace, record);
  for (const std::string& line : adoptions.lines) console.print("  " + wrapped(line, 80, 4));
  return {};
}

void add_adopt(CLI::App& grade, Console& console) {
  const auto wanted = std::make_shared<Wanted>();
  CLI::App* command = add_command(grade, "adopt", "Take over the lead's grades of a shared service, as they stand now",
                                  "  evenhand grade adopt \"Sleep clinic\" 1C --org SCT --dry-run\n"
                                  "  evenhand grade adopt \"Sleep clinic\" --all --org SCT",
                                  in_workspace(console, OpenMode::read_write, wanted, adopt));
  command->add_option("service", wanted->service, "The shared service: short id, or part of its name")->required()->type_name("RECORD");
  command->add_option("outcome", wanted->outcome, "Outcome, such as 1A")->type_name("CODE");
  command->add_flag("--all", wanted->all, "Every outcome that the lead graded");
}

}  // namespace evenhand::cli
