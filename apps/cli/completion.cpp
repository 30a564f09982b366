// Completion: a hidden command answers what may come next, out of the live tree and workspace; shells only ask it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/help.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/text.h"
#include "core/policy/framework.h"
#include "core/record/declared_types.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kRecordsShown = 200;

constexpr const char* kBash =
    "# evenhand completion for bash: source it, or put it into /etc/bash_completion.d\n"
    "_evenhand() {\n"
    "  local IFS=$'\\n'\n"
    "  COMPREPLY=($(evenhand __complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null | while read -r c; do printf '%q\\n' \"$c\"; done))\n"
    "}\n"
    "complete -o default -F _evenhand evenhand\n";
constexpr const char* kZsh =
    "#compdef evenhand\n"
    "# evenhand completion for zsh: put it into a folder of $fpath as _evenhand\n"
    "_evenhand() {\n"
    "  local -a found\n"
    "  found=(\"${(@f)$(evenhand __complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
    "  compadd -a found || _files\n"
    "}\n"
    "compdef _evenhand evenhand\n";
constexpr const char* kFish =
    "# evenhand completion for fish: put it into ~/.config/fish/completions/evenhand.fish\n"
    "function __evenhand_complete\n"
    "  set -l words (commandline -opc)\n"
    "  evenhand __complete -- $words[2..-1] (commandline -ct) 2>/dev/null\n"
    "end\n"
    "complete -c evenhand -f -a '(__evenhand_complete)'\n";

using Words = std::vector<std::string>;

const FieldSpec* field_of(const CLI::App& app, const std::string& flag) {
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    std::string type = at->get_name();
    std::replace(type.begin(), type.end(), '-', '_');
    std::string field = flag.starts_with("--") ? flag.substr(2) : flag;
    for (const std::string_view edit : {"add-", "remove-"}) {
      if (field.starts_with(edit)) field = field.substr(edit.size());
    }
    std::replace(field.begin(), field.end(), '-', '_');
    const RecordSpec* spec = find_record_type(type);
    const FieldSpec* found = spec == nullptr ? nullptr : spec->find_field(field);
    if (found != nullptr) return found;
  }
  return nullptr;
}

void add_choices(std::string_view choices, Words& found) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    found.emplace_back(choices.substr(0, end));
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
}

void add_codes(Words& found) {
  const auto framework = built_in_framework("eds-2022");
  if (!framework) return;
  for (const Domain& domain : framework->domains) {
    for (const Outcome& outcome : domain.outcomes) found.push_back(outcome.code);
  }
}

// Titles of people are not offered: a completion list is seen over the shoulder.
void add_records(Console& console, std::string_view types, Words& found) {
  const auto workspace = Workspace::open(workspace_folder(console), OpenMode::read_only, machine_clock(), machine_random());
  if (!workspace) return;
  while (!types.empty()) {
    const std::size_t end = std::min(types.find('|'), types.size());
    const RecordSpec* spec = find_record_type(types.substr(0, end));
    types.remove_prefix(std::min(end + 1, types.size()));
    if (spec == nullptr) continue;
    const auto records = workspace->records(spec->name);
    for (std::size_t i = 0; records && i < records->size() && i < kRecordsShown; ++i) {
      const Record& record = (*records)[i];
      found.push_back(record.short_id());
      if (spec->home != HomeSpace::people) found.push_back(harmless_line(cut_to(record.title(), 60)));
    }
  }
}

void add_values(Console& console, const CLI::App& app, const std::string& flag, Words& found) {
  if (flag == "--org") return add_records(console, "organisation", found);
  if (flag == "--cycle") return add_records(console, "cycle", found);
  if (flag == "--color") return add_choices("auto|always|never", found);
  if (flag == "--format") return add_choices("csv|json", found);
  const FieldSpec* field = field_of(app, flag);
  if (field == nullptr) return;
  if (field->type == FieldType::choice) add_choices(field->choices, found);
  if (field->type == FieldType::flag) add_choices("yes|no", found);
  if (field->type == FieldType::code || field->name == "outcomes") add_codes(found);
  if (field->type == FieldType::reference || field->type == FieldType::references) add_records(console, field->choices, found);
}

void add_flags(const CLI::App& app, Words& found) {
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* flag : shown_flags(*at)) found.push_back("--" + flag->get_lnames().front());
  }
  found.emplace_back("--help");
}

// What is declared is known once the workspace is open.
void add_declared_types(Console& console, Words& found) {
  const auto workspace = Workspace::open(workspace_folder(console), OpenMode::read_only, machine_clock(), machine_random());
  for (const RecordSpec* type : workspace ? declared_record_types() : std::vector<const RecordSpec*>{}) found.push_back(plain_type(type->name));
}

void add_word_values(Console& console, const CLI::App& app, Words& found) {
  const auto words = shown_words(app);
  if (words.empty()) return;
  const std::string name = words.front()->get_name(true);
  std::string type = app.get_parent() == nullptr ? "" : app.get_parent()->get_name();
  std::replace(type.begin(), type.end(), '-', '_');
  if (name == "record" || name == "which") add_records(console, find_record_type(type) != nullptr ? type : "", found);
  if (name == "outcome" || name == "outcome-code") add_codes(found);
  if (name == "shell") add_choices("bash|zsh|fish", found);
  if (name == "type") add_declared_types(console, found);
  if (name == "what") {
    found.emplace_back("all");
    for (const RecordSpec& spec : vocabulary()) found.push_back(hyphened(spec.name));
  }
}

void complete(const CLI::App& root, Console& console, const Words& words) {
  const CLI::App* app = &root;
  std::string flag;  // the flag whose value comes next
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (!flag.empty()) {
      if (flag == "--workspace") console.workspace = word;
      flag.clear();
      continue;
    }
    const CLI::Option* option = nullptr;
    for (const CLI::App* at = app; at != nullptr && option == nullptr && word.starts_with("--"); at = at->get_parent()) option = at->get_option_no_throw(word);
    if (option != nullptr && option->get_items_expected_max() > 0) flag = word;
    for (const CLI::App* command : shown_commands(*app)) {
      if (command->get_name() == word) {
        app = command;
        break;
      }
    }
  }
  const std::string start = words.empty() ? "" : words.back();
  Words found;
  if (!flag.empty()) {
    add_values(console, *app, flag, found);
  } else if (start.starts_with("-")) {
    add_flags(*app, found);
  } else {
    for (const CLI::App* command : shown_commands(*app)) found.push_back(command->get_name());
    add_word_values(console, *app, found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  for (const std::string& candidate : found) {
    if (candidate.starts_with(start)) console.out << candidate << '\n';
  }
}

void print_adapter(Console& console, const std::string& shell) { console.out << (shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish); }

}  // namespace

void add_completion(CLI::App& root, Console& console) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = add_command(root, "completion", "The completion script of a shell", "  evenhand completion bash\n  evenhand completion zsh\n  evenhand completion fish",
                                  [shell, &console] { print_adapter(console, *shell); });
  command->group("Help");
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}))->type_name("SHELL");
  const auto words = std::make_shared<Words>();
  CLI::App* asked = root.add_subcommand("__complete", "What may come next")->group("")->fallthrough(false);
  asked->add_option("words", *words)->allow_extra_args();
  asked->callback([words, &root, &console] { complete(root, console, *words); });
}

}  // namespace evenhand::cli
