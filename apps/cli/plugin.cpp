// plugin list, info, trace: which plugins there are, what each may see, and what it did.
#include "apps/cli/plugin.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kRunsShown = 20;

// One line of `plugin list`.
struct Listed {
  std::string id;
  std::string version;
  std::string title;
  std::string kind;
  std::string data;
  std::string state;
};

std::string state_of(const plugins::Registry& registry, const plugins::Agreement& agreed, bool is_safe) {
  if (!agreed.is_installed && !agreed.is_disputed) return "removed";
  for (const plugins::SetAside& aside : registry.set_aside()) {
    if (aside.plugin == agreed.plugin) return "set aside: " + aside.why.sentence();
  }
  return is_safe ? "installed, not started (--safe)" : agreed.signer.empty() ? "installed, unsigned" : "installed";
}

Result<std::vector<Listed>> listed(const Workspace& workspace, const Console& console) {
  const plugins::Registry registry = registry_of(workspace, console);
  EVENHAND_TRY(const std::vector<plugins::Agreement> agreed, plugins::agreements(workspace));
  std::vector<Listed> rows;
  for (const auto& plugin : registry.plugins()) {
    if (!plugin->digest.empty()) continue;
    const plugins::Manifest& m = plugin->manifest;
    rows.push_back({m.id, m.version, m.title, std::string(to_word(m.kind)), std::string(to_word(m.data_class)), "comes with the program"});
  }
  const bool is_safe = std::none_of(registry.plugins().begin(), registry.plugins().end(), [](const auto& one) { return !one->digest.empty(); }) && registry.set_aside().empty();
  for (const plugins::Agreement& one : agreed) {
    const auto here = registry.find_plugin(one.plugin);
    rows.push_back({one.plugin, one.version, here ? here->manifest.title : one.title, one.kind, std::string(to_word(one.demand.data_class)), state_of(registry, one, is_safe)});
  }
  for (const std::string& folder : plugins::found_but_not_installed(workspace.folder(), agreed)) {
    const std::size_t slash = std::min(folder.find('/'), folder.size());
    rows.push_back({folder.substr(0, slash), folder.substr(std::min(slash + 1, folder.size())), "", "", "", "not installed: files that nobody agreed to"});
  }
  return rows;
}

Result<void> list_plugins(Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<Listed> rows, listed(workspace, console));
  TextTable table({"Plugin", "Title", "Version", "Kind", "Reads", "State"});
  Json list = Json::array();
  for (const Listed& row : rows) {
    table.add({row.id, row.title, row.version, row.kind, row.data, row.state});
    list.push(Json::object().set("plugin", row.id).set("version", row.version).set("title", row.title).set("kind", row.kind).set("data_class", row.data).set("state", row.state));
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  else console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  return {};
}

Json reads_json(const std::vector<std::string>& lines) {
  Json reads = Json::array();
  for (const std::string& line : lines) reads.push(line);
  return reads;
}

std::string call_of(const std::string& plugin, const plugins::CommandEntry& command) {
  std::string call = "evenhand plugin run " + plugin + " " + command.id;
  for (const plugins::OptionEntry& option : command.options) {
    const std::string setting = "--set " + option.name + "=VALUE";
    call += option.is_required ? " " + setting : " [" + setting + "]";
  }
  return call;
}

std::string call_of(const std::string& plugin, const plugins::ExportEntry& one) { return "evenhand export " + plugin + "/" + one.id; }

// Where a report stands besides `report list`; empty: nowhere.
std::string place_of(const plugins::ReportEntry& report) {
  switch (report.place) {
    case plugins::ReportPlace::card: return " (a card of: evenhand dashboard)";
    case plugins::ReportPlace::page: return " (a page of the desk: evenhand dashboard " + report.id + ")";
    case plugins::ReportPlace::report: break;
  }
  return "";
}

// How its commands and exports are called.
void say_calls(Console& console, const plugins::Manifest& manifest) {
  for (const plugins::CommandEntry& command : manifest.commands) {
    console.print("Command  " + command.title + ": " + call_of(manifest.id, command));
    for (const plugins::OptionEntry& option : command.options) console.print("  " + option.name + ": " + option.meaning);
  }
  for (const plugins::ExportEntry& one : manifest.exports) console.print("Export   " + one.title + ": " + call_of(manifest.id, one));
}

Json calls_json(const plugins::Manifest& manifest) {
  Json calls = Json::array();
  for (const plugins::CommandEntry& command : manifest.commands) calls.push(call_of(manifest.id, command));
  for (const plugins::ExportEntry& one : manifest.exports) calls.push(call_of(manifest.id, one));
  return calls;
}

Json deprecated_json(const plugins::Manifest& manifest) {
  Json deprecated = Json::object();
  for (const auto& [type, fields] : manifest.given_up) {
    for (const auto& [field, words] : fields) deprecated.set(type + "." + field, words);
  }
  return deprecated;
}

// What its author wrote for people, as Markdown; nothing when there is none, or its files are not here.
std::string help_of(const plugins::Plugin& plugin) {
  if (plugin.manifest.help.empty() || !plugin.read_files) return "";
  const auto files = plugin.read_files();
  const auto help = files ? files->find(plugin.manifest.help) : plugins::PluginFiles::const_iterator();
  return files && help != files->end() ? help->second : "";
}

Result<void> info(Workspace& workspace, Console& console, const std::string& id) {
  const plugins::Registry registry = registry_of(workspace, console);
  EVENHAND_TRY(const std::optional<plugins::Agreement> agreed, plugins::find_agreement(workspace, id));
  const auto plugin = registry.find_plugin(id);
  if (!plugin && !agreed) return not_found("there is no plugin \"" + id + "\"", "", "See: evenhand plugin list");
  const std::string state = agreed ? state_of(registry, *agreed, !plugin && registry.set_aside().empty()) : "comes with the program";
  const std::string consent = agreed ? agreed->consent : plugins::consent_text(plugin->manifest);
  const std::vector<std::string> reads = agreed ? agreed->demand.reads : plugins::demand_of(plugin->manifest).reads;
  if (console.json) {
    Json reports = Json::array();
    Json places = Json::object();
    if (plugin) for (const auto& report : plugin->manifest.reports) reports.push(report.id), places.set(report.id, std::string(plugins::to_word(report.place)));
    console.out << write_json(Json::object().set("plugin", id).set("title", plugin ? plugin->manifest.title : agreed->title).set("version", agreed ? agreed->version : plugin->manifest.version).set("state", state).set("reads", reads_json(reads))
                                  .set("digest", agreed ? agreed->digest : "").set("signer", agreed ? agreed->signer : "").set("consent", consent).set("reports", reports).set("places", places).set("deprecated", plugin ? deprecated_json(plugin->manifest) : Json::object())
                                  .set("calls", plugin ? calls_json(plugin->manifest) : Json::array()).set("help", plugin ? help_of(*plugin) : ""), JsonStyle::pretty);
    return {};
  }
  console.print(consent);
  if (plugin) {
    console.print("Title    " + plugin->manifest.title);
    for (const auto& report : plugin->manifest.reports) console.print("Report   " + report.id + ": " + report.title + place_of(report));
  }
  console.print("State    " + state);
  if (agreed) console.print("Digest   " + agreed->digest + "\nSigned   " + (agreed->signer.empty() ? "by nobody" : "with " + agreed->signer));
  console.print("Reads");
  for (const std::string& line : reads) console.print("  " + line);
  if (plugin) say_calls(console, plugin->manifest);
  if (plugin) for (const auto& [type, fields] : plugin->manifest.given_up) for (const auto& [field, words] : fields) console.print("Deprecated  " + type + "." + field + ": " + words);
  const std::string help = plugin ? help_of(*plugin) : "";
  if (!help.empty()) console.print("Help\n" + help);
  return {};
}

Json on_record_json(const std::vector<plugins::RunsOnRecord>& recorded) {
  Json list = Json::array();
  for (const plugins::RunsOnRecord& one : recorded) {
    list.push(Json::object().set("day", one.day).set("device", one.device).set("runs", one.runs).set("failed", one.failed).set("killed", one.killed).set("outcome", one.outcome));
  }
  return list;
}

// What the organisation knows, from all its computers.
void print_on_record(const Workspace& workspace, Console& console, const std::vector<plugins::RunsOnRecord>& recorded) {
  std::map<std::string, std::string> labels;
  for (const Device& device : workspace.space_of(SpaceKind::organisation).fold.access().devices()) labels[device.key.hex()] = device.label;
  TextTable table({"Day", "Computer", "Runs", "Failed", "Killed", "How the last failure ended"});
  for (std::size_t i = 0; i < std::min(recorded.size(), kRunsShown); ++i) {
    const plugins::RunsOnRecord& one = recorded[i];
    const auto label = labels.find(one.device);
    table.add({one.day, label == labels.end() ? one.device.substr(0, 8) : label->second, std::to_string(one.runs), std::to_string(one.failed), std::to_string(one.killed), one.outcome});
  }
  console.print("\nOn record (at least; counts are told as they double)");
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
}

Result<void> trace(Workspace& workspace, Console& console, const std::string& id) {
  EVENHAND_TRY(const std::optional<plugins::Agreement> agreed, plugins::find_agreement(workspace, id));
  const plugins::Registry registry = registry_of(workspace, console);
  const auto plugin = registry.find_plugin(id);
  if (!plugin && !agreed) return not_found("there is no plugin \"" + id + "\"", "", "See: evenhand plugin list");
  const std::vector<std::string> reads = plugin ? plugins::demand_of(plugin->manifest).reads : agreed->demand.reads;
  const std::vector<RunTold> runs = runs_of(workspace.folder(), id, kRunsShown);
  EVENHAND_TRY(const std::vector<plugins::RunsOnRecord> recorded, plugins::runs_on_record(workspace, id));
  TextTable table({"When", "What", "ms", "Ended"});
  Json list = Json::array();
  for (const RunTold& run : runs) {
    table.add({run.when, run.what, std::to_string(run.ms), run.outcome});
    list.push(Json::object().set("when", run.when).set("what", run.what).set("ms", run.ms).set("ended", run.outcome));
  }
  if (console.json) {
    console.out << write_json(Json::object().set("plugin", id).set("reads", reads_json(reads)).set("runs", list).set("on_record", on_record_json(recorded)), JsonStyle::pretty);
    return {};
  }
  console.print("Reads");
  for (const std::string& line : reads) console.print("  " + line);
  if (runs.empty()) console.print("It has not run on this computer.");
  else table.print(console.out, terminal_columns());
  if (!recorded.empty()) print_on_record(workspace, console, recorded);
  return {};
}

}  // namespace

void add_plugin(CLI::App& root, Console& console) {
  CLI::App* family = add_command(root, "plugin", "Reports and more that others wrote: make, try, install, trust", "  evenhand plugin list\n  evenhand plugin new report \"Actions by lead\"", {});
  family->group("Exchange")->require_subcommand(1);
  add_command(*family, "list", "Which plugins there are, and how each stands", "  evenhand plugin list\n  evenhand plugin list --json",
              [&console] { with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_plugins(workspace, console); }); });
  const auto id = std::make_shared<std::string>();
  const auto reading = [&console, id](Result<void> (*verb)(Workspace&, Console&, const std::string&)) {
    return [&console, id, verb] { with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return verb(workspace, console, *id); }); };
  };
  CLI::App* show = add_command(*family, "info", "What one may see, who signed it, what was agreed to", "  evenhand plugin info org.evenhand.report\n  evenhand plugin info org.evenhand.report --json", reading(info));
  CLI::App* traced = add_command(*family, "trace", "What one reads, when it ran here and how it ended, and what is on record of its runs", "  evenhand plugin trace org.evenhand.report\n  evenhand plugin trace org.evenhand.report --json", reading(trace));
  for (CLI::App* command : {show, traced}) command->add_option("plugin", *id, "Its id, as plugin list shows it")->required()->type_name("ID");
  add_plugin_command(*family, console);
  add_plugin_views(*family, console);
  add_plugin_install(*family, console);
  add_plugin_trust(*family, console);
  add_plugin_author(*family, console);
  add_plugin_dev(*family, console);
}

}  // namespace evenhand::cli
