/// Says what is wrong with a log, and saves what can be saved into a new one.
///
/// The damaged folder is only read, never changed. Threads: any. The log must not be open in this process.
#pragma once

#include "core/store/check.h"

namespace evenhand {

struct Diagnosis {
  bool is_sound = false;
  std::vector<std::string> findings;  ///< sentences for people, the gravest first
  CheckReport report;                 ///< of a sound log
};

/// Errors: not_found (no log there), unavailable (in use by another program, permission).
Result<Diagnosis> diagnose(const std::filesystem::path& folder);

/// Events of one chain that no undamaged commit holds.
struct MissingRange {
  ChainId chain;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  bool operator==(const MissingRange&) const = default;
};

struct Salvage {
  std::uint64_t commits = 0;  ///< undamaged, now in the new log
  std::uint64_t events = 0;
  std::uint64_t commits_parked = 0;       ///< of these, beyond a gap: they join when a partner sends what is missing
  std::uint64_t commits_refused = 0;      ///< whole by checksum but not by hash or seal
  std::vector<MissingRange> missing;      ///< as far as anything left tells
};

/// Copies every undamaged commit of `folder` into a new log at `new_folder`, in the old order of arrival, whatever
/// LMDB's own structure has suffered: commits are looked for page by page, then byte by byte, and believed by
/// checksum, hashes and seal. Errors: not_found, corrupt (nothing that tells which space it was), unavailable.
Result<Salvage> salvage(const std::filesystem::path& folder, const std::filesystem::path& new_folder);

}  // namespace evenhand
