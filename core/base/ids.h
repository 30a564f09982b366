/// Identifiers as strong types: two of them can never be mixed up by a compiler.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>
#include <string>

#include "core/base/bytes.h"

namespace evenhand {

/// A fixed run of bytes with a meaning. Ordered as bytes; the written form is hexadecimal.
template <class Tag, std::size_t Size>
struct Id {
  static constexpr std::size_t kSize = Size;
  std::array<std::uint8_t, Size> bytes{};

  auto operator<=>(const Id&) const = default;
  bool is_zero() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
  }
  ByteView view() const { return bytes; }
  std::string hex() const { return to_hex(bytes); }

  /// From exactly Size bytes; anything else is nothing.
  static std::optional<Id> from(ByteView view) {
    if (view.size() != Size) return std::nullopt;
    Id id;
    std::copy(view.begin(), view.end(), id.bytes.begin());
    return id;
  }
  static std::optional<Id> from_hex(std::string_view text) {
    const auto decoded = evenhand::from_hex(text);
    return decoded ? from(*decoded) : std::nullopt;
  }
};

using Hash = Id<struct HashTag, 32>;            ///< SHA-256
using SpaceId = Id<struct SpaceTag, 32>;        ///< hash of the space's charter
using EntityId = Id<struct EntityTag, 16>;      ///< one record: 128 random bits
using ChainId = Id<struct ChainTag, 16>;        ///< first half of the hash of a chain's descriptor
using KeyId = Id<struct KeyTag, 16>;            ///< names a sealing key; zero = not sealed
using PublicKey = Id<struct PublicKeyTag, 32>;  ///< Ed25519; also names the device that holds it
using Signature = Id<struct SignatureTag, 64>;  ///< Ed25519

/// Ids are uniformly random already, so their first bytes serve as the hash.
struct IdHash {
  template <class Tag, std::size_t Size>
  std::size_t operator()(const Id<Tag, Size>& id) const {
    std::size_t value;
    static_assert(Size >= sizeof value);
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};

}  // namespace evenhand
