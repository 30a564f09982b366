/// A plugin's manifest: who it is and what it may see. Format: docs/formats/plugin-manifest.md.
///
/// Threads: values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/record/vocabulary.h"

namespace evenhand::plugins {

struct Manifest {
  std::string id;       ///< reverse DNS: "org.evenhand.report"
  std::string version;
  std::string title;
  DataClass data_class = DataClass::none;  ///< the highest that it declared; no field that it reads is above
  /// Record types and computed rows, each with the fields declared.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> reads;

  bool may_read(std::string_view type) const { return reads.contains(type); }
  bool may_read(std::string_view type, std::string_view field) const;
};

/// Errors: corrupt (no JSON), refused (names the key: unknown record type or field, a field above the declared data
/// class, an SDK that this host does not have).
Result<Manifest> read_manifest(std::string_view json_text);

}  // namespace evenhand::plugins
