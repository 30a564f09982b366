/// What a device is still told of a space that it is in no more: by whom and when it was taken out, and nothing after.
///
/// Threads: pure. Format: docs/formats/session.md, message 129.
#pragma once

#include <vector>

#include "core/access/access.h"
#include "core/store/log.h"

namespace evenhand {

/// The authority lane of a log, chain by chain. Errors: corrupt (a damaged commit), unavailable.
Result<std::vector<AuthorityEvent>> authority_events(const LogReadView& view);

/// The commits of the authority lane up to the device's removals and leavings, end to end, each chain from its beginning. A commit
/// is never cut: what was decided in one stroke with a removal comes with it. Empty when nothing took the device out.
/// Errors: corrupt (a damaged commit), unavailable.
Result<Bytes> farewell_of(const Log& log, const PublicKey& device);

}  // namespace evenhand
