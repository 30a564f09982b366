/// A file that a command writes for somebody to take away: never over another one.
///
/// Threads: one.
#pragma once

#include <filesystem>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand::cli {

/// Errors: refused (no name, something under this name already), not_found (its folder).
Result<void> check_new_file(const std::filesystem::path& file);
/// The same, then writes it whole. Errors: as above, unavailable.
Result<void> write_new_file(const std::filesystem::path& file, ByteView bytes);

}  // namespace evenhand::cli
