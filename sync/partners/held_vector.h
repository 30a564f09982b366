/// What a device is known to hold, when it says so again.
///
/// Threads: pure.
#pragma once

#include "core/event/version_vector.h"

namespace evenhand {

/// What a device said of one space before, and what it says now, in the order in which it is heard: files overtake each other. What a device once held it holds,
/// so the one that goes further stands, whichever came first. Two of which neither includes the other are of a device that was restored from a backup and wrote
/// since, under a new incarnation: then what both say, because nobody can tell which is the later one. One that was restored and has written nothing yet looks
/// like an older file, and is believed to hold what it held: it gets that back from whoever it exchanges with next.
VersionVector held_by_both_accounts(const VersionVector& before, const VersionVector& now);

}  // namespace evenhand
