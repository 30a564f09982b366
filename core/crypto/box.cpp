#include "core/crypto/box.h"

#include <sodium.h>

namespace evenhand {

namespace {

using BoxKey = std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES>;

// As in crypto_box_seal: the nonce is a hash of both public keys, so it need not travel.
std::array<std::uint8_t, crypto_box_NONCEBYTES> nonce_of(const BoxKey& ephemeral, const BoxKey& recipient) {
  std::array<std::uint8_t, crypto_box_NONCEBYTES> nonce;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, ephemeral.data(), ephemeral.size());
  crypto_generichash_update(&state, recipient.data(), recipient.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());
  return nonce;
}

}  // namespace

Result<Bytes> seal_to(const PublicKey& device, ByteView plain, Random& random) {
  BoxKey recipient;
  if (crypto_sign_ed25519_pk_to_curve25519(recipient.data(), device.bytes.data()) != 0) {
    return refused("this is not the public key of a device", device.hex());
  }
  // The ephemeral key comes from Random, so that a seeded run makes the same bytes.
  std::array<std::uint8_t, crypto_box_SEEDBYTES> seed;
  random.fill(seed);
  BoxKey ephemeral;
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> secret;
  crypto_box_seed_keypair(ephemeral.data(), secret.data(), seed.data());
  Bytes sealed(kBoxOverheadBytes + plain.size());
  std::copy(ephemeral.begin(), ephemeral.end(), sealed.begin());
  const auto nonce = nonce_of(ephemeral, recipient);
  const int outcome = crypto_box_easy(sealed.data() + ephemeral.size(), plain.data(), plain.size(), nonce.data(), recipient.data(), secret.data());
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(secret.data(), secret.size());
  if (outcome != 0) return refused("this is not a usable public key of a device", device.hex());
  return sealed;
}

Result<Bytes> open_sealed(const KeyPair& device, ByteView sealed) {
  if (sealed.size() < kBoxOverheadBytes) return corrupt("what was sealed to a device is shorter than its own frame");
  BoxKey recipient;
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> secret;
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> signing;
  std::copy(device.seed().begin(), device.seed().end(), signing.begin());
  std::copy(device.public_key().bytes.begin(), device.public_key().bytes.end(), signing.begin() + KeyPair::kSeedBytes);
  crypto_sign_ed25519_sk_to_curve25519(secret.data(), signing.data());
  sodium_memzero(signing.data(), signing.size());
  Bytes plain(sealed.size() - kBoxOverheadBytes);
  int outcome = crypto_sign_ed25519_pk_to_curve25519(recipient.data(), device.public_key().bytes.data());
  if (outcome == 0) outcome = crypto_box_seal_open(plain.data(), sealed.data(), sealed.size(), recipient.data(), secret.data());
  sodium_memzero(secret.data(), secret.size());
  if (outcome != 0) return corrupt("this was sealed to another device, or is damaged");
  return plain;
}

}  // namespace evenhand
