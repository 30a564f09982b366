#include "core/crypto/mac.h"

#include <sodium.h>

namespace evenhand {

Mac hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  for (const ByteView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  Mac mac;
  crypto_auth_hmacsha256_final(&state, mac.bytes.data());
  sodium_memzero(&state, sizeof state);
  return mac;
}

bool is_same(const Mac& a, const Mac& b) { return sodium_memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0; }

}  // namespace evenhand
