/// The code that one laptop shows and another takes in, by typing, pasting or as a QR code: whose device to expect, a secret
/// that is good once, and where to call. Format: docs/formats/pairing.md.
/// Threads: values.
#pragma once

#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/sign.h"
#include "sync/transport/endpoint.h"

namespace evenhand {

using PairingSecret = Id<struct PairingSecretTag, 16>;
using KeyPrint = Id<struct KeyPrintTag, 16>;  ///< first half of the hash of a device's key

KeyPrint print_of(const PublicKey& device);

inline constexpr std::size_t kPairingAddressesMax = 4;

struct PairingCode {
  KeyPrint device;
  PairingSecret secret;
  std::vector<Address> addresses;  ///< where the device listens: numbers, not names; 1..kPairingAddressesMax

  /// Letters and digits in groups of five, as a person can read them out and a QR code packs best.
  /// Errors: refused (no address, too many, a name instead of a number).
  Result<std::string> text() const;
  /// Takes lower case, spaces, and O for 0, I or L for 1. Errors: refused (not a code, mistyped: the checksum says so,
  /// of a newer version).
  static Result<PairingCode> parse(std::string_view text);
};

}  // namespace evenhand
