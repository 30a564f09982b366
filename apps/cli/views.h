/// Views of plugins, brought up to date before somebody reads them.
#pragma once

#include "core/engine/workspace.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

/// Those that the manifest declares to read. While another process makes them, they are read as they stand.
/// Errors: those of views_read_by() and Projections::catch_up().
Result<void> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, const Workspace& workspace);

}  // namespace evenhand::cli
