/// Views of plugins, brought up to date before somebody reads them.
#pragma once

#include <string>

#include "apps/cli/console.h"
#include "core/engine/workspace.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

struct ViewsBroughtUp {
  /// What to read them with; null where none can be kept (a workspace that may only be read, a full disk, a dry run), and then they are made on the spot.
  const plugins::ProjectionReader* reader = nullptr;
  std::string against;  ///< what stands against them, as the end of a sentence; empty: nothing
};

/// Those that the manifest declares to read; a plugin that was asked for rows is told of as a run. While another process makes them, they are read
/// as they stand. Errors: those of views_read_by(), and of Projections::catch_up() but for unavailable.
Result<ViewsBroughtUp> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, Workspace& workspace,
                                      Console& console);

/// Says that rows handed out may not be all that there are, and lets the command end with Exit::integrity. `against`: of ViewsBroughtUp; empty: nothing.
void tell_against_views(Console& console, const std::string& against);

/// "the view org.example.walks/rows is quarantined: evenhand plugin views org.example.walks"; empty: the view is current. `projection` empty: any of its
/// views. Errors: those of Projections::status().
Result<std::string> against_views(const plugins::Projections& views, const plugins::Plugin& owner, std::string_view projection = {});

/// Takes away the views of plugins that nobody agrees to any more, whoever withdrew it and on which laptop: nothing would ever bring
/// them in line with an erasure. Errors: those of the model; unavailable.
Result<void> forget_views_without_agreement(const Workspace& workspace);

}  // namespace evenhand::cli
