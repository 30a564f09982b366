/// The part of the demo in which three made-up trusts and their ICS work apart and come together again: five laptops, each a
/// workspace of its own below `folder`, which afterwards can be used like any other. Prints at most fourteen lines.
///
/// Threads: the exchanges over TLS take one more thread, which ends before this returns.
#pragma once

#include <filesystem>

#include "apps/cli/console.h"
#include "plugins/host/registry.h"

namespace evenhand::cli {

/// `folder` is absent. Errors: those of the engine; unavailable. A computer without a loopback network is none: files then
/// carry everything, and a line says so.
Result<void> show_partners(Console& console, const std::filesystem::path& folder, const plugins::Registry& registry);

}  // namespace evenhand::cli
