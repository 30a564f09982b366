#include "apps/cli/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "apps/cli/text.h"
#include "core/base/near_miss.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTextColumn = 26;
// In the order in which a cycle runs. A group that is not named here comes last.
constexpr const char* kGroups[] = {"Start", "Set up", "Evidence", "Workshops and grades", "Improvement", "Look and mend", "Partners", "Exchange", "More records", "Help", "Subcommands"};

class OwnHelp : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override { return help_text(*app); }
};

std::string entry(const std::string& name, const std::string& text) {
  std::string line = "  " + name;
  if (letters_in(line) + 2 > kTextColumn) {
    line += "\n" + std::string(kTextColumn, ' ');
  } else {
    line.append(kTextColumn - letters_in(line), ' ');
  }
  return line + wrapped(text, kWidth, kTextColumn) + "\n";
}

std::string flag_entry(const CLI::Option& flag) {
  std::string name = flag.get_name(false, true);
  // A word that can also be given by a flag is told of once, as the word.
  const std::size_t dashes = name.find("--");
  if (dashes != std::string::npos) name = name.substr(dashes, name.find(',', dashes) - dashes);
  if (flag.get_type_size() > 0 && flag.get_items_expected_max() > 0) name += " " + (flag.get_type_name().empty() ? "TEXT" : flag.get_type_name());
  return entry(name, flag.get_description() + (flag.get_required() ? " (needed)" : ""));
}

std::string usage(const CLI::App& app) {
  std::string text = "Usage: " + full_name(app);
  for (const CLI::Option* word : shown_words(app)) {
    std::string name = word->get_name(true);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    text += word->get_required() ? " " + name : " [" + name + "]";
  }
  if (!shown_commands(app).empty()) text += app.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  return text + " [FLAGS]\n";
}

std::string commands_text(const CLI::App& app) {
  std::map<std::string, std::string> groups;
  for (const CLI::App* command : shown_commands(app)) groups[command->get_group()] += entry(command->get_name(), command->get_description());
  std::string text;
  const auto print = [&](const std::string& name, const std::string& entries) { text += "\n" + (name == "Subcommands" ? "Commands" : name) + "\n" + entries; };
  for (const char* name : kGroups) {
    if (const auto group = groups.extract(name)) print(name, group.mapped());
  }
  for (const auto& [name, entries] : groups) print(name, entries);
  return text;
}

const CLI::App* find_command(const CLI::App& app, const std::string& word) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == word) return command;
  }
  return nullptr;
}

const CLI::Option* find_flag(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent()) {
    if (const CLI::Option* flag = app->get_option_no_throw(name)) return flag;
  }
  return nullptr;
}

std::string unknown_flag(const CLI::App* app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* at = app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* flag : shown_flags(*at)) {
      for (const std::string& one : flag->get_lnames()) names.push_back("--" + one);
    }
  }
  const std::string near = nearest(name, names);
  return full_name(*app) + " has no flag " + name + "." + (near.empty() ? " See: " + full_name(*app) + " --help" : " Did you mean " + near + "?");
}

std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : shown_commands(app)) names.push_back(command->get_name());
  const std::string near = nearest(word, names);
  return full_name(app) + " has no command \"" + word + "\"." + (near.empty() ? "" : " Did you mean \"" + near + "\"?");
}

}  // namespace

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_name().starts_with("_"); });
}

std::vector<const CLI::Option*> shown_flags(const CLI::App& app) {
  return app.get_options([&](const CLI::Option* option) { return !option->get_lnames().empty() && option != app.get_help_ptr(); });
}

std::vector<const CLI::Option*> shown_words(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

std::string help_text(const CLI::App& app) {
  std::string text = wrapped(app.get_description(), kWidth, 0) + "\n\n" + usage(app);
  if (!app.get_footer().empty()) text += "\n" + app.get_footer() + "\n";
  std::string words;
  for (const CLI::Option* word : shown_words(app)) {
    if (word->get_lnames().empty()) words += entry(word->get_name(true), word->get_description());
  }
  if (!words.empty()) text += "\nWords\n" + words;
  text += commands_text(app);
  std::string flags;
  for (const CLI::Option* flag : shown_flags(app)) flags += flag_entry(*flag);
  if (!flags.empty()) text += "\nFlags\n" + flags;
  if (app.get_parent() != nullptr) text += "\nFlags of every command: evenhand --help\n";
  return text;
}

void use_own_help(CLI::App& root) {
  const auto formatter = std::make_shared<OwnHelp>();
  std::vector<CLI::App*> open = {&root};
  while (!open.empty()) {
    CLI::App* app = open.back();
    open.pop_back();
    app->formatter(formatter);
    for (CLI::App* command : app->get_subcommands([](CLI::App*) { return true; })) open.push_back(command);
  }
}

std::string explain_wrong_words(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") break;
    if (word.starts_with("--")) {
      const std::string name = word.substr(0, word.find('='));
      if (name == "--help") continue;
      const CLI::Option* flag = find_flag(app, name);
      if (flag == nullptr) return unknown_flag(app, name);
      if (word.find('=') == std::string::npos && flag->get_items_expected_max() > 0) ++i;
      continue;
    }
    if (word.starts_with("-") && word != "-" && word.find(' ') == std::string::npos) return unknown_flag(app, word);
    if (shown_commands(*app).empty()) continue;
    const CLI::App* next = find_command(*app, word);
    if (next == nullptr) return unknown_command(*app, word);
    app = next;
  }
  if (app->get_require_subcommand_min() == 0) return "";
  return full_name(*app) + " wants a command: see " + full_name(*app) + " --help";
}

}  // namespace evenhand::cli
