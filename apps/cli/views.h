/// Views of plugins, brought up to date before somebody reads them.
#pragma once

#include "core/engine/workspace.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

/// Those that the manifest declares to read. While another process makes them, they are read as they stand.
/// Gives what to read them with; null where none can be kept (a workspace that may only be read, a full disk), and then they are made
/// on the spot. Errors: those of views_read_by(), and of Projections::catch_up() but for unavailable.
Result<const plugins::ProjectionReader*> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, const Workspace& workspace);

/// Takes away the views of plugins that nobody agrees to any more, whoever withdrew it and on which laptop: nothing would ever bring
/// them in line with an erasure. Errors: those of the model; unavailable.
Result<void> forget_views_without_agreement(const Workspace& workspace);

}  // namespace evenhand::cli
