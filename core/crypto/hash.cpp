#include "core/crypto/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include "core/base/result.h"

namespace evenhand {

namespace {

// Fetched once: an implicit fetch in every call costs more than hashing an event.
const EVP_MD* algorithm() {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVENHAND_ASSERT(kSha256 != nullptr, "OpenSSL has no SHA-256");
  return kSha256;
}

EVP_MD_CTX* new_context() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVENHAND_ASSERT(context != nullptr, "no memory for a hash");
  return context;
}

void begin(EVP_MD_CTX* context) {
  EVENHAND_ASSERT(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1, "SHA-256 failed");
}
void add(EVP_MD_CTX* context, ByteView bytes) {
  EVENHAND_ASSERT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1, "SHA-256 failed");
}
Hash end(EVP_MD_CTX* context) {
  Hash hash;
  EVENHAND_ASSERT(EVP_DigestFinal_ex(context, hash.bytes.data(), nullptr) == 1, "SHA-256 failed");
  return hash;
}

struct ThreadContext {
  EVP_MD_CTX* context = new_context();
  ~ThreadContext() { EVP_MD_CTX_free(context); }
};

}  // namespace

Hash sha256(std::initializer_list<ByteView> parts) {
  thread_local ThreadContext own;
  begin(own.context);
  for (const ByteView part : parts) add(own.context, part);
  return end(own.context);
}

Hash sha256(ByteView bytes) { return sha256({bytes}); }

Sha256::Sha256() : state_(new_context()) { begin(static_cast<EVP_MD_CTX*>(state_)); }
Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_)); }
void Sha256::add(ByteView bytes) { evenhand::add(static_cast<EVP_MD_CTX*>(state_), bytes); }
Hash Sha256::finish() {
  const Hash hash = end(static_cast<EVP_MD_CTX*>(state_));
  begin(static_cast<EVP_MD_CTX*>(state_));
  return hash;
}

Checksum checksum_of(ByteView bytes) {
  Checksum sum;
  XXH128_canonicalFromHash(reinterpret_cast<XXH128_canonical_t*>(sum.bytes.data()), XXH3_128bits(bytes.data(), bytes.size()));
  return sum;
}

}  // namespace evenhand
