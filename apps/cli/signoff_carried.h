/// What a cycle took over from reports that were signed before.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

/// Of the cycle in hand: what was carried over into it. Exit: a person is needed while some of it is open.
Result<void> list_carried(Workspace& workspace, Console& console);
/// How many changes that were carried to the cycle wait for somebody to say what was done about them.
Result<std::size_t> count_open_carried(const Workspace& workspace, const EntityId& cycle);
/// signoff late close.
void add_signoff_carried(CLI::App& parent, Console& console);

}  // namespace evenhand::cli
