// A hub whose frames and attachments lie in another storage engine than its own serves as any other.
#include "sync/relay/table_frame_store.h"
#include "tests/support/hub_desk.h"
#include "tests/support/memory_stores.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

void open_in_memory(Hub& hub) {
  hub.replica.reset();
  RelayStores stores{hub.folder() / "authority", std::make_unique<MemoryFrameStore>(), std::make_unique<MemoryParcelStore>()};
  hub.replica = good(RelayReplica::open(std::move(stores), hub.spaces, "Hub", hub.device, hub.random, hub.quota));
}

}  // namespace

TEST_CASE("a hub on another storage engine brings members in step, hands attachments on and bears every attack") {
  HubDesk desk;
  open_in_memory(desk.all.hub);
  const BlobAddress address = attached(desk.all.host, desk.shared, Bytes(200'000, 7));
  for (const HubAttack& attack : kHubAttacks) {
    desk.write(desk.all.host, std::string("Of ") + attack.name);
    attack.run(desk.assault(desk.all.host));
    for (int i = 0; i < 2; ++i) {
      for (Laptop* const laptop : {&desk.guest, &desk.all.host}) (void)desk.all.meet(*laptop);
    }
  }
  desk.check_in_step();
  CHECK(store_of(desk.guest, desk.shared).has(address));
  CHECK(good(desk.all.hub.replica->usage()).count > 0);
  CHECK(good(desk.all.hub.replica->parcel_usage()).count > 0);
}

TEST_CASE("what its store keeps, knows and refuses is the same whatever the engine") {
  Scratch scratch;
  TableFrameStore tables = good(TableFrameStore::open(scratch.folder() / "frames"));
  MemoryFrameStore memory;
  SeededRandom random{5};
  const SpaceId space = random.make_id<SpaceId>();
  const std::vector<PublicKey> packers{random.make_id<PublicKey>(), random.make_id<PublicKey>(), random.make_id<PublicKey>()};
  const ChainId chain = random.make_id<ChainId>();
  std::vector<Hash> heads;
  for (int i = 0; i < 12; ++i) heads.push_back(random.make_id<Hash>());
  for (int step = 0; step < 400; ++step) {
    FrameStore::Frame frame;
    const std::uint64_t first = 1 + random.below(10), last = std::min<std::uint64_t>(11, first + random.below(4));
    frame.header.range = {chain, Lane::data, first, last, heads[first - 1], heads[last]};
    frame.header.packer = packers[random.below(packers.size())];
    frame.is_asked_for = random.chance(10);
    const Bytes bytes(10 + random.below(20), static_cast<std::uint8_t>(step));
    frame.bytes = bytes;
    Packers without = random.chance(30) ? Packers{packers[random.below(packers.size())]} : Packers();
    without.erase(frame.header.packer);  // nobody passes over itself
    const auto kept = tables.keep(space, {&frame, 1}, without), also = memory.keep(space, {&frame, 1}, without);
    REQUIRE(kept.ok() == also.ok());
    if (kept) CHECK(*kept == *also);
    for (const Packers& sight : {Packers(), without}) {
      const auto seen_in = [&](const FrameStore& store) {
        const FrameStore::Chains* const chains = good(store.chains(space, sight));
        const auto found = chains->find(chain);
        return found == chains->end() ? SeenFrames() : found->second;
      };
      CHECK(seen_in(tables).ends() == seen_in(memory).ends());
      CHECK(seen_in(tables).frames() == seen_in(memory).frames());
    }
    for (const PublicKey& packer : packers) {
      CHECK(good(tables.usage(space))[packer].count == good(memory.usage(space))[packer].count);
      CHECK(good(tables.usage(space))[packer].bytes == good(memory.usage(space))[packer].bytes);
    }
  }
}
