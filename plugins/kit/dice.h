/// Chance that is the same on every machine: SplitMix64 (Steele, Lea, Flood 2014). A seed is all that is needed to play a try again.
///
/// Threads: values.
#pragma once

#include <cstdint>

namespace evenhand::plugins {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  /// 0 .. bound - 1; `bound` is not 0.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % bound;
  }
  bool one_in(std::uint64_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace evenhand::plugins
