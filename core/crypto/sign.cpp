#include "core/crypto/sign.h"

#include <sodium.h>

#include "core/base/result.h"

namespace evenhand {

namespace {
void start_sodium() {
  static const int kStarted = sodium_init();
  EVENHAND_ASSERT(kStarted >= 0, "libsodium did not start");
}
}  // namespace

KeyPair KeyPair::make(Random& random) {
  std::array<std::uint8_t, kSeedBytes> seed;
  random.fill(seed);
  KeyPair pair = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return pair;
}

KeyPair KeyPair::from_seed(ByteView seed) {
  start_sodium();
  EVENHAND_ASSERT(seed.size() == kSeedBytes, "a signing seed has 32 bytes");
  KeyPair pair;
  crypto_sign_seed_keypair(pair.public_key_.bytes.data(), pair.secret_.data(), seed.data());
  return pair;
}

KeyPair::KeyPair(KeyPair&& other) noexcept : public_key_(other.public_key_), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

KeyPair& KeyPair::operator=(KeyPair&& other) noexcept {
  public_key_ = other.public_key_;
  secret_ = other.secret_;
  if (this != &other) sodium_memzero(other.secret_.data(), other.secret_.size());
  return *this;
}

KeyPair::~KeyPair() { sodium_memzero(secret_.data(), secret_.size()); }

Signature KeyPair::sign(ByteView message) const {
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(), secret_.data());
  return signature;
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  start_sodium();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(), key.bytes.data()) == 0;
}

}  // namespace evenhand
