// `evenhand X add|edit|list|show|history|remove` for every record type X, out of the vocabulary table.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "apps/cli/commands.h"
#include "apps/cli/record_actions.h"

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
                                 with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return show_record(workspace, console, *spec, *words); });
                               });
  show->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  CLI::App* history =
      add_command(parent, "history", "Who changed what, oldest first", examples(family, "history", " " + family.sample, " " + family.sample + " --json"),
                  [words, &console, spec = family.spec] {
                    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return show_history(workspace, console, *spec, *words); });
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

// Whose records come about by commands of another name: the help of the one sends to the other.
std::string_view made_by(std::string_view name) {
  if (name == "sign_off" || name == "approval" || name == "late") return "; made with: evenhand signoff";
  return name == "grade_adoption" ? "; made with: evenhand grade adopt" : "";
}

}  // namespace

CLI::App& family_of(CLI::App& root, std::string_view name) { return *root.get_subcommand(std::string(name)); }

void add_record_commands(CLI::App& root, Console& console) {
  for (const RecordSpec& spec : vocabulary()) {
    if (spec.name == "plugin") continue;  // has commands of its own (plugin.cpp)
    const Family family{&spec, hyphened(spec.name), quoted(sample_title(spec))};
    CLI::App* parent = add_command(root, family.name, std::string(spec.meaning) + std::string(made_by(spec.name)),
                                   "  evenhand " + family.name + " list\n  evenhand " + family.name + " list --json", {});
    parent->group(std::string(help_group(spec.name)))->require_subcommand(1);
    if (!is_bookkeeping(spec)) add_writers(*parent, console, family);
    add_readers(*parent, console, family);
  }
}

}  // namespace evenhand::cli
