#include "core/event/version_vector.h"

#include <catch2/catch.hpp>

#include "core/event/limits.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

VersionVector vector_of(std::size_t chains, std::uint64_t seed) {
  SeededRandom random(seed);
  VersionVector vector;
  for (std::size_t i = 0; i < chains; ++i) vector.entries.push_back({random.make_id<ChainId>(), {{1 + random.below(1 << 20), random.make_id<ShortHash>()}}});
  std::sort(vector.entries.begin(), vector.entries.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
  return vector;
}

}  // namespace

TEST_CASE("a version vector reads back as it was, forks included, at 24 bytes and a number per chain") {
  VersionVector vector = vector_of(200, 1);
  CHECK(vector.encode().size() <= 2 + 200 * (24 + 4));
  vector.entries[7].ends.push_back({vector.entries[7].ends[0].seq + 3, {}});
  CHECK(VersionVector::decode_untrusted(vector.encode()).value() == vector);
  CHECK(VersionVector::decode_untrusted(VersionVector{}.encode()).value() == VersionVector{});
  CHECK(vector.find(vector.entries[9].chain) == &vector.entries[9]);
  CHECK(vector.find(ChainId{}) == nullptr);
}

TEST_CASE("a version vector cut at any byte, out of order or with impossible numbers is corrupt") {
  const VersionVector vector = vector_of(3, 2);
  const Bytes bytes = vector.encode();
  for (std::size_t length = 0; length < bytes.size(); ++length) CHECK(VersionVector::decode_untrusted(ByteView(bytes).first(length)).error().code == ErrorCode::corrupt);
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(VersionVector::decode_untrusted(longer).ok());
  VersionVector wrong = vector;
  std::swap(wrong.entries[0], wrong.entries[1]);
  CHECK_FALSE(VersionVector::decode_untrusted(wrong.encode()).ok());
  wrong = vector;
  wrong.entries[1].ends[0].seq = 0;
  CHECK_FALSE(VersionVector::decode_untrusted(wrong.encode()).ok());
  wrong.entries[1].ends[0].seq = VersionVector::kSeqMax + 1;
  CHECK_FALSE(VersionVector::decode_untrusted(wrong.encode()).ok());
  wrong.entries[1].ends = {{5, {}}, {5, {}}};
  CHECK_FALSE(VersionVector::decode_untrusted(wrong.encode()).ok());
  CHECK_FALSE(VersionVector::decode_untrusted(vector_of(kChainsPerSpaceMax + 1, 3).encode()).ok());
  CHECK(VersionVector::decode_untrusted(vector_of(kChainsPerSpaceMax, 3).encode()).ok());
}
