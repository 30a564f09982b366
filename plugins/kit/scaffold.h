/// A working plugin to begin from, so that nobody starts from a blank page. Its texts are the files below data/scaffolds.
///
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/manifest/files.h"

namespace evenhand::plugins {

struct Scaffold {
  std::string folder;  ///< "actions-by-owner"
  std::string id;      ///< "org.example.actions-by-owner"
  PluginFiles files;   ///< names may be those that no plugin has, such as README.md
};

/// `kind`: "pack", "native" or "builtin"; `name`: as people will read it; `place`: "report", "page" or "card". Errors: refused (a name without letters).
Result<Scaffold> scaffold_report(std::string_view kind, std::string_view name, std::string_view place = "report");

}  // namespace evenhand::plugins
