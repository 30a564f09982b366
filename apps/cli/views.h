/// Views of plugins, brought up to date before somebody reads them.
#pragma once

#include <string>

#include "apps/cli/console.h"
#include "core/engine/workspace.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

/// Those that the manifest declares to read; a plugin that was asked for rows is told of as a run. While another process makes them, they are read
/// as they stand. Gives what stands against the views, as the end of a sentence; empty: nothing.
/// Errors: those of views_read_by() and Projections::catch_up().
Result<std::string> bring_up_views(plugins::Projections& views, const plugins::Registry& registry, const plugins::Manifest& manifest, Workspace& workspace,
                                   Console& console);

/// "the view org.example.walks/rows is quarantined: evenhand plugin views org.example.walks"; empty: the view is current. `projection` empty: any of its
/// views. Errors: those of Projections::status().
Result<std::string> against_views(const plugins::Projections& views, const plugins::Plugin& owner, std::string_view projection = {});

}  // namespace evenhand::cli
