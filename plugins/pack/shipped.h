/// The packs that are part of a program. Which ones is said in CMakeLists.txt (PACKS) and nowhere else.
#pragma once

#include <span>
#include <string_view>

#include "plugins/host/registry.h"

namespace evenhand::plugins {

/// One file of one pack. Lifetime: for ever.
struct PackFile {
  std::string_view pack;  ///< the name of its folder: "coverage"
  std::string_view name;  ///< within it: "plugin.json"
  std::string_view bytes;
};

/// Those of this program, pack by pack; cmake/folder.cmake writes the list.
std::span<const PackFile> shipped_pack_files();

/// Every plugin that is part of a program: those built in, then the packs. A pack that is not in order is set aside with the
/// reason. Reads manifests only: queries and templates are read when a report is first asked for.
///
///     const Registry registry = shipped_plugins(built_in_plugins(), shipped_pack_files());
Registry shipped_plugins(std::span<const BuiltIn> built_in, std::span<const PackFile> packs);

}  // namespace evenhand::plugins
