#include "core/os/system_clock.h"

#include <chrono>

namespace evenhand {

ClaimedTime SystemClock::now() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace evenhand
