/// Sealing to one device: only the holder of its signing key opens what is sealed to its public key.
///
/// The sealed form is libsodium's sealed box (crypto_box_seal): ephemeral key (32) ‖ ciphertext ‖ tag (16), with the device's
/// Ed25519 key turned into its X25519 form. It says nothing about who sealed it; what carries it is signed.
/// Threads: every function may be called from any thread.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/sign.h"

namespace evenhand {

inline constexpr std::size_t kBoxOverheadBytes = 32 + 16;

/// Errors: refused (not a usable public key).
Result<Bytes> seal_to(const PublicKey& device, ByteView plain, Random& random);

/// Errors: corrupt (sealed to another device, or damaged).
Result<Bytes> open_sealed(const KeyPair& device, ByteView sealed);

}  // namespace evenhand
