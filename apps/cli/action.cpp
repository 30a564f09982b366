// action update: an update and the action's own colour, as one.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"

namespace evenhand::cli {

namespace {

struct Update {
  std::string action;
  std::string status;
  FieldFlags fields;
};

Result<void> update_action(Workspace& workspace, Console& console, Update& update) {
  EVENHAND_TRY(const Record action, find_record(workspace, "action", update.action));
  update.fields.given["action"] = {action.id().hex()};
  EVENHAND_TRY(const RecordChange note, change_from(workspace, console, update.fields, {}));
  RecordChange own{"action", action.id(), Verb::changed, {}};
  own.seen = action.state().heads;
  for (const FieldValue& value : note.set) {
    if (value.field == "rag") own.set.push_back(value);
    if (value.field == "text") own.set.push_back({"progress", value.value});
  }
  if (!update.status.empty()) own.set.push_back({"status", update.status});
  Command command;
  command.changes.push_back(note);
  if (!own.set.empty()) command.changes.push_back(own);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  if (console.json) {
    console.out << write_json(Json::object().set("done", console.dry_run ? "would update" : "updated").set("action", action.id().hex()).set("update", receipt.entities.front().hex()), JsonStyle::pretty);
    return {};
  }
  console.print((console.dry_run ? "Would update action " : "Updated action ") + action.short_id() + "  " + action.title());
  return {};
}

}  // namespace

void add_action_verbs(CLI::App& root, Console& console) {
  const auto update = std::make_shared<Update>();
  update->fields.spec = find_record_type("action_update");
  CLI::App* command = add_command(family_of(root, "action"), "update", "Say how an action is going: colour, words, proof",
                                  "  evenhand action update \"Texts before each appointment.\" --rag green --text \"Two courses run.\"\n"
                                  "  evenhand action update \"Texts before each appointment.\" --rag amber --new-due-asked 2024-12 --quarter \"Q1 2024/25\"",
                                  [update, &console] {
                                    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return update_action(workspace, console, *update); });
                                  });
  command->add_option("which", update->action, "The action: short id, or part of its text")->required()->type_name("RECORD");
  command->add_option("--status", update->status, "Where the action stands now")
      ->type_name("WORD")
      ->check(CLI::IsMember({"not_agreed", "agreed", "under_way", "done", "stopped"}));
  add_field_flags(*command, update->fields, FlagUse::add);
  command->remove_option(command->get_option("--action"));
}

}  // namespace evenhand::cli
