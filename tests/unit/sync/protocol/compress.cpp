#include "sync/protocol/compress.h"

#include <catch2/catch.hpp>

#include "tests/support/seeded_random.h"

using namespace evenhand;

TEST_CASE("compressed bytes come back, whatever they were") {
  SeededRandom random(3);
  for (const std::size_t size : {0u, 1u, 200u, 70'000u, 262'144u}) {
    Bytes plain(size);
    random.fill(plain);
    for (std::size_t i = 0; i < size / 2; ++i) plain[i] = static_cast<std::uint8_t>(i / 50);
    CHECK(decompress_untrusted(compress(plain), size).value() == plain);
  }
}

TEST_CASE("text shrinks to less than half") {
  Bytes plain;
  for (int i = 0; i < 500; ++i) {
    for (const char letter : std::string("Evidence of outcome 1A, patients with higher risk. ")) plain.push_back(static_cast<std::uint8_t>(letter));
  }
  CHECK(compress(plain).size() < plain.size() / 2);
}

TEST_CASE("compressed bytes that hold more or less than they say, or are damaged, are refused") {
  Bytes plain(5000, 7);
  const Bytes packed = compress(plain);
  CHECK_FALSE(decompress_untrusted(packed, 4999));
  CHECK_FALSE(decompress_untrusted(packed, 5001));
  CHECK_FALSE(decompress_untrusted(packed, 0));
  CHECK_FALSE(decompress_untrusted({}, 10));
  for (std::size_t length = 0; length < packed.size(); ++length) CHECK_FALSE(decompress_untrusted(ByteView(packed).first(length), plain.size()));
}
