/// Looks a store's file over before LMDB maps it (docs/decisions/0020-doubtful-stores.md).
///
/// Reads with plain reads, believes nothing, never aborts; a damaged file is told from a sound one before the
/// main program touches it. Cost: one pass over the pages in use (docs/decisions gives the measurement).
/// Threads: any. The caller is alone in the folder.
#pragma once

#include "core/store/log.h"

namespace evenhand {

struct CheckReport {
  std::uint64_t commits = 0;
  std::uint64_t events = 0;
  std::uint64_t parked = 0;
};

/// Everything about a log: pages, every commit's checksum and order of arrival, indexes, chains, counters.
/// Errors: not_found, corrupt (the first thing that is wrong), refused (newer format), unavailable.
Result<CheckReport> check_log(const std::filesystem::path& folder);

/// Pages and order of keys only: for stores whose content can be rebuilt. Errors: as above.
Result<void> check_pages(const std::filesystem::path& folder);

}  // namespace evenhand
