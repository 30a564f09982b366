/// "Only on this laptop": what no partner is known to hold.
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

/// `partners`: what each partner is known to hold of this space. An event counts as held when one of them has its chain that
/// far and names an event of ours as its end; of a chain that forked here all counts as held when one
/// partner names every end, else nothing. No partners: everything is
/// only here. Errors: those of the log.
Result<Unsent> find_unsent(const Space& space, std::span<const VersionVector> partners);

}  // namespace evenhand
