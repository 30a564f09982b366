/// Randomness that a seed fixes: the same seed, the same bytes, on every machine. For tests only.
///
/// Source: SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include "core/base/random.h"

namespace evenhand {

class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<std::uint8_t> out) override {
    for (std::size_t i = 0; i < out.size();) {
      std::uint64_t word = next();
      for (int k = 0; k < 8 && i < out.size(); ++k, ++i, word >>= 8) out[i] = static_cast<std::uint8_t>(word);
    }
  }
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// Even enough for tests: 0 .. bound - 1.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace evenhand
