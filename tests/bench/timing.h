/// What the benchmarks share: how often, how long, and the middle of it. Threads: pure, but for the clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "core/base/result.h"

namespace evenhand::bench {

inline constexpr int kRepetitions = 5;

/// Seconds that the work took, by the steady clock.
inline double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The upper one of two middle values.
inline double median(std::vector<double> values) {
  EVENHAND_ASSERT(!values.empty(), "a median of nothing was asked for");
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace evenhand::bench
