/// One call of a projection, and what it answered, held against the manifest.
///
/// Threads: one.
#pragma once

#include <span>

#include "plugins/host/record_source.h"
#include "plugins/host/registry.h"
#include "plugins/host/view_row.h"

namespace evenhand::plugins {

struct ProjectionLimits {
  std::size_t batch_records_max = 256;        ///< of one call
  std::size_t batch_bytes_max = 1'048'576;    ///< of one call's input; one record may have more
  std::size_t record_rows_max = 1'000;        ///< rows made from one record
  std::size_t view_bytes_max = 268'435'456; ///< rows of one plugin's views
  int lock_wait_ms = 2'000;                   ///< for another process that makes the same views
};

/// The rows that a record has from now on. Without a print: nothing is known of it.
struct Replacement {
  EntityId record;
  std::optional<Hash> print;
  std::uint64_t losses = 0;
  std::vector<ViewRow> rows;
};

/// The rows of each of those records, in their order. Errors: whatever the plugin did wrong (refused, corrupt); unavailable (it could
/// not be asked).
Result<std::vector<Replacement>> ask_for_rows(Plugin& plugin, const ProjectionEntry& projection, std::span<const SourceRecord> records, const ProjectionLimits& limits);

}  // namespace evenhand::plugins
