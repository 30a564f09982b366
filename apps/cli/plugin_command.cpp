// plugin run: a plugin's own command. It proposes records; the engine decides about each, and undo takes them back.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "apps/cli/plugin.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/text.h"
#include "apps/cli/views.h"
#include "plugins/host/propose.h"

namespace evenhand::cli {

namespace {

struct Words {
  std::string plugin;
  std::string command;
  std::vector<std::string> settings;  ///< "month=2026-03"
};

Result<plugins::CommandOptions> options_of(const Words& words) {
  plugins::CommandOptions options;
  for (const std::string& setting : words.settings) {
    const std::size_t at = setting.find('=');
    if (at == 0 || at == std::string::npos) return refused("an option is written as NAME=VALUE", setting);
    if (!options.emplace(setting.substr(0, at), setting.substr(at + 1)).second) return refused("this option is given twice", setting.substr(0, at));
  }
  return options;
}

void tell_proposed(Console& console, const Command& command) {
  std::map<std::string, std::size_t> counts;
  for (const RecordChange& change : command.changes) ++counts[change.type];
  const char* verb = console.dry_run ? "Would write " : "Wrote ";
  if (console.json) {
    Json types = Json::object();
    for (const auto& [type, count] : counts) types.set(type, count);
    console.out << write_json(Json::object().set("written", !console.dry_run).set("records", types), JsonStyle::pretty);
    return;
  }
  if (command.changes.empty()) return console.print("It had nothing to propose.");
  for (const auto& [type, count] : counts) {
    const RecordSpec* spec = find_record_type(type);
    console.print(verb + with_commas(count) + " " + std::string(spec == nullptr ? type : count == 1 ? hyphened(spec->name) : std::string(spec->plural)));
  }
  if (!console.dry_run) console.say("Take it back with: evenhand undo");
}

Result<void> run(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const plugins::CommandOptions options, options_of(words));
  const plugins::Registry registry = registry_of(workspace, console);
  EVENHAND_CHECK(plugins::check_command(registry, words.plugin, words.command, options));  // what was typed wrong is no run
  const auto plugin = registry.find_plugin(words.plugin);
  plugins::Projections views(workspace.folder());
  EVENHAND_TRY(const ViewsBroughtUp brought, bring_up_views(views, registry, plugin->manifest, workspace, console));
  const RunWatch watch(*plugin);
  const auto command = plugins::propose(registry, workspace, words.plugin, words.command, options, brought.reader);
  Result<void> ended = command ? Result<void>() : command.error();
  watch.tell(workspace, console, "command " + words.command, ended, brought.against);
  if (command && !command->changes.empty()) {
    if (const auto receipt = submit(workspace, console, *command); !receipt) ended = receipt.error();
  }
  if (command) record_runs(workspace, console, *plugin);  // it ran, were what it proposed refused
  if (ended) tell_proposed(console, *command);
  return ended;
}

}  // namespace

void add_plugin_command(CLI::App& family, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* command = add_command(family, "run", "A plugin's own command: what it proposes is written, within your rights",
                                  "  evenhand plugin run org.evenhand.tracker note-gaps\n  evenhand plugin run org.evenhand.tracker note-gaps --dry-run",
                                  [words, &console] { with_workspace(console, mode_to_change(console), [&](Workspace& workspace) { return run(workspace, console, *words); }); });
  command->add_option("plugin", words->plugin, "Its id, as plugin list shows it")->required()->type_name("ID");
  command->add_option("command", words->command, "The command's id, as plugin info shows it")->required()->type_name("COMMAND");
  command->add_option("--set", words->settings, "An option of the command; may be given several times")->type_name("NAME=VALUE");
}

}  // namespace evenhand::cli
