/// Values of a hub's tables under a checksum over key and value, so that one that moved is found too.
/// Private to sync/relay. Threads: pure functions.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/crypto/hash.h"

namespace evenhand::relay {

inline constexpr const char* kWipe = "Run evenhand hub wipe; the partners fill it again.";

inline Error damaged(std::string_view table) { return corrupt("the hub's store is damaged in its table of " + std::string(table), {}, kWipe); }

inline Checksum checksum(ByteView key, ByteView value) {
  Bytes both(key.begin(), key.end());
  both.insert(both.end(), value.begin(), value.end());
  return checksum_of(both);
}

inline Bytes guarded(ByteView key, Bytes value) {
  const Checksum sum = checksum(key, value);
  value.insert(value.end(), sum.bytes.begin(), sum.bytes.end());
  return value;
}

inline std::optional<ByteView> unguarded(ByteView key, ByteView value) {
  if (value.size() < Checksum::kSize) return std::nullopt;
  const ByteView body = value.first(value.size() - Checksum::kSize);
  if (checksum(key, body) != *Checksum::from(value.last(Checksum::kSize))) return std::nullopt;
  return body;
}

}  // namespace evenhand::relay
