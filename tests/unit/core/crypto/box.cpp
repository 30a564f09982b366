#include "core/crypto/box.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch.hpp>

using namespace evenhand;

TEST_CASE("what is sealed to a device opens with its key alone") {
  SeededRandom random(1);
  const KeyPair device = KeyPair::make(random);
  const KeyPair other = KeyPair::make(random);
  const Bytes plain{1, 2, 3};
  const auto sealed = seal_to(device.public_key(), plain, random);
  REQUIRE(sealed.ok());
  CHECK(sealed->size() == plain.size() + kBoxOverheadBytes);
  const auto opened = open_sealed(device, *sealed);
  REQUIRE(opened.ok());
  CHECK(*opened == plain);
  CHECK(open_sealed(other, *sealed).error().code == ErrorCode::corrupt);
}

TEST_CASE("a sealed box with any byte changed, or cut, does not open") {
  SeededRandom random(2);
  const KeyPair device = KeyPair::make(random);
  const Bytes sealed = *seal_to(device.public_key(), Bytes{9, 8, 7, 6}, random);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x10;
    CHECK_FALSE(open_sealed(device, changed).ok());
    CHECK_FALSE(open_sealed(device, ByteView(sealed).first(i)).ok());
  }
}

TEST_CASE("a public key that is no point of the curve is refused") {
  SeededRandom random(3);
  PublicKey nonsense;
  nonsense.bytes.fill(0xFF);
  CHECK(seal_to(nonsense, Bytes{1}, random).error().code == ErrorCode::refused);
}
