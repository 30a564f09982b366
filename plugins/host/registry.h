/// The plugins at hand and what they contribute. One that breaks the rules is set aside with the reason; the others go on.
///
/// Nothing here runs a plugin's code: all of it comes from manifests. A plugin's runner is made when it is first asked.
/// Threads: one. Lifetime: plugins live as long as the registry.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "plugins/host/built_in.h"
#include "plugins/host/runner.h"
#include "plugins/manifest/manifest.h"
#include "plugins/manifest/words.h"

namespace evenhand::plugins {

/// One plugin that is in order.
struct Plugin {
  Manifest manifest;
  std::string digest;  ///< SHA-256 of its files, in hexadecimal; empty for a built-in one
  std::function<Result<std::shared_ptr<Runner>>()> make_runner;
  std::shared_ptr<Runner> runner = {};  ///< once made
  /// Its folder, for words and help; null: it brought none.
  std::function<Result<PluginFiles>()> read_files = {};

  /// One call through the border. Errors: those of Runner::run(), with the plugin's id and version as place.
  Result<std::string> run(std::string_view ability, std::string_view input);
};

/// One report on offer.
struct ReportInfo : ReportEntry {
  std::shared_ptr<Plugin> plugin;
};

struct SetAside {
  std::string plugin;  ///< its id, or its place when it has none: "plugin 3"
  Error why;
};

class Registry {
 public:
  Registry() = default;
  explicit Registry(std::span<const BuiltIn> plugins);

  /// Takes a plugin that is in order. Errors: refused (its id, or a report's, is taken).
  Result<void> add(Plugin plugin);
  /// Titles and summaries in that language, of those plugins that have it; what cannot be read stays as it is.
  void put_into(std::string_view language);
  void set_aside(std::string plugin, Error why) { set_aside_.push_back({std::move(plugin), std::move(why)}); }

  /// In the order in which they were added.
  const std::vector<std::shared_ptr<Plugin>>& plugins() const { return plugins_; }
  /// Null pointer when there is none of that id.
  std::shared_ptr<Plugin> find_plugin(std::string_view id) const;
  /// Ascending by id.
  const std::vector<ReportInfo>& reports() const { return reports_; }
  const std::vector<SetAside>& set_aside() const { return set_aside_; }
  /// Errors: not_found, naming those that there are.
  Result<ReportInfo> find_report(std::string_view id) const;

 private:
  std::vector<std::shared_ptr<Plugin>> plugins_;
  std::vector<ReportInfo> reports_;
  std::vector<SetAside> set_aside_;
};

}  // namespace evenhand::plugins
