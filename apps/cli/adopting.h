/// Adopting the lead's grades of a shared service, and what became of those grades since.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

/// A grade with who adopted it, or an adopted grade with what the lead says now.
Result<void> show_grade(Workspace& workspace, Console& console, const Record& record);
/// How many adopted grades the lead regraded since. Errors: those of reading.
Result<std::size_t> count_regraded(const Workspace& workspace);
/// grade adopt.
void add_adopt(CLI::App& grade, Console& console);

}  // namespace evenhand::cli
