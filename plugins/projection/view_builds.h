/// The folder of one plugin's views: which builds stand in it, and which one readers are served. Private to plugins/projection.
///
/// Format: docs/formats/projection.md.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

/// "<edition>.<number>"
struct ViewBuild {
  std::string edition;
  std::uint64_t number = 0;
  std::string name() const { return edition + "." + std::to_string(number); }
};

/// Whatever decides what the rows are, apart from the records. `program`: names the code of plugins that are linked in.
std::string edition_of(const Plugin& plugin, ByteView program);

/// The file that names the build that readers are served.
std::filesystem::path live_file(const std::filesystem::path& folder);
/// What it names; nothing when there is none, or nonsense.
std::optional<ViewBuild> live_build(const std::filesystem::path& folder);
/// All that stand there, in no order.
std::vector<ViewBuild> builds_in(const std::filesystem::path& folder);

/// Errors: refused (an id that would lead elsewhere).
Result<void> check_folder_name(const std::string& plugin);

}  // namespace evenhand::plugins
