#include "core/crypto/seal.h"

#include <sodium.h>

namespace evenhand {

SealKey::~SealKey() { sodium_memzero(bytes.data(), bytes.size()); }

SealKey SealKey::make(Random& random) {
  SealKey key;
  key.id = random.make_id<KeyId>();
  random.fill(key.bytes);
  return key;
}

Bytes seal(const SealKey& key, ByteView plain, ByteView context, Random& random) {
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  Bytes sealed(kNonce + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  random.fill(std::span(sealed).first(kNonce));
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonce, nullptr, plain.data(), plain.size(), context.data(),
                                             context.size(), nullptr, sealed.data(), key.bytes.data());
  return sealed;
}

Result<Bytes> unseal(const SealKey& key, ByteView sealed, ByteView context) {
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  if (sealed.size() < kSealOverheadBytes) return corrupt("a sealed value is shorter than its own frame");
  Bytes plain(sealed.size() - kSealOverheadBytes);
  const int outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data() + kNonce,
                                                                 sealed.size() - kNonce, context.data(), context.size(),
                                                                 sealed.data(), key.bytes.data());
  if (outcome != 0) return corrupt("a sealed value does not open with its key");
  return plain;
}

}  // namespace evenhand
