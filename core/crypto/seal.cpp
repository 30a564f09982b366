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

namespace {
std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce_of(std::uint64_t number) {
  std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return nonce;
}
}  // namespace

Bytes seal_numbered(const SealKey& key, std::uint64_t number, ByteView plain, ByteView context) {
  Bytes sealed(plain.size() + kNumberedSealOverheadBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(), context.data(), context.size(), nullptr,
                                             nonce_of(number).data(), key.bytes.data());
  return sealed;
}

Result<Bytes> unseal_numbered(const SealKey& key, std::uint64_t number, ByteView sealed, ByteView context) {
  if (sealed.size() < kNumberedSealOverheadBytes) return corrupt("a sealed piece is shorter than its own frame");
  Bytes plain(sealed.size() - kNumberedSealOverheadBytes);
  const int outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), context.data(),
                                                                 context.size(), nonce_of(number).data(), key.bytes.data());
  if (outcome != 0) return corrupt("a sealed piece does not open with its key");
  return plain;
}

}  // namespace evenhand
