/// Randomness as an input. The real one lives in core/os; tests bring a seeded one.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/ids.h"

namespace evenhand {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills the whole span. Never fails: a system without randomness stops the program.
  virtual void fill(std::span<std::uint8_t> out) = 0;

  template <class AnyId>
  AnyId make_id() {
    AnyId id;
    fill(id.bytes);
    return id;
  }
};

}  // namespace evenhand
