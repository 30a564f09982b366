/// What came after signing, and what the commands of sign-off share.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "core/engine/sign_off.h"

namespace evenhand::cli {

/// Late changes that nobody carried over or dismissed, and those of which people said different things; none when the cut cannot be read, which whoever shows it says beside it.
Result<std::size_t> open_late_events(const Workspace& workspace, const SignOff& sign_off);
/// Chains of the cut whose signed ends are not in the log here. Errors: corrupt (the cut cannot be read).
Result<std::size_t> missing_of_cut(const Workspace& workspace, const SignOff& sign_off);
/// Errors: unavailable (the file exists, or cannot be written).
Result<void> write_snapshot(const std::filesystem::path& file, const std::string& bytes);
/// signoff late list, carry, amend, dismiss, close.
void add_signoff_late(CLI::App& parent, Console& console);

}  // namespace evenhand::cli
