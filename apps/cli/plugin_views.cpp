// plugin views, plugin rebuild: what the views of plugins hold, how they stand, and making them anew.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

namespace {

using plugins::ViewCondition;
using plugins::ViewStatus;

// One view as people are told of it.
struct Told {
  std::string plugin;
  std::string version;
  ViewStatus status;
  std::string state;
  std::string next;
  std::string name() const { return plugin + "/" + status.projection; }
};

std::string state_of(const ViewStatus& view) {
  if (view.is_lost) return "lost";
  if (view.condition == ViewCondition::quarantined) return "quarantined";
  if (view.condition == ViewCondition::paused) return "paused";
  if (!view.is_live) return "being made";
  if (view.is_outdated) return "of before";
  return view.behind.value_or(0) == 0 ? "current" : "behind";
}

std::string next_step(const std::string& plugin, const ViewStatus& view) {
  const std::string rebuild = "evenhand plugin rebuild " + plugin;
  if (view.is_lost) return "It is made anew when something reads it, or with: " + rebuild;
  switch (view.condition) {
    case ViewCondition::quarantined:
      return (view.slice.empty() ? std::string() : "What it failed at is for the plugin's author: " + view.slice.string() + ". ") +
             "It is tried again when that record or the plugin changes, or with: " + rebuild;
    case ViewCondition::paused: return "Its plugin makes too many rows. It is tried again when the plugin changes, or with: " + rebuild;
    case ViewCondition::current: break;
  }
  if (!view.is_live || view.is_outdated) return "It is finished when something reads it, or with: " + rebuild;
  return view.behind.value_or(0) == 0 ? "" : "It is brought up to date when something reads it, or with: " + rebuild;
}

Told told_of(const plugins::Plugin& plugin, ViewStatus view) {
  return {plugin.manifest.id, plugin.manifest.version, view, state_of(view), next_step(plugin.manifest.id, view)};
}

// Those that stand, and those that the plugin declares and nobody needed yet.
Result<void> add_views_of(const plugins::Plugin& plugin, const plugins::Projections& views, const Workspace& workspace, std::vector<Told>& all) {
  EVENHAND_TRY(const std::vector<ViewStatus> stand, views.status(plugin, &workspace));
  for (const ViewStatus& one : stand) all.push_back(told_of(plugin, one));
  for (const plugins::ProjectionEntry& entry : plugin.manifest.projections) {
    if (std::any_of(stand.begin(), stand.end(), [&](const ViewStatus& one) { return one.projection == entry.id; })) continue;
    all.push_back({plugin.manifest.id, plugin.manifest.version, ViewStatus{entry.id}, "not made yet", "It is made when something reads it, or with: evenhand plugin rebuild " + plugin.manifest.id});
  }
  return {};
}

Json json_of(const Told& one) {
  const ViewStatus& view = one.status;
  return Json::object().set("view", one.name()).set("plugin", one.plugin).set("version", one.version).set("state", one.state).set("live", view.is_live)
      .set("records", view.records).set("behind", view.behind.value_or(0)).set("rows", view.rows).set("bytes", view.bytes)
      .set("made", view.made ? clock_text(*view.made) : "").set("why", view.sentence).set("slice", view.slice.string()).set("next", one.next);
}

void print_views(Console& console, const std::vector<Told>& all) {
  TextTable table({"View", "State", "Records", "Behind", "Rows", "Bytes", "Made"});
  for (const Told& one : all) {
    table.add({one.name(), one.state, with_commas(one.status.records), with_commas(one.status.behind.value_or(0)), with_commas(one.status.rows), with_commas(one.status.bytes),
               one.status.made ? clock_text(*one.status.made) : ""});
  }
  if (console.plain) return table.print_plain(console.out);
  table.print(console.out, terminal_columns());
  for (const Told& one : all) {
    if (one.next.empty()) continue;
    console.print(one.name() + (one.status.sentence.empty() ? "" : ": " + one.status.sentence) + "\n  " + one.next);
  }
}

Result<std::shared_ptr<plugins::Plugin>> plugin_with_views(const plugins::Registry& registry, const std::string& id) {
  const auto plugin = registry.find_plugin(id);
  if (!plugin) return not_found("there is no plugin \"" + id + "\"", "", "See: evenhand plugin list");
  if (plugin->manifest.projections.empty()) return not_found("this plugin keeps no views", id, "Those that do: evenhand plugin views");
  return plugin;
}

Result<void> list_views(Workspace& workspace, Console& console, const std::string& id) {
  const plugins::Registry registry = registry_of(workspace, console);
  const plugins::Projections views(workspace.folder());
  std::vector<Told> all;
  if (!id.empty()) {
    EVENHAND_TRY(const auto plugin, plugin_with_views(registry, id));
    EVENHAND_CHECK(add_views_of(*plugin, views, workspace, all));
  } else {
    for (const auto& plugin : registry.plugins()) EVENHAND_CHECK(add_views_of(*plugin, views, workspace, all));
  }
  if (!console.json) {
    all.empty() ? console.say("No plugin keeps views.") : print_views(console, all);
    return {};
  }
  Json list = Json::array();
  for (const Told& one : all) list.push(json_of(one));
  console.out << write_json(list, JsonStyle::pretty);
  return {};
}

// The plugin did something wrong again: what stood before stays.
Result<void> held_to_be_well(const std::vector<Told>& all) {
  for (const Told& one : all) {
    if (one.status.condition == ViewCondition::current) continue;
    return unavailable("the view " + one.name() + " could not be made anew" + (one.status.is_live ? "" : "; what stood before stays") + ": " + one.status.sentence,
                       one.plugin + " " + one.version, one.next);
  }
  return {};
}

Result<void> make_anew(plugins::Plugin& plugin, Workspace& workspace, Console& console) {
  plugins::Projections views(workspace.folder());
  EVENHAND_TRY(const plugins::CaughtUp done, views.rebuild(plugin, workspace, {0, progress_for(console)}));
  (void)done;
  std::vector<Told> all;
  EVENHAND_CHECK(add_views_of(plugin, views, workspace, all));
  EVENHAND_CHECK(held_to_be_well(all));
  Json list = Json::array();
  for (const Told& one : all) {
    if (console.json) list.push(json_of(one));
    else console.print("Made anew: " + one.name() + ", " + counted(one.status.rows, "row") + " of " + counted(one.status.records, "record"));
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  return {};
}

Result<void> rebuild_views(Workspace& workspace, Console& console, const std::string& id) {
  const plugins::Registry registry = registry_of(workspace, console);
  EVENHAND_TRY(const auto plugin, plugin_with_views(registry, id));
  if (console.dry_run) return console.say("Would make anew " + counted(plugin->manifest.projections.size(), "view") + " of " + id + ". Nothing was changed (--dry-run)."), Result<void>();
  const RunWatch watch(*plugin);
  const Result<void> done = make_anew(*plugin, workspace, console);
  watch.tell(workspace, console, "views", done);
  if (done) record_runs(workspace, console, *plugin);
  return done;
}

}  // namespace

void add_plugin_views(CLI::App& family, Console& console) {
  const auto id = std::make_shared<std::string>();
  CLI::App* list = add_command(family, "views", "The rows that plugins keep: how many, how far they have read, what stands against them",
                               "  evenhand plugin views\n  evenhand plugin views org.evenhand.tracker --json",
                               [&console, id] { with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_views(workspace, console, *id); }); });
  list->add_option("plugin", *id, "Of this one only: its id, as plugin list shows it")->type_name("ID");
  CLI::App* anew = add_command(family, "rebuild", "Make a plugin's views anew beside those that are read, then swap; tries a stopped one again",
                               "  evenhand plugin rebuild org.evenhand.tracker\n  evenhand plugin rebuild org.evenhand.tracker --dry-run",
                               [&console, id] { with_workspace(console, mode_to_record(console, registry_anywhere(console).find_plugin(*id).get()), [&](Workspace& workspace) { return rebuild_views(workspace, console, *id); }); });
  anew->add_option("plugin", *id, "Its id, as plugin views shows it")->required()->type_name("ID");
}

}  // namespace evenhand::cli
