/// What the commands about partners and spaces share.
///
/// Threads: one.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/session.h"

namespace evenhand::cli {

std::string space_title(const Space& space);
/// Eight letters that name a space.
std::string space_code(const Space& space);
/// By name or eight letters; empty: the one in use. Errors: not_found, refused (several).
Result<SpaceId> find_cycle_space(const Workspace& workspace, const std::string& words);

/// How many organisations have a device that may read the space; 0: nothing of it has come yet.
std::size_t organisations_in(const Space& space);
/// "" or a sentence: nobody else is a member of the space in use, though others share one with this laptop.
std::string advice_on_space_in_use(const Workspace& workspace);

/// "left" or "removed": what became of this laptop in the space; empty while it is in, or before anything came.
std::string departure_word(const Workspace& workspace, const Space& space);

/// "read", "contribute", "facilitate", "sign-off", "admin", "relay", "all"; other words count for nothing.
Capabilities capabilities_from(const std::vector<std::string>& words);

/// The devices of an organisation by its name, or one by its label or the start of its key (8 letters or more). A whole name goes before
/// a part of one. Errors: not_found, refused (several organisations: their keys are named; no words).
Result<std::vector<PublicKey>> devices_named(const Space& space, const std::string& words);

/// --yes, else asks on a terminal. Errors: refused, saying that --yes is needed.
Result<void> confirmed(Console& console, const std::string& question);

}  // namespace evenhand::cli
