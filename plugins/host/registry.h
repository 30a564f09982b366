/// The plugins of this program and the reports that they offer. One that breaks the rules is set aside with the
/// reason; the others go on.
///
/// Threads: const use from several threads. Lifetime: plugins live as long as the program.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "plugins/abi/plugin.h"
#include "plugins/abi/report.h"
#include "plugins/host/manifest.h"

namespace evenhand::plugins {

/// One report on offer.
struct ReportInfo {
  std::string id;       ///< "eds-report"
  std::string title;
  std::string summary;
  bool is_of_one_organisation = true;
  std::shared_ptr<const Manifest> plugin;
  const evenhand_report_ability* ability = nullptr;
};

struct SetAside {
  std::string plugin;  ///< its id, or its place when it has none: "plugin 3"
  Error why;
};

class Registry {
 public:
  /// Takes each plugin that is in order; the rest are set_aside(). A report id already taken sets its plugin aside.
  explicit Registry(std::span<const evenhand_plugin* const> plugins);

  /// Ascending by id.
  const std::vector<ReportInfo>& reports() const { return reports_; }
  const std::vector<SetAside>& set_aside() const { return set_aside_; }
  /// Errors: not_found, naming those that there are.
  Result<ReportInfo> find_report(std::string_view id) const;

 private:
  Result<void> add(const evenhand_plugin* plugin, std::string& name);
  Result<std::vector<ReportInfo>> reports_of(const evenhand_plugin& plugin, const Manifest& manifest) const;

  std::vector<ReportInfo> reports_;
  std::vector<SetAside> set_aside_;
};

}  // namespace evenhand::plugins
