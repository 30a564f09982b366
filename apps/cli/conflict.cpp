// conflict list, show, resolve: what replicas disagree on, and a person's word on it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

struct Choice {
  std::string record;
  std::string field;
  std::size_t use = 0;
  std::vector<std::string> value;
  bool keep = false;
  bool remove = false;
  std::string reason;
};

Json conflict_json(const Conflict& conflict) {
  Json versions = Json::array();
  for (const Conflict::Version& version : conflict.versions) {
    versions.push(Json::object().set("value", version.value).set("reference", version.by.text()).set("claimed_ms", version.claimed.ms).set("device", version.device_label));
  }
  return Json::object().set("id", conflict.entity.hex()).set("short_id", short_id_of(conflict.entity)).set("type", conflict.type)
      .set("title", conflict.title).set("field", conflict.field).set("versions", std::move(versions));
}

std::string shown_value(NameBook& names, const Conflict& conflict, const Conflict::Version& version) {
  const RecordSpec* spec = find_record_type(conflict.type);
  const FieldSpec* field = spec == nullptr ? nullptr : spec->find_field(conflict.field);
  const auto id = field != nullptr && field->type == FieldType::reference ? EntityId::from_hex(version.value) : std::nullopt;
  return id ? names.name_of(*id) : version.value;
}

void print_conflict(Console& console, NameBook& names, const Conflict& conflict) {
  console.print(hyphened(conflict.type) + " " + short_id_of(conflict.entity) + "  " + cut_to(conflict.title, 50));
  if (conflict.field.empty()) {
    console.print("  removed on one device, edited on another; the edit is kept until somebody decides");
    console.print("  evenhand conflict resolve " + short_id_of(conflict.entity) + " --keep      or --remove");
    return;
  }
  console.print("  Field: " + hyphened(conflict.field));
  for (std::size_t i = 0; i < conflict.versions.size(); ++i) {
    const Conflict::Version& version = conflict.versions[i];
    console.print("    " + std::to_string(i + 1) + "  " + wrapped(shown_value(names, conflict, version), 80, 7));
    console.print("       " + when_and_who(version.claimed, version.device_label));
  }
  console.print("  evenhand conflict resolve " + short_id_of(conflict.entity) + " --field " + hyphened(conflict.field) + " --use 1");
}

Result<std::vector<Conflict>> conflicts_of(const Workspace& workspace, const std::string& words) {
  EVENHAND_TRY(std::vector<Conflict> all, workspace.conflicts());
  if (words.empty()) return all;
  EVENHAND_TRY(const Record record, find_record(workspace, "", words));
  std::erase_if(all, [&](const Conflict& conflict) { return conflict.entity != record.id(); });
  if (all.empty()) return not_found("nothing about this record needs a decision", record.short_id());
  return all;
}

Result<void> list_conflicts(Workspace& workspace, Console& console, const std::string& words, bool whole) {
  EVENHAND_TRY(const std::vector<Conflict> all, conflicts_of(workspace, words));
  if (console.json) {
    Json list = Json::array();
    for (const Conflict& conflict : all) list.push(conflict_json(conflict));
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  if (all.empty()) {
    console.print("Nothing needs a decision.");
    return {};
  }
  NameBook names(workspace);
  if (whole) {
    for (const Conflict& conflict : all) print_conflict(console, names, conflict);
    return {};
  }
  TextTable table({"Id", "Type", "Title", "Field", "Values"});
  for (const Conflict& conflict : all) {
    std::string values;
    for (const Conflict::Version& version : conflict.versions) values += (values.empty() ? "" : " or ") + shown_value(names, conflict, version);
    table.add({short_id_of(conflict.entity), hyphened(conflict.type), conflict.title, conflict.field.empty() ? "(removed)" : hyphened(conflict.field), values});
  }
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  console.say("Decide with: evenhand conflict show " + short_id_of(all.front().entity));
  return {};
}

// The conflict meant; without --field there must be one only.
Result<Conflict> chosen(const std::vector<Conflict>& all, const Choice& choice) {
  std::string wanted = choice.field;
  std::replace(wanted.begin(), wanted.end(), '-', '_');
  std::vector<Conflict> meant = all;
  const bool about_life = choice.keep || choice.remove;
  std::erase_if(meant, [&](const Conflict& c) { return about_life ? !c.field.empty() : c.field.empty() || (!wanted.empty() && c.field != wanted); });
  if (meant.size() == 1) return meant.front();
  if (meant.empty()) return not_found("that field of this record needs no decision", choice.field, "See: evenhand conflict show " + choice.record);
  return refused("several fields of this record need a decision", choice.record, "Name one with --field.");
}

Result<Value> decided_value(const Workspace& workspace, Console& console, const Record& record, const FieldSpec& field, const Conflict& conflict, const Choice& choice) {
  if (!choice.value.empty()) return value_from_words(workspace, console, field, choice.value);
  if (choice.use == 0 || choice.use > conflict.versions.size()) {
    return refused("--use must be 1 to " + std::to_string(conflict.versions.size()), hyphened(field.name), "Or write what is true now with --value.");
  }
  const FieldState* state = record.state().find(field.id);
  for (const Written& written : state->values) {
    if (written.by != conflict.versions[choice.use - 1].by) continue;
    if (written.is_sealed) return refused("this version is sealed and its key is not here", hyphened(field.name), "Write the value with --value.");
    if (!written.value.empty()) return decode_value(field, written.value);
  }
  return not_found("this version holds no value", hyphened(field.name), "Write one with --value.");
}

Result<void> resolve(Workspace& workspace, Console& console, const Choice& choice) {
  EVENHAND_TRY(const Record record, find_record(workspace, "", choice.record));
  EVENHAND_TRY(const std::vector<Conflict> all, conflicts_of(workspace, choice.record));
  EVENHAND_TRY(const Conflict conflict, chosen(all, choice));
  RecordChange change{conflict.type, conflict.entity, choice.remove ? Verb::removed : Verb::decided, {}};
  change.seen = conflict.heads;
  change.reason = choice.reason;
  if (!choice.keep && !choice.remove) {
    const FieldSpec& field = *record.spec().find_field(conflict.field);
    EVENHAND_TRY(Value value, decided_value(workspace, console, record, field, conflict, choice));
    change.set.push_back({conflict.field, std::move(value)});
  }
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  console.print((console.dry_run ? "Would decide " : "Decided ") + hyphened(conflict.type) + " " + record.short_id() + (conflict.field.empty() ? "" : ": " + hyphened(conflict.field)));
  if (!console.dry_run) console.say("Nobody's words are deleted. Take it back with: evenhand undo");
  return {};
}

}  // namespace

void add_conflict(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "conflict", "What two devices changed at once, and deciding it", "  evenhand conflict list\n  evenhand conflict list --json", {});
  parent->group("Look and mend")->require_subcommand(1);
  const auto words = std::make_shared<std::string>();
  add_command(*parent, "list", "List what needs a decision", "  evenhand conflict list\n  evenhand conflict list --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_conflicts(workspace, console, "", false); });
  });
  CLI::App* show = add_command(*parent, "show", "Show all versions, with who and when", "  evenhand conflict show 7Q4K-29TM\n  evenhand conflict show \"Texts before each appointment.\"",
                               [words, &console] {
                                 with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_conflicts(workspace, console, *words, true); });
                               });
  show->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  const auto choice = std::make_shared<Choice>();
  CLI::App* decide = add_command(*parent, "resolve", "Decide one",
                                 "  evenhand conflict resolve \"Texts before each appointment.\" --field rag --use 1\n"
                                 "  evenhand conflict resolve \"Texts before each appointment.\" --field rag --value amber --reason \"One course of two was run\"",
                                 [choice, &console] {
                                   with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return resolve(workspace, console, *choice); });
                                 });
  decide->add_option("record", choice->record, "Short id, or part of its title")->required()->type_name("RECORD");
  decide->add_option("--field", choice->field, "Field to decide; may be left out when there is one only")->type_name("FIELD");
  CLI::Option* use = decide->add_option("--use", choice->use, "Number of the version that holds")->type_name("NUMBER");
  CLI::Option* value = decide->add_option("--value", choice->value, "What is true now, when no version is")->allow_extra_args(false)->type_name("TEXT");
  CLI::Option* keep = decide->add_flag("--keep", choice->keep, "Keep a record that was removed elsewhere");
  CLI::Option* remove = decide->add_flag("--remove", choice->remove, "Remove a record that was edited elsewhere");
  use->excludes(value)->excludes(keep)->excludes(remove);
  value->excludes(keep)->excludes(remove);
  keep->excludes(remove);
  decide->add_option("--reason", choice->reason, "Why; kept in the history")->type_name("TEXT");
}

}  // namespace evenhand::cli
