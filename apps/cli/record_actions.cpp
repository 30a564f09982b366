#include "apps/cli/record_actions.h"

#include <algorithm>
#include <ostream>

#include "apps/cli/adopting.h"
#include "apps/cli/record_print.h"
#include "core/engine/share.h"

namespace evenhand::cli {

namespace {

// ", in EDS 2025/26" of a new record where it might have been another cycle.
Result<std::string> cycle_told(const Workspace& workspace, const RecordChange& change) {
  const auto given = std::find_if(change.set.begin(), change.set.end(), [](const FieldValue& one) { return one.field == "cycle"; });
  const EntityId* const id = given == change.set.end() ? nullptr : std::get_if<EntityId>(&given->value);
  EVENHAND_TRY(const std::vector<Record> cycles, workspace.records("cycle"));
  if (id == nullptr || cycles.size() < 2) return std::string();
  return ", in " + NameBook(workspace).name_of(*id);
}

void tell_outcome(Console& console, std::string_view verb, const RecordChange& change, const EntityId& id, const std::string& title) {
  if (console.json) {
    console.out << write_json(Json::object().set("done", verb).set("type", change.type).set("id", id.hex()).set("short_id", short_id_of(id)), JsonStyle::pretty);
    return;
  }
  console.print(std::string(verb) + " " + plain_type(change.type) + " " + short_id_of(id) + (title.empty() ? "" : "  " + title));
}

bool is_empty(const RecordChange& change) {
  return change.set.empty() && change.add.empty() && change.remove.empty() && change.clear.empty();
}

// A list is about everything, unless --org or --cycle is given.
Result<bool> keeps(const Workspace& workspace, Console& console, const FieldFlags& flags, const Record& record) {
  for (const auto& [name, words] : flags.given) {
    if (words.empty()) continue;
    const FieldSpec& field = *flags.spec->find_field(name);
    EVENHAND_TRY(const Value wanted, value_from_words(workspace, console, field, words));
    const std::vector<Value> values = record.values(name);
    const bool has = std::any_of(values.begin(), values.end(), [&](const Value& value) {
      const auto within = [](const auto& all, const auto& some) {
        return std::all_of(some.begin(), some.end(), [&](const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
      };
      if (const auto* ids = std::get_if<std::vector<EntityId>>(&value)) return within(*ids, std::get<std::vector<EntityId>>(wanted));
      if (const auto* items = std::get_if<std::vector<std::string>>(&value)) return within(*items, std::get<std::vector<std::string>>(wanted));
      return value == wanted;
    });
    if (!has) return false;
  }
  return true;
}

// What partners wrote on copies of ours, which lists show by their originals only.
Result<void> tell_changed_copies(const Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<ChangedCopy> changed, changed_copies(workspace));
  NameBook names(workspace);
  for (const ChangedCopy& one : changed) {
    std::string fields;
    for (const std::string& field : one.fields) fields += (fields.empty() ? "" : ", ") + hyphened(field);
    console.print("A partner " + (fields.empty() ? "removed the copy of " : "changed " + fields + " on the copy of ") + names.name_of(one.original) + ": " + words_for(one.type, "history") + " " + short_id_of(one.copy));
  }
  return {};
}

// A copy that was shared does not go with its original.
Result<void> tell_copies_that_stay(const Workspace& workspace, Console& console, const Record& removed) {
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;
    const EntityId copy = copy_id_of(space.id, removed.id());
    EVENHAND_TRY(const std::optional<EntityState> stands, space.fold.find(copy));
    if (!stands || stands->lifecycle == Lifecycle::removed) continue;
    const auto& charter = space.fold.access().charter();
    console.say("The copy shared with everybody in " + (charter ? charter->title : short_id_of(authority_entity(space.id))) + (console.dry_run ? " would stay" : " stays") +
                ". Take it away too with: " + words_for(removed.spec().name, "remove") + " " + short_id_of(copy));
  }
  return {};
}

}  // namespace

Result<void> add_record(Workspace& workspace, Console& console, const FieldFlags& flags) {
  EVENHAND_TRY(RecordChange change, change_from(workspace, console, flags, {}));
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  const EntityId id = receipt.entities.front();
  EVENHAND_TRY(const std::optional<Record> made, workspace.find(id));
  EVENHAND_TRY(const std::string into, cycle_told(workspace, change));
  tell_outcome(console, console.dry_run ? "Would add" : "Added", change, id, (made ? NameBook(workspace).text(*made, made->spec().title_field) : "") + into);
  return {};
}

Result<void> edit_record(Workspace& workspace, Console& console, const FieldFlags& flags, const std::string& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, flags.spec->name, words));
  EVENHAND_TRY(RecordChange change, change_from(workspace, console, flags, record.id()));
  if (is_empty(change)) {
    return refused("nothing to change was given", "", "See: " + words_for(flags.spec->name, "edit") + " --help");
  }
  change.seen = record.state().heads;
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  tell_outcome(console, console.dry_run ? "Would change" : "Changed", change, record.id(), record.title());
  return {};
}

Result<void> remove_record(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words, const std::string& reason) {
  EVENHAND_TRY(const Record record, find_record(workspace, spec.name, words));
  if (record.is_removed()) return refused("it is removed already", record.short_id());
  RecordChange change{std::string(spec.name), record.id(), Verb::removed, {}};
  change.reason = reason;
  change.seen = record.state().heads;
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  tell_outcome(console, console.dry_run ? "Would remove" : "Removed", change, record.id(), record.title());
  if (!console.dry_run) console.say("Its history stays. Take it back with: evenhand undo");
  return tell_copies_that_stay(workspace, console, record);
}

Result<void> list_records(Workspace& workspace, Console& console, const FieldFlags& flags) {
  std::optional<EntityId> organisation, cycle;
  if (!console.organisation.empty() && flags.spec->find_field("organisation") != nullptr) {
    EVENHAND_TRY(const Record named, organisation_of(workspace, console));
    organisation = named.id();
  }
  if (!console.cycle.empty() && flags.spec->find_field("cycle") != nullptr) {
    EVENHAND_TRY(const Record named, cycle_of(workspace, console, CycleUse::read));
    cycle = named.id();
  }
  EVENHAND_TRY(const std::vector<Record> all, workspace.records(flags.spec->name));
  std::vector<Record> kept;
  for (const Record& record : all) {
    if (organisation && record.reference("organisation") != organisation) continue;
    if (cycle && record.reference("cycle") != cycle) continue;
    EVENHAND_TRY(const bool keep, keeps(workspace, console, flags, record));
    if (keep) kept.push_back(record);
  }
  print_list(console, workspace, *flags.spec, kept);
  return flags.spec->name == "share" && !console.json ? tell_changed_copies(workspace, console) : Result<void>();
}

Result<void> show_record(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, spec.name, words));
  if (spec.name == "grade" || spec.name == "grade_adoption") return show_grade(workspace, console, record);
  print_record(console, workspace, record);
  return {};
}

Result<void> show_history(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, spec.name, words));
  EVENHAND_TRY(const std::vector<HistoryEntry> entries, workspace.history(record.id()));
  print_history(console, workspace, record, entries);
  return {};
}

}  // namespace evenhand::cli
