/// Randomness of the kernel, getrandom(2): fit for keys. Threads: any.
#pragma once

#include "core/base/random.h"

namespace evenhand {

class SystemRandom : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace evenhand
