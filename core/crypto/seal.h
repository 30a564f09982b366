/// Sealing of person-class values: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) by libsodium.
///
/// The sealed form is nonce (24) ‖ ciphertext ‖ tag (16). The context (entity and field) is authenticated,
/// so a sealed value cannot be moved to another record or field.
/// Threads: every function may be called from any thread.
#pragma once

#include "core/base/ids.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace evenhand {

inline constexpr std::size_t kSealOverheadBytes = 24 + 16;

/// A symmetric key and its name. Wiped when the value dies.
struct SealKey {
  KeyId id;
  std::array<std::uint8_t, 32> bytes{};

  SealKey() = default;
  SealKey(const SealKey&) = default;
  SealKey& operator=(const SealKey&) = default;
  ~SealKey();
  static SealKey make(Random& random);
};

Bytes seal(const SealKey& key, ByteView plain, ByteView context, Random& random);

/// Errors: corrupt (wrong key, wrong context, or damaged).
Result<Bytes> unseal(const SealKey& key, ByteView sealed, ByteView context);

/// For the numbered pieces of one file under a key of its own: the nonce is the number (8 bytes little-endian, then
/// zeros) and does not travel, so the sealed form is ciphertext ‖ tag (16). A number is used once under a key.
inline constexpr std::size_t kNumberedSealOverheadBytes = 16;
Bytes seal_numbered(const SealKey& key, std::uint64_t number, ByteView plain, ByteView context);
/// Errors: corrupt.
Result<Bytes> unseal_numbered(const SealKey& key, std::uint64_t number, ByteView sealed, ByteView context);

}  // namespace evenhand
