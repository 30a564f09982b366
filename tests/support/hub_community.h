/// A hub between laptops, in-process: what the tests of sync/relay meet at.
#pragma once

#include <catch2/catch.hpp>

#include "core/codec/archive.h"
#include "core/engine/attachments.h"
#include "core/engine/share.h"
#include "sync/relay/relay_replica.h"
#include "tests/support/session_pair.h"
#include "tests/support/trusts.h"

namespace evenhand::test {

// A hub remembers nothing of its partners (apps/hub/hub_server.h).
struct NoMemory : SessionMemory {
  std::optional<Agreed> agreed(const PublicKey&, const SpaceId&) override { return std::nullopt; }
  void remember(const PublicKey&, const SpaceId&, const Agreed&) override {}
};

struct Hub {
  Scratch scratch;
  SeededRandom random{90};
  KeyPair device = KeyPair::make(random);
  NoMemory memory;
  RelayQuota quota;
  std::vector<SpaceId> spaces;
  std::unique_ptr<RelayReplica> replica;

  std::filesystem::path folder() const { return scratch.folder() / "store"; }
  void open() {
    replica.reset();
    replica = good(RelayReplica::open(good(RelayStores::open_tables(folder())), spaces, "Hub", device, random, quota));
  }
  void wipe() {
    replica.reset();
    std::filesystem::remove_all(folder());
    open();
  }
  /// As a device sees it that never passed anything over.
  RelayView& space() { return replica->view(replica->spaces().begin()->first, device.public_key()); }
};

// The host's cycle space, and a hub that may relay it.
struct Community {
  Laptop host{1};
  Hub hub;
  SpaceId shared;
  std::map<Laptop*, ShortMemory> memories;
  std::size_t bytes_up = 0, bytes_down = 0, held_max = 0;  ///< of the last meeting

  /// `before_hub`: what happens at the host before the hub is let in.
  explicit Community(const std::function<void(Laptop&)>& before_hub = {}) {
    host.found("Host");
    shared = host.cycle();
    if (before_hub) before_hub(host);
    hub.spaces = {shared};
    hub.open();
    const KeyPair& root = host->keystore().root();
    good(host->submit_authority(shared, {{std::string(authority_type::kCertified), encode(Certificate::make(root, shared, host->organisation(), hub.device.public_key(), "Hub"))},
                                         {std::string(authority_type::kGranted), encode(Grant{hub.device.public_key(), Capabilities(Capability::relay).bits()})}}));
  }
  /// `bytes_max`: then the connection breaks.
  SessionOutcome meet(Laptop& laptop, std::size_t bytes_max = SIZE_MAX) {
    WorkspaceReplica replica(*laptop, [&](const PublicKey& key) { return key == hub.device.public_key(); });
    SessionPair pair(replica, memories[&laptop], *hub.replica, hub.memory, 7);
    pair.bytes_max = bytes_max;
    pair.run();
    REQUIRE(pair.left.is_over());
    bytes_up = pair.from_left;
    bytes_down = pair.from_right;
    held_max = pair.held_max;
    return pair.left.outcome();
  }
  void agree(Laptop& laptop) {
    const SessionOutcome outcome = meet(laptop);
    INFO(outcome.why.sentence());
    for (const SpaceOutcome& space : outcome.spaces) INFO(space.why);
    CHECK(outcome.end == SessionEnd::in_sync);
    REQUIRE(outcome.spaces.size() == 1);
    CHECK(outcome.spaces.front().agreed);
  }
  Hash state(Laptop& laptop) { return good(laptop->find_space(shared)->fold.state_digest()); }
};

inline void join(Community& all, Laptop& guest, const std::string& name, Capabilities may = kPartner) {
  guest.found(name);
  let_in(all.host, guest, may);
}

// Attached to evidence at home, and copied into the space that all share.
inline BlobAddress attached(Laptop& laptop, const SpaceId& shared, const Bytes& bytes) {
  Command command;
  command.is_import = true;  // its references name nothing
  command.changes.push_back({"evidence", {}, Verb::changed, {{"organisation", laptop->organisation()}, {"cycle", laptop.random.make_id<EntityId>()}, {"outcome", std::string("1A")}, {"title", std::string("Letters")}}});
  const EntityId evidence = good(laptop->submit(command)).entities.front();
  const auto file = laptop.scratch / "letter.txt";
  good(write_file_durably(file, bytes));
  const Attachment made = good(attach(*laptop, evidence, file, "The letter"));
  good(share(*laptop, made.file, shared, ""));
  return *BlobAddress::from(made.content.root.view());
}

inline BlobStore store_of(Laptop& laptop, const SpaceId& shared) { return good(BlobStore::open(laptop->find_space(shared)->folder / "blobs", OpenMode::read_write)); }

}  // namespace evenhand::test
