#include "plugins/host/registry.h"

#include <algorithm>

namespace evenhand::plugins {

Result<std::string> Plugin::run(std::string_view ability, std::string_view input) {
  if (!runner) {
    EVENHAND_TRY(runner, make_runner());
  }
  auto answer = runner->run(ability, input);
  if (answer) return answer;
  Error error = answer.error();
  error.where = manifest.id + " " + manifest.version + (error.where.empty() ? "" : ", " + error.where);
  return error;
}

Registry::Registry(std::span<const BuiltIn> plugins) {
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    auto manifest = read_manifest(plugins[i].manifest);
    std::string name = manifest ? manifest->id : "plugin " + std::to_string(i + 1);
    if (!manifest) {
      set_aside(std::move(name), manifest.error());
      continue;
    }
    Plugin plugin{std::move(manifest).value(), "", {}};
    plugin.make_runner = [entry = plugins[i].entry, most = plugin.manifest.limits.output_mib] { return run_built_in(entry, most); };
    if (const Result<void> added = add(std::move(plugin)); !added) set_aside(std::move(name), added.error());
  }
}

Result<void> Registry::add(Plugin plugin) {
  if (find_plugin(plugin.manifest.id)) return refused("another plugin has this id already", plugin.manifest.id, "Remove one of the two.");
  for (const ReportEntry& report : plugin.manifest.reports) {
    const auto is_same = [&](const ReportInfo& other) { return other.id == report.id; };
    const auto taken = std::find_if(reports_.begin(), reports_.end(), is_same);
    if (taken != reports_.end()) return refused("another plugin's report has this id already", report.id + " of " + taken->plugin->manifest.id);
  }
  const auto shared = std::make_shared<Plugin>(std::move(plugin));
  for (const ReportEntry& report : shared->manifest.reports) reports_.push_back({report, shared});
  std::sort(reports_.begin(), reports_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  plugins_.push_back(shared);
  return {};
}

void Registry::put_into(std::string_view language) {
  for (const auto& plugin : plugins_) {
    const std::string tag = language_for(plugin->manifest, language);
    if (tag.empty() || !plugin->read_files) continue;
    const Result<PluginFiles> files = plugin->read_files();
    const Result<Words> words = files ? read_words(plugin->manifest, *files, tag) : files.error();
    if (words && !words->empty()) plugin->manifest = in_words(std::move(plugin->manifest), *words);
  }
  for (ReportInfo& report : reports_) {
    for (const ReportEntry& entry : report.plugin->manifest.reports) {
      if (entry.id == report.id) static_cast<ReportEntry&>(report) = entry;
    }
  }
}

std::shared_ptr<Plugin> Registry::find_plugin(std::string_view id) const {
  const auto at = std::find_if(plugins_.begin(), plugins_.end(), [&](const auto& plugin) { return plugin->manifest.id == id; });
  return at == plugins_.end() ? nullptr : *at;
}

Result<ReportInfo> Registry::find_report(std::string_view id) const {
  std::string known;
  for (const ReportInfo& report : reports_) {
    if (report.id == id) return report;
    known += (known.empty() ? "" : ", ") + report.id;
  }
  return not_found("there is no report called \"" + std::string(id) + "\"", "",
                   known.empty() ? "Install a plugin that has it: evenhand plugin install FILE" : "Choose one of: " + known);
}

}  // namespace evenhand::plugins
