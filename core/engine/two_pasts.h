/// The alarm over one laptop that wrote two pasts: a backup was put back after later work, or its folder was copied and both are used.
///
/// Its chain forked then; or, where the store noticed (core/store/incarnation.h), a new incarnation began that does not stand
/// on all that the older one wrote. The first event of an incarnation's data chain names the ends of the device's chains
/// that it found (common_field::kStandsOn); so everybody who holds the events can tell, the laptop itself among them.
///
/// Threads: pure. Decision: docs/decisions/0068-incarnations-name-what-they-stand-on.md.
#pragma once

#include <string>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand {

/// What the chain that begins names in its first event: the ends of the device's chains of that lane on which no other one
/// of them stands already, ascending, 16 at the most. Empty: there is none. Errors: those of the log.
Result<std::vector<Reference>> ends_to_stand_on(const LogReadView& view, const ChainDescriptor& beginning);

struct TwoPasts {
  PublicKey device;
  std::string organisation;  ///< as name_of(); empty: the space knows no such device
  std::string label;
  std::vector<ChainId> chains;  ///< data chains that no other one stands on, when there are several; ascending
  bool is_forked = false;       ///< one chain of it
};

/// Devices of the space that wrote two pasts, ascending by key; not those that were removed from it: that ends the alarm. An
/// incarnation that stands on everything of the older ones is none. Of what is not here whole yet nothing is said.
/// Errors: those of the log.
Result<std::vector<TwoPasts>> find_two_pasts(const Space& space);
/// The same of all spaces, each device once.
Result<std::vector<TwoPasts>> find_two_pasts(const Workspace& workspace);

}  // namespace evenhand
