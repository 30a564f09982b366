/// Little-endian numbers at fixed places. Private to core/event and its tests.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace evenhand::layout {

static_assert(std::endian::native == std::endian::little, "a big-endian machine needs byte swaps here");

template <class T>
T get(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void put(std::uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace evenhand::layout
