// `evenhand X add|edit|list|show|history|remove` for every record type X, out of the vocabulary table.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/adopting.h"
#include "apps/cli/commands.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"

namespace evenhand::cli {

namespace {

struct Family {
  const RecordSpec* spec;
  std::string name;       ///< as typed
  std::string sample;     ///< title of a sample record, quoted for a shell
};

std::string quoted(const std::string& text) {
  std::string inside;
  for (const char c : text) inside += (c == '"' || c == '\\' || c == '$' || c == '`') ? std::string("\\") + c : std::string(1, c);
  return "\"" + inside + "\"";
}

void tell_outcome(Console& console, std::string_view verb, const RecordChange& change, const EntityId& id, const std::string& title) {
  if (console.json) {
    console.out << write_json(Json::object().set("done", verb).set("type", change.type).set("id", id.hex()).set("short_id", short_id_of(id)), JsonStyle::pretty);
    return;
  }
  console.print(std::string(verb) + " " + hyphened(change.type) + " " + short_id_of(id) + (title.empty() ? "" : "  " + title));
}

Result<void> add_record(Workspace& workspace, Console& console, const FieldFlags& flags) {
  EVENHAND_TRY(RecordChange change, change_from(workspace, console, flags, {}));
  Command command;
  command.changes.push_back(change);
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  const EntityId id = receipt.entities.front();
  EVENHAND_TRY(const std::optional<Record> made, workspace.find(id));
  tell_outcome(console, console.dry_run ? "Would add" : "Added", change, id, made ? NameBook(workspace).text(*made, made->spec().title_field) : "");
  return {};
}

bool is_empty(const RecordChange& change) {
  return change.set.empty() && change.add.empty() && change.remove.empty() && change.clear.empty();
}

Result<void> edit_record(Workspace& workspace, Console& console, const FieldFlags& flags, const std::string& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, flags.spec->name, words));
  EVENHAND_TRY(RecordChange change, change_from(workspace, console, flags, record.id()));
  if (is_empty(change)) {
    return refused("nothing to change was given", "", "See: evenhand " + hyphened(flags.spec->name) + " edit --help");
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
  return {};
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

Result<void> list_records(Workspace& workspace, Console& console, const FieldFlags& flags) {
  std::optional<EntityId> organisation, cycle;
  if (!console.organisation.empty() && flags.spec->find_field("organisation") != nullptr) {
    EVENHAND_TRY(const Record named, organisation_of(workspace, console));
    organisation = named.id();
  }
  if (!console.cycle.empty() && flags.spec->find_field("cycle") != nullptr) {
    EVENHAND_TRY(const Record named, cycle_of(workspace, console));
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
  return {};
}

// The words of a sample record, so that the examples of every command run.
std::string sample_flags(const Family& family) {
  std::string text;
  for (const FieldSpec& field : family.spec->fields) {
    if (!has_flag(field) || (!field.required && field.name != family.spec->title_field)) continue;
    const bool is_reference = field.type == FieldType::reference;
    const bool is_title = field.name == family.spec->title_field;
    const std::string value = is_reference ? sample_title(*find_record_type(field.choices.substr(0, field.choices.find('|'))))
                              : is_title   ? sample_title(*family.spec)
                                           : std::string(field.example);
    text += is_title && (field.type == FieldType::word || field.type == FieldType::prose) ? " " + quoted(value)
                                                                                         : " --" + hyphened(field.name) + " " + quoted(value);
  }
  return text;
}

// A second field worth an example: one that is not needed, else one that is.
std::string another_flag(const Family& family) {
  for (const bool needed : {false, true}) {
    for (const FieldSpec& field : family.spec->fields) {
      const bool simple = field.type == FieldType::word || field.type == FieldType::prose || field.type == FieldType::choice ||
                          field.type == FieldType::date || field.type == FieldType::integer || field.type == FieldType::code;
      if (!has_flag(field) || !simple || field.required != needed || field.name == family.spec->title_field) continue;
      return " --" + hyphened(field.name) + " " + quoted(std::string(field.example));
    }
  }
  return "";
}

std::string examples(const Family& family, const std::string& verb, const std::string& first, const std::string& second) {
  const std::string start = "  evenhand " + family.name + " " + verb;
  return start + first + "\n" + start + second;
}

using Body = std::function<Result<void>(Workspace&)>;

void add_readers(CLI::App& parent, Console& console, const Family& family) {
  const auto words = std::make_shared<std::string>();
  const auto flags = std::make_shared<FieldFlags>();
  flags->spec = family.spec;
  CLI::App* list = add_command(parent, "list", "List " + std::string(family.spec->plural), examples(family, "list", "", " --json"), [flags, &console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_records(workspace, console, *flags); });
  });
  add_field_flags(*list, *flags, FlagUse::filter);
  CLI::App* show = add_command(parent, "show", "Show all fields of one", examples(family, "show", " " + family.sample, " " + family.sample + " --json"),
                               [words, &console, spec = family.spec] {
                                 with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) -> Result<void> {
                                   EVENHAND_TRY(const Record record, find_record(workspace, spec->name, *words));
                                   if (spec->name == "grade" || spec->name == "grade_adoption") return show_grade(workspace, console, record);
                                   print_record(console, workspace, record);
                                   return {};
                                 });
                               });
  show->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  CLI::App* history =
      add_command(parent, "history", "Who changed what, oldest first", examples(family, "history", " " + family.sample, " " + family.sample + " --json"),
                  [words, &console, spec = family.spec] {
                    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) -> Result<void> {
                      EVENHAND_TRY(const Record record, find_record(workspace, spec->name, *words));
                      EVENHAND_TRY(const std::vector<HistoryEntry> entries, workspace.history(record.id()));
                      print_history(console, workspace, record, entries);
                      return {};
                    });
                  });
  history->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
}

void add_writers(CLI::App& parent, Console& console, const Family& family) {
  const auto words = std::make_shared<std::string>();
  const auto reason = std::make_shared<std::string>();
  const auto added = std::make_shared<FieldFlags>();
  const auto edited = std::make_shared<FieldFlags>();
  added->spec = edited->spec = family.spec;
  const std::string sample = sample_flags(family);
  const std::string change = another_flag(family);
  CLI::App* add = add_command(parent, "add", "Add one", examples(family, "add", sample, sample + " --dry-run"), [added, &console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return add_record(workspace, console, *added); });
  });
  add_field_flags(*add, *added, FlagUse::add);
  CLI::App* edit = add_command(
      parent, "edit", "Change fields of one",
      examples(family, "edit", " " + family.sample + change, " " + family.sample + change + " --dry-run"),
      [words, edited, &console] {
        with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return edit_record(workspace, console, *edited, *words); });
      });
  edit->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  add_field_flags(*edit, *edited, FlagUse::edit);
  CLI::App* remove = add_command(parent, "remove", "Remove one; its history stays, and undo brings it back",
                                 examples(family, "remove", " " + family.sample, " " + family.sample + " --reason \"entered twice\""),
                                 [words, reason, &console, spec = family.spec] {
                                   with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) {
                                     return remove_record(workspace, console, *spec, *words, *reason);
                                   });
                                 });
  remove->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  remove->add_option("--reason", *reason, "Why; kept in the history")->type_name("TEXT");
}

// Families that most people need stand first in the help.
std::string_view help_group(std::string_view name) {
  static constexpr std::string_view kSetUp[] = {"cycle", "organisation", "service", "profile", "objective", "report_header"};
  static constexpr std::string_view kEvidence[] = {"evidence", "measure", "narrative", "engagement", "story", "finding"};
  static constexpr std::string_view kGrading[] = {"workshop", "tally", "grade", "comment"};
  static constexpr std::string_view kImprove[] = {"action", "gap", "plan", "risk", "progress"};
  const auto in = [&](const auto& names) { return std::find(std::begin(names), std::end(names), name) != std::end(names); };
  if (in(kSetUp)) return "Set up";
  if (in(kEvidence)) return "Evidence";
  if (in(kGrading)) return "Workshops and grades";
  if (in(kImprove)) return "Improvement";
  return "More records";
}

}  // namespace

CLI::App& family_of(CLI::App& root, std::string_view name) { return *root.get_subcommand(std::string(name)); }

void add_record_commands(CLI::App& root, Console& console) {
  for (const RecordSpec& spec : vocabulary()) {
    if (spec.name == "plugin") continue;  // has commands of its own (plugin.cpp)
    const Family family{&spec, hyphened(spec.name), quoted(sample_title(spec))};
    CLI::App* parent = add_command(root, family.name, std::string(spec.meaning),
                                   "  evenhand " + family.name + " list\n  evenhand " + family.name + " list --json", {});
    parent->group(std::string(help_group(spec.name)))->require_subcommand(1);
    if (!is_bookkeeping(spec)) add_writers(*parent, console, family);
    add_readers(*parent, console, family);
  }
}

}  // namespace evenhand::cli
