/// The desk as a folder of pages: "evenhand dashboard --to desk".
///
/// Threads: one.
#pragma once

#include <filesystem>

#include "apps/cli/card_maker.h"
#include "plugins/host/desk.h"

namespace evenhand::cli {

/// Writes them all. What an earlier call wrote there is replaced, and pages that are no more are removed; until all are made the earlier ones stay.
/// A page that has to be on record is before anybody has it. One command at a time writes to a folder. Errors: refused (the folder holds something else),
/// unavailable (another command writes there and does not end), those of make_desk().
Result<void> write_desk(const std::filesystem::path& folder, const plugins::Registry& registry, Workspace& workspace, Console& console, const plugins::ReportOptions& options);

}  // namespace evenhand::cli
