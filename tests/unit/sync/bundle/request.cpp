#include "sync/bundle/request.h"

#include <catch2/catch.hpp>

#include "tests/support/bundle_desk.h"

using namespace evenhand;

namespace {

VersionVector vector_of(std::size_t chains, Random& random, std::uint64_t seq) {
  VersionVector vector;
  for (std::size_t i = 0; i < chains; ++i) vector.entries.push_back({random.make_id<ChainId>(), {{seq + i, random.make_id<ShortHash>()}}});
  std::sort(vector.entries.begin(), vector.entries.end(), [](const auto& a, const auto& b) { return a.chain < b.chain; });
  return vector;
}

}  // namespace

TEST_CASE("a request of 200 chains and a million events fits one QR code, as bytes and as letters") {
  SeededRandom random(1);
  const KeyPair device = KeyPair::make(random);
  std::vector<RequestedSpace> spaces;
  for (int i = 0; i < 10; ++i) spaces.push_back({random.make_id<SpaceId>(), vector_of(20, random, 9000)});
  const Bytes request = make_request(spaces, device, random).value();
  CHECK(request.size() <= 2900);
  CHECK(request.size() <= kQrBytesMax);
  CHECK(request_text(request).size() <= kQrLettersMax);
}

TEST_CASE("a request names attachments as far as one QR code has room, and by tags that are another space's no more than a stranger's") {
  SeededRandom random(1);
  const KeyPair device = KeyPair::make(random);
  std::vector<RequestedSpace> spaces;
  for (int i = 0; i < 10; ++i) {
    spaces.push_back({random.make_id<SpaceId>(), vector_of(20, random, 9000)});
    for (int k = 0; k < 100; ++k) spaces.back().attachments.push_back(random.make_id<BlobAddress>());
  }
  const Bytes bytes = make_request(spaces, device, random).value();
  CHECK(bytes.size() <= 2900);
  CHECK(request_text(bytes).size() <= kQrLettersMax);
  const BundleRequest request = BundleRequest::decode_untrusted(bytes).value();
  std::size_t named = 0;
  for (const RequestedSpace& space : spaces) {
    CHECK(request.is_held(space.space, space.attachments[0]));  // the dearest of each space first
    for (const BlobAddress& attachment : space.attachments) named += request.is_held(space.space, attachment) ? 1 : 0;
  }
  CHECK(named >= 10);
  CHECK(named < 200);
  CHECK_FALSE(request.is_held(spaces[1].space, spaces[0].attachments[0]));
  CHECK_FALSE(request.is_held(random.make_id<SpaceId>(), spaces[0].attachments[0]));
  CHECK(request.base_for(spaces[0].space, spaces[0].held)->entries.size() == 20);
}

TEST_CASE("a request that names attachments is refused with any changed byte, and one that names none has the first version") {
  SeededRandom random(4);
  const KeyPair device = KeyPair::make(random);
  std::vector<RequestedSpace> spaces{{random.make_id<SpaceId>(), vector_of(3, random, 1), {random.make_id<BlobAddress>(), random.make_id<BlobAddress>()}}};
  const Bytes request = make_request(spaces, device, random).value();
  CHECK(text_of(ByteView(request).first(4)) == "EHR2");
  for (std::size_t at = 0; at < request.size(); ++at) {
    Bytes damaged = request;
    damaged[at] ^= 0x10;
    REQUIRE_FALSE(BundleRequest::decode_untrusted(damaged).ok());
    REQUIRE_FALSE(BundleRequest::decode_untrusted(ByteView(request).first(at)).ok());
  }
  spaces[0].attachments.clear();
  CHECK(text_of(ByteView(make_request(spaces, device, random).value()).first(4)) == "EHR1");
}

TEST_CASE("a request's text survives lower case, line ends and hyphens") {
  SeededRandom random(2);
  const KeyPair device = KeyPair::make(random);
  const std::vector<RequestedSpace> spaces{{random.make_id<SpaceId>(), vector_of(3, random, 1)}};
  const Bytes request = make_request(spaces, device, random).value();
  std::string text;
  for (const char letter : request_text(request)) {
    text += static_cast<char>(std::tolower(letter));
    if (text.size() % 9 == 0) text += text.size() % 2 == 0 ? "\n" : "-";
  }
  CHECK(request_from_text(text).value() == request);
  CHECK_FALSE(request_from_text(text.substr(0, text.size() - 1) + "U").ok());
  CHECK_FALSE(request_from_text("?").ok());
}

TEST_CASE("a request names no space, chain or organisation, and no two of the same vectors look alike") {
  SeededRandom random(3);
  const KeyPair device = KeyPair::make(random);
  const std::vector<RequestedSpace> spaces{{random.make_id<SpaceId>(), vector_of(5, random, 1)}};
  const Bytes one = make_request(spaces, device, random).value();
  const Bytes two = make_request(spaces, device, random).value();
  const auto holds = [](const Bytes& bytes, ByteView part) { return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end(); };
  for (const Bytes& request : {one, two}) {
    CHECK_FALSE(holds(request, spaces[0].space.view().first(4)));
    for (const auto& entry : spaces[0].held.entries) CHECK_FALSE(holds(request, entry.chain.view().first(4)));
  }
  CHECK_FALSE(holds(two, ByteView(one).subspan(45, 8)));
}

TEST_CASE("a request with any changed byte is refused") {
  SeededRandom random(4);
  const KeyPair device = KeyPair::make(random);
  const std::vector<RequestedSpace> spaces{{random.make_id<SpaceId>(), vector_of(5, random, 1)}};
  const Bytes request = make_request(spaces, device, random).value();
  REQUIRE(BundleRequest::decode_untrusted(request)->device() == device.public_key());
  for (std::size_t at = 0; at < request.size(); ++at) {
    Bytes damaged = request;
    damaged[at] ^= 0x10;
    REQUIRE_FALSE(BundleRequest::decode_untrusted(damaged).ok());
    REQUIRE_FALSE(BundleRequest::decode_untrusted(ByteView(request).first(at)).ok());
  }
}

TEST_CASE("a bundle written to a request holds just what the one who asked lacks") {
  BundleDesk desk(3);
  desk.write(0, 4);
  desk.write(1, 2);
  const auto copy = desk.copy();
  REQUIRE(desk.read(*copy, {desk.bundle()}).ok());
  desk.write(1, 3);
  desk.write(2, 1);

  const std::vector<RequestedSpace> held{{desk.space_id, copy->space.vector().value()}};
  const auto request = BundleRequest::decode_untrusted(make_request(held, desk.reader, desk.random).value());
  REQUIRE(request.ok());
  BundleOrder order = desk.order("answer.bundle");
  CHECK_FALSE(request->base_for(SpaceId{}, {}).has_value());
  order.devices = {request->device()};
  order.spaces[0].base = request->base_for(desk.space_id, order.spaces[0].space->vector().value()).value();
  const auto written = desk.write_bundle_to(order);
  REQUIRE(written.ok());
  CHECK(written->events == 4);
  REQUIRE(desk.read(*copy, {order.file}).ok());
  CHECK(copy->digest() == desk.digest());
}

TEST_CASE("a request of somebody on another branch of a fork is answered with the chain from its start") {
  BundleDesk desk(1);
  desk.write(0, 2);
  const auto fork_at = desk.chains[0].end();
  const auto copy = desk.copy();
  REQUIRE(desk.read(*copy, {desk.bundle()}).ok());
  const Bytes other = desk.chains[0].commit();
  const ByteView view = other;
  REQUIRE(copy->log.append({&view, 1}).ok());
  desk.chains[0].go_back_to(fork_at);
  desk.write(0, 2);

  const std::vector<RequestedSpace> held{{desk.space_id, copy->space.vector().value()}};
  const auto request = BundleRequest::decode_untrusted(make_request(held, desk.reader, desk.random).value());
  BundleOrder order = desk.order("answer.bundle");
  order.spaces[0].base = request->base_for(desk.space_id, order.spaces[0].space->vector().value()).value();
  CHECK(desk.write_bundle_to(order)->events == 4);
  REQUIRE(desk.read(*copy, {order.file}).ok());
  CHECK(copy->events() == 5);
}
