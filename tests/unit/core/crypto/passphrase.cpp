#include "core/crypto/passphrase.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_random.h"

using namespace evenhand;

TEST_CASE("a passphrase gives one key per salt and cost, and no cost beyond the bounds is paid") {
  SeededRandom random(1);
  const auto salt = random.make_id<PassphraseSalt>();
  const auto key = [&](std::string_view words, const PassphraseSalt& with, PassphraseCost cost) { return key_from_passphrase(words, with, cost)->bytes; };
  CHECK(key("seven words", salt, {1, 8}) == key("seven words", salt, {1, 8}));
  CHECK(key("seven words", salt, {1, 8}) != key("seven worms", salt, {1, 8}));
  CHECK(key("seven words", salt, {1, 8}) != key("seven words", random.make_id<PassphraseSalt>(), {1, 8}));
  CHECK(key("seven words", salt, {1, 8}) != key("seven words", salt, {2, 8}));
  for (const PassphraseCost cost : {PassphraseCost{0, 8}, PassphraseCost{kPassphrasePassesMax + 1, 8}, PassphraseCost{1, 0}, PassphraseCost{1, kPassphraseMemoryKibMax + 1}}) {
    CHECK(key_from_passphrase("seven words", salt, cost).error().code == ErrorCode::refused);
  }
  CHECK_FALSE(key_from_passphrase("", salt, {1, 8}).ok());
  CHECK_FALSE(key_from_passphrase(std::string(kPassphraseBytesMax + 1, 'x'), salt, {1, 8}).ok());
}

TEST_CASE("a numbered piece opens under its own number, key and context alone") {
  SeededRandom random(2);
  const SealKey key = SealKey::make(random);
  const Bytes plain{1, 2, 3}, context{9};
  const Bytes sealed = seal_numbered(key, 7, plain, context);
  CHECK(sealed.size() == plain.size() + kNumberedSealOverheadBytes);
  CHECK(unseal_numbered(key, 7, sealed, context).value() == plain);
  CHECK_FALSE(unseal_numbered(key, 8, sealed, context).ok());
  CHECK_FALSE(unseal_numbered(key, 7, sealed, {}).ok());
  CHECK_FALSE(unseal_numbered(SealKey::make(random), 7, sealed, context).ok());
  CHECK_FALSE(unseal_numbered(key, 7, ByteView(sealed).first(10), context).ok());
}
