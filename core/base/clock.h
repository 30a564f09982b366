/// Time as an input. Nothing below core/os asks the system for it.
#pragma once

#include <compare>
#include <cstdint>

namespace evenhand {

/// Milliseconds since 1970-01-01T00:00Z as *claimed* by a device. Shown to people; never orders,
/// accepts, refuses or ranks anything.
struct ClaimedTime {
  std::int64_t ms = 0;
  auto operator<=>(const ClaimedTime&) const = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual ClaimedTime now() = 0;
};

}  // namespace evenhand
