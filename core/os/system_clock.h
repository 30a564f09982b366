/// The wall clock of this machine. Threads: any.
#pragma once

#include "core/base/clock.h"

namespace evenhand {

class SystemClock : public Clock {
 public:
  ClaimedTime now() override;
};

}  // namespace evenhand
