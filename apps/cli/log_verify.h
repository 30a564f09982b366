/// Checks a workspace's logs from the outside in: hashes, bodies, seals, what they stand on, what is missing.
#pragma once

#include "apps/cli/session.h"

namespace evenhand::cli {

/// Prints digests and counts. A log that does not hold ends the command with exit code 9.
Result<void> verify_workspace(Workspace& workspace, Console& console);

}  // namespace evenhand::cli
