/// The events of the authority lane as Access::build() takes them, read from a log.
///
/// Threads: those of the view. Lifetime: what is given back stands by itself.
#pragma once

#include <vector>

#include "core/access/access.h"
#include "core/store/log.h"

namespace evenhand {

/// Chain by chain. Errors: corrupt (a damaged commit), unavailable.
Result<std::vector<AuthorityEvent>> authority_events(const LogReadView& view);

/// True when it brings the charter whose hash is the space's id: nobody can make another.
bool holds_charter(const CommitView& commit, const SpaceId& space);

}  // namespace evenhand
