/// A hub of a simulated history: the shipping relay on a disk that is wiped, filled up, and read by strangers.
///
/// Threads: one. Lifetime: its disk lives in the folder of the history.
#pragma once

#include "sync/relay/relay_replica.h"
#include "tests/simulation/device.h"

namespace evenhand::simulation {

struct Hub {
  /// It remembers nothing of its partners (apps/hub/hub_server.h).
  struct NoMemory : SessionMemory {
    std::optional<Agreed> agreed(const PublicKey&, const SpaceId&) override { return std::nullopt; }
    void remember(const PublicKey&, const SpaceId&, const Agreed&) override {}
  };

  std::filesystem::path folder;
  SpaceId space;
  SeededRandom random;
  KeyPair device = KeyPair::make(random);
  NoMemory memory = {};
  std::string heard = {};                       ///< every byte that came over a wire
  std::unique_ptr<RelayReplica> replica = {};

  Hub(std::filesystem::path folder_, const SpaceId& space_, std::uint64_t seed) : folder(std::move(folder_)), space(space_), random(seed) { open(); }
  void open() {
    replica.reset();
    replica = must(RelayReplica::open(must(RelayStores::open_tables(folder), "its store"), {space}, "Hub", device, random, {}), "the hub starts");
  }
  void wipe() {
    replica.reset();
    std::filesystem::remove_all(folder);
    open();
  }
};

}  // namespace evenhand::simulation
