/// A key from a passphrase that people carry: Argon2id (RFC 9106) by libsodium.
///
/// Threads: every function may be called from any thread.
#pragma once

#include "core/crypto/seal.h"

namespace evenhand {

/// What one guess costs. Travels beside what is sealed, so it is bounded on both sides.
struct PassphraseCost {
  std::uint32_t passes = 4;
  std::uint32_t memory_kib = 64 * 1024;
};

/// A file from outside may ask for no more than this.
inline constexpr std::uint32_t kPassphrasePassesMax = 10;
inline constexpr std::uint32_t kPassphraseMemoryKibMax = 64 * 1024;
inline constexpr std::size_t kPassphraseBytesMax = 1024;

using PassphraseSalt = Id<struct PassphraseSaltTag, 16>;

/// The key's id stays zero. Errors: refused (an empty or too long passphrase, a cost out of bounds), unavailable (no memory).
Result<SealKey> key_from_passphrase(std::string_view passphrase, const PassphraseSalt& salt, const PassphraseCost& cost);

}  // namespace evenhand
