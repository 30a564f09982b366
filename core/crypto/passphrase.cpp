#include "core/crypto/passphrase.h"

#include <sodium.h>

namespace evenhand {

Result<SealKey> key_from_passphrase(std::string_view passphrase, const PassphraseSalt& salt, const PassphraseCost& cost) {
  static_assert(PassphraseSalt::kSize == crypto_pwhash_SALTBYTES);
  if (passphrase.empty()) return refused("a passphrase cannot be empty");
  if (passphrase.size() > kPassphraseBytesMax) return refused("a passphrase holds at most 1,024 bytes");
  const bool fits = cost.passes >= crypto_pwhash_OPSLIMIT_MIN && cost.passes <= kPassphrasePassesMax &&
                    cost.memory_kib >= crypto_pwhash_MEMLIMIT_MIN / 1024 && cost.memory_kib <= kPassphraseMemoryKibMax;
  if (!fits) return refused("a passphrase is asked to cost more, or less, than this program does");
  SealKey key;
  const int outcome = crypto_pwhash(key.bytes.data(), key.bytes.size(), passphrase.data(), passphrase.size(), salt.bytes.data(), cost.passes,
                                    std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (outcome != 0) return unavailable("there is not enough memory to open a passphrase");
  return key;
}

}  // namespace evenhand
