// `evenhand record …`: the same commands for every record type that a plugin declared. The type is a word and fields are
// NAME=VALUE, because what is declared is known only once the workspace is open.
#include "apps/cli/declared_records.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/plugin.h"
#include "apps/cli/record_actions.h"
#include "apps/cli/text.h"
#include "core/os/files.h"
#include "core/record/declared_types.h"

namespace evenhand::cli {

namespace {

struct Given {
  std::string type;
  std::string record;
  std::string reason;
  std::vector<std::string> set;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  std::vector<std::string> clear;
};

std::string underscored(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string digits_of(const RecordSpec& type) { return std::string(type.name.substr(type.name.size() - 2 * EntityId::kSize, 6)); }

// NAME=VALUE into the slot of its field.
Result<void> take(const RecordSpec& spec, const std::vector<std::string>& given, std::map<std::string_view, std::vector<std::string>>& into) {
  for (const std::string& one : given) {
    const std::size_t at = one.find('=');
    if (at == std::string::npos) return refused("a field is written NAME=VALUE, not \"" + one + "\"", "", "For example: --set title=\"A title\"");
    const FieldSpec* field = spec.find_field(underscored(std::string_view(one).substr(0, at)));
    if (field == nullptr) return refused("a " + plain_type(spec.name) + " has no field \"" + one.substr(0, at) + "\"", "", "See: evenhand record types " + plain_type(spec.name));
    if (!has_flag(*field)) return refused("this field is filled by itself", std::string(field->name), "Choose with --org and --cycle.");
    into[field->name].push_back(one.substr(at + 1));
  }
  return {};
}

Result<FieldFlags> flags_of(const RecordSpec& spec, const Given& given) {
  FieldFlags flags;
  flags.spec = &spec;
  flags.reason = given.reason;
  flags.cleared = given.clear;
  EVENHAND_CHECK(take(spec, given.set, flags.given));
  EVENHAND_CHECK(take(spec, given.add, flags.added));
  EVENHAND_CHECK(take(spec, given.remove, flags.removed));
  return flags;
}

// What the plugin that is here says of fields that were given up; a manifest that declares another type under the name says nothing of this one.
plugins::GivenUp given_up_of(const plugins::Registry& registry, const RecordSpec& type) {
  const auto plugin = registry.find_plugin(plugin_of(type));
  if (!plugin) return {};
  for (const Json& json : plugin->manifest.types) {
    const auto definition = TypeDefinition::from_json(plugin->manifest.id, json, "");
    if (!definition || definition->type() != type.name) continue;
    const auto found = plugin->manifest.given_up.find(definition->name);
    return found == plugin->manifest.given_up.end() ? plugins::GivenUp{} : found->second;
  }
  return {};
}

Json type_json(const RecordSpec& type, const plugins::GivenUp& given_up) {
  auto definition = parse_json(definition_of(type));
  Json deprecated = Json::object();
  for (const auto& [field, words] : given_up) deprecated.set(field, words);
  return Json::object().set("deprecated", std::move(deprecated)).set("type", type.name).set("records", plain_type(type.name)).set("definition", definition ? std::move(*definition) : Json());
}

void print_fields(Console& console, const RecordSpec& type, const plugins::GivenUp& given_up) {
  console.print(plain_type(type.name) + "  " + std::string(type.meaning));
  console.print("  " + std::string(type.name) + ", declared by " + std::string(plugin_of(type)) + ", at home in the space of kind " + std::string(to_word(type.home)));
  TextTable table({"Field", "Type", "Data class", "Merge rule", "Meaning"});
  for (const FieldSpec& field : type.fields) {
    const std::string choices = field.choices.empty() ? "" : " (" + std::string(field.choices) + ")";
    table.add({std::string(field.name) + (field.required ? " *" : ""), std::string(to_word(field.type)) + choices, std::string(to_word(field.data_class)), std::string(to_word(field.merge)),
               (given_up.contains(field.name) ? "Deprecated " + given_up.at(std::string(field.name)) + ". " : "") + std::string(field.meaning)});
  }
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  console.say("* needed in a new one");
}

Result<void> list_types(const Workspace& workspace, Console& console, const std::string& wanted) {
  const plugins::Registry registry = registry_of(workspace, console);
  if (!wanted.empty()) {
    EVENHAND_TRY(const RecordSpec* const type, declared_type_named(wanted));
    if (console.json) console.out << write_json(type_json(*type, given_up_of(registry, *type)), JsonStyle::pretty);
    else print_fields(console, *type, given_up_of(registry, *type));
    return {};
  }
  const std::vector<const RecordSpec*> types = declared_record_types();
  if (console.json) {
    Json list = Json::array();
    for (const RecordSpec* type : types) list.push(type_json(*type, given_up_of(registry, *type)));
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  if (types.empty()) {
    console.say("No record types are declared here. Plugins declare them; or: evenhand record declare FILE");
    return {};
  }
  TextTable table({"Type", "Digits", "Plugin", "Home", "Fields", "Meaning"});
  for (const RecordSpec* type : types) {
    table.add({plain_type(type->name), digits_of(*type), std::string(plugin_of(*type)), std::string(to_word(type->home)), std::to_string(type->fields.size()), std::string(type->meaning)});
  }
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  return {};
}

Result<void> declare(Workspace& workspace, Console& console, const std::string& file) {
  EVENHAND_TRY(const Bytes text, read_file(file, 2 * kDefinitionBytesMax));
  EVENHAND_TRY(const TypeDefinition definition, TypeDefinition::parse_untrusted(text_of(text)));
  if (console.dry_run) {
    EVENHAND_CHECK(workspace.check_rights("schema"));
    console.print("Would declare " + definition.type());
    console.say("Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_TRY(const std::string type, workspace.declare(text_of(text)));
  if (console.json) console.out << write_json(Json::object().set("done", "Declared").set("type", type), JsonStyle::pretty);
  else console.print("Declared " + type);
  console.say("Enter one with: " + words_for(type, "add") + " --set NAME=VALUE");
  return {};
}

using Body = std::function<Result<void>(Workspace&, Console&, const RecordSpec&, const Given&)>;

CLI::App* add_verb(CLI::App& parent, Console& console, const char* verb, const char* help, const std::string& examples, OpenMode mode,
                   const std::shared_ptr<Given>& given, const Body& body) {
  CLI::App* command = add_command(parent, verb, help, examples, [given, mode, body, &console] {
    with_workspace(console, mode, [&](Workspace& workspace) -> Result<void> {
      EVENHAND_TRY(const RecordSpec* const spec, declared_type_named(given->type));
      return body(workspace, console, *spec, *given);
    });
  });
  command->add_option("type", given->type, "Which declared type; see: evenhand record types")->required()->type_name("TYPE");
  return command;
}

void add_record_word(CLI::App& command, Given& given) {
  command.add_option("record", given.record, "Short id, or part of its title")->required()->type_name("RECORD");
}

void add_repeated(CLI::App& command, const char* flag, std::vector<std::string>& into, const char* help, const char* type) {
  command.add_option(flag, into, help)->allow_extra_args(false)->type_name(type);
}

std::string both(const std::string& verb, const std::string& first, const std::string& second) {
  return "  evenhand record " + verb + first + "\n  evenhand record " + verb + second;
}

void add_readers(CLI::App& parent, Console& console) {
  const auto given = std::make_shared<Given>();
  CLI::App* list = add_verb(parent, console, "list", "List the records of a declared type", both("list", " walk", " walk --set result=pass --json"), OpenMode::read_only, given,
                            [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) -> Result<void> {
                              EVENHAND_TRY(const FieldFlags flags, flags_of(spec, said));
                              return list_records(workspace, out, flags);
                            });
  add_repeated(*list, "--set", given->set, "Only those that hold this; may be repeated", "NAME=VALUE");
  CLI::App* show = add_verb(parent, console, "show", "Show all fields of one", both("show", " walk \"Corridor 7\"", " walk \"Corridor 7\" --json"), OpenMode::read_only, given,
                            [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) { return show_record(workspace, out, spec, said.record); });
  add_record_word(*show, *given);
  CLI::App* history = add_verb(parent, console, "history", "Who changed what, oldest first", both("history", " walk \"Corridor 7\"", " walk \"Corridor 7\" --json"), OpenMode::read_only, given,
                               [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) { return show_history(workspace, out, spec, said.record); });
  add_record_word(*history, *given);
}

void add_writers(CLI::App& parent, Console& console) {
  const auto given = std::make_shared<Given>();
  const std::string sample = " walk --set title=\"Corridor 7\" --set result=pass --set findings=\"Doors; Signs\"";
  CLI::App* add = add_verb(parent, console, "add", "Add one", both("add", sample, sample + " --dry-run"), OpenMode::read_write, given,
                           [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) -> Result<void> {
                             EVENHAND_TRY(const FieldFlags flags, flags_of(spec, said));
                             return add_record(workspace, out, flags);
                           });
  const std::string change = " walk \"Corridor 7\" --set result=fail --add findings=Lighting";
  CLI::App* edit = add_verb(parent, console, "edit", "Change fields of one", both("edit", change, change + " --dry-run"), OpenMode::read_write, given,
                            [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) -> Result<void> {
                              EVENHAND_TRY(const FieldFlags flags, flags_of(spec, said));
                              return edit_record(workspace, out, flags, said.record);
                            });
  CLI::App* remove = add_verb(parent, console, "remove", "Remove one; its history stays, and undo brings it back",
                              both("remove", " walk \"Corridor 7\"", " walk \"Corridor 7\" --reason \"entered twice\""), OpenMode::read_write, given,
                              [](Workspace& workspace, Console& out, const RecordSpec& spec, const Given& said) { return remove_record(workspace, out, spec, said.record, said.reason); });
  add_record_word(*edit, *given);
  add_record_word(*remove, *given);
  for (CLI::App* command : {add, edit}) add_repeated(*command, "--set", given->set, "A field and its value, read as a flag of that field would be; may be repeated", "NAME=VALUE");
  add_repeated(*edit, "--add", given->add, "Add to a field that is a set; may be repeated", "NAME=VALUE");
  add_repeated(*edit, "--remove", given->remove, "Take away from a field that is a set; may be repeated", "NAME=VALUE");
  add_repeated(*edit, "--clear", given->clear, "Field to empty; may be repeated", "FIELD");
  for (CLI::App* command : {add, edit, remove}) command->add_option("--reason", given->reason, "Why; kept in the history")->type_name("TEXT");
}

}  // namespace

Result<const RecordSpec*> declared_type_named(std::string_view words) {
  const std::string wanted = hyphened(words);
  std::vector<const RecordSpec*> found;
  for (const RecordSpec* type : declared_record_types()) {
    const std::string whole = hyphened(type->name);
    const bool by_digits = whole.starts_with(wanted) && wanted.size() > plain_type(type->name).size();
    if (wanted == plain_type(type->name) || by_digits) found.push_back(type);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return not_found("no record type \"" + std::string(words) + "\" is declared here", "", "See: evenhand record types");
  std::string list;
  for (const RecordSpec* type : found) list += (list.empty() ? "" : ", ") + plain_type(type->name) + "-" + digits_of(*type) + " (" + std::string(plugin_of(*type)) + ")";
  return refused("\"" + std::string(words) + "\" names " + std::to_string(found.size()) + " declared types: " + list, "", "Use the digits too.");
}

void add_declared_records(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "record", "Records of types that plugins declared", "  evenhand record types\n  evenhand record list walk", {});
  parent->group("More records")->require_subcommand(1);
  const auto wanted = std::make_shared<std::string>();
  CLI::App* types = add_command(*parent, "types", "What is declared; with a type, its fields", both("types", "", " walk"), [wanted, &console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_types(workspace, console, *wanted); });
  });
  types->add_option("type", *wanted, "Which one")->type_name("TYPE");
  const auto file = std::make_shared<std::string>();
  CLI::App* declares = add_command(*parent, "declare", "Declare a record type out of a definition (docs/formats/declared-types.md)",
                                   both("declare", " visit.json", " visit.json --dry-run"), [file, &console] {
                                     with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return declare(workspace, console, *file); });
                                   });
  declares->add_option("file", *file, "A definition as JSON")->required()->type_name("FILE");
  add_writers(*parent, console);
  add_readers(*parent, console);
}

}  // namespace evenhand::cli
