/// Of a device that is in a space no more: that it is so, and up to where the authority lane was known to whoever said so.
///
/// Threads: pure.
#pragma once

#include <map>

#include "core/access/access.h"

namespace evenhand {

enum class Departure : std::uint8_t {
  none,     ///< it is in the space, or never was
  left,     ///< its organisation left
  removed,
};

/// What became of a device, as far as this set of events says.
Departure departure_of(const Access& access, const PublicKey& device);

/// The past, for each chain the highest sequence number, of the removals and leavings that name the device and have effect, they themselves
/// included: what their authors knew, and nothing that was written after. `access` was built from `events`, or knows more.
std::map<ChainId, std::uint64_t> past_of_departure(std::span<const AuthorityEvent> events, const Access& access, const PublicKey& device);

}  // namespace evenhand
