/// What every fuzz target includes: the entry point that libFuzzer calls, and a way to cut its bytes into choices.
///
/// A target states a property with EVENHAND_ASSERT; whatever the bytes, it must hold. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace evenhand::fuzz {

/// Takes choices from the front of the bytes; when they are used up, every choice is 0 and every run empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  bool is_empty() const { return left_.empty(); }
  std::size_t number() {
    if (left_.empty()) return 0;
    const std::size_t value = left_.front();
    left_ = left_.subspan(1);
    return value;
  }
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : number() % bound; }
  /// A run whose length stands before it in two bytes.
  ByteView run() {
    const std::size_t low = number();
    const std::size_t wanted = low + 256 * number();
    const ByteView taken = left_.first(wanted < left_.size() ? wanted : left_.size());
    left_ = left_.subspan(taken.size());
    return taken;
  }
  ByteView rest() { return left_; }

 private:
  ByteView left_;
};

}  // namespace evenhand::fuzz
