#include "plugins/host/registry.h"

#include <algorithm>
#include <exception>

namespace evenhand::plugins {

namespace {

bool is_report_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

Registry::Registry(std::span<const evenhand_plugin* const> plugins) {
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    std::string name = "plugin " + std::to_string(i + 1);
    Result<void> added;
    // A plugin is somebody else's code: whatever comes out of it stays here.
    try {
      added = add(plugins[i], name);
    } catch (const std::exception& error) {
      added = refused(std::string("the plugin threw while it was loaded: ") + error.what());
    } catch (...) {
      added = refused("the plugin threw while it was loaded");
    }
    if (!added) set_aside_.push_back({name, added.error()});
  }
  std::sort(reports_.begin(), reports_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

Result<void> Registry::add(const evenhand_plugin* plugin, std::string& name) {
  if (!plugin || plugin->size < sizeof(evenhand_plugin) || plugin->abi != EVENHAND_PLUGIN_ABI) {
    return refused("the plugin was built for another border than version 1");
  }
  const char* text = plugin->manifest ? plugin->manifest() : nullptr;
  if (!text) return refused("the plugin has no manifest");
  EVENHAND_TRY(const Manifest manifest, read_manifest(text));
  name = manifest.id;
  EVENHAND_TRY(const std::vector<ReportInfo> found, reports_of(*plugin, manifest));
  reports_.insert(reports_.end(), found.begin(), found.end());
  return {};
}

Result<std::vector<ReportInfo>> Registry::reports_of(const evenhand_plugin& plugin, const Manifest& manifest) const {
  const void* found = plugin.find_ability ? plugin.find_ability(EVENHAND_REPORT_ABILITY) : nullptr;
  std::vector<ReportInfo> reports;
  if (!found) return reports;
  const auto* ability = static_cast<const evenhand_report_ability*>(found);
  if (ability->size < sizeof(evenhand_report_ability)) return refused("the plugin's report table is too short");
  const auto shared = std::make_shared<const Manifest>(manifest);
  for (std::uint32_t i = 0; i < ability->count; ++i) {
    const evenhand_report* report = ability->get(i);
    if (!report || report->size < sizeof(evenhand_report)) return refused("the plugin's report is missing", std::to_string(i));
    if (!is_report_id(report->id)) return refused("a report's id is lower-case words joined by hyphens", report->id);
    const auto is_same = [&](const ReportInfo& other) { return other.id == report->id; };
    if (std::any_of(reports_.begin(), reports_.end(), is_same) || std::any_of(reports.begin(), reports.end(), is_same)) {
      return refused("another report has this id already", report->id);
    }
    reports.push_back({report->id, report->title, report->summary, report->scope == EVENHAND_REPORT_ONE_ORGANISATION, shared, ability});
  }
  return reports;
}

Result<ReportInfo> Registry::find_report(std::string_view id) const {
  std::string known;
  for (const ReportInfo& report : reports_) {
    if (report.id == id) return report;
    known += (known.empty() ? "" : ", ") + report.id;
  }
  return not_found("there is no report called \"" + std::string(id) + "\"", "", "Choose one of: " + known);
}

}  // namespace evenhand::plugins
