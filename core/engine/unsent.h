/// "Only on this laptop": what this device wrote and no other is known to hold; and what waits for one partner.
///
/// Threads: pure.
#pragma once

#include <span>

#include "core/engine/workspace.h"
#include "core/event/version_vector.h"

namespace evenhand {

struct Unsent {
  std::uint64_t events = 0;              ///< of the data lane
  std::optional<ClaimedTime> oldest;     ///< as claimed; for display only
};

/// Of the events that `own` wrote, in all its incarnations: what another device wrote exists there. `partners`: what each
/// partner, hubs among them, is known to hold of this space. An event counts as held when one of them has its chain that
/// far and names an event of ours as its end; of a chain that forked here all counts as held when one
/// partner names every end, else nothing. No partners: everything of its own is only here. Errors: those of the log.
Result<Unsent> find_unsent(const Space& space, const PublicKey& own, std::span<const VersionVector> partners);

/// How far a partner and this log stand apart in one space, in events of both lanes.
struct Apart {
  std::uint64_t not_there = 0;  ///< here, and none of its devices is known to hold them
  std::uint64_t not_here = 0;   ///< there, as one of its devices said
};

/// `held`: what each of the partner's devices is known to hold; none: nothing. Counts as find_unsent() does. Errors: those of the log.
Result<Apart> find_apart(const Space& space, std::span<const VersionVector> held);

}  // namespace evenhand
