// Attachments through a hub: between laptops that meet nobody else, sealed, in pieces that may come over several sessions.
// More than 400 lines: the desk, its hub and what damages them serve all of these tests.
#include <fstream>

#include "core/crypto/box.h"
#include "core/engine/workspace_state.h"
#include "tests/support/hub_attacks.h"
#include "tests/support/hub_community.h"
#include "tests/support/older_hub.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

const std::string kCanary = "canary-of-the-letter";

Bytes letter(std::size_t bytes, std::uint64_t seed = 1) {
  SeededRandom random(seed);
  Bytes made(bytes);
  random.fill(made);
  for (std::size_t at = 0; at + kCanary.size() <= bytes; at += kBlobChunkBytes) std::copy(kCanary.begin(), kCanary.end(), made.begin() + static_cast<std::ptrdiff_t>(at));
  return made;
}

Bytes read_all(Laptop& laptop, const SpaceId& shared, const BlobAddress& address) {
  Bytes all;
  good(store_of(laptop, shared).get(address, [&](ByteView chunk) -> Result<void> {
    all.insert(all.end(), chunk.begin(), chunk.end());
    return {};
  }));
  return all;
}

// A host, a guest and a hub; events are in step before attachments begin.
struct Desk {
  Community all;
  Laptop guest{2};
  SpaceId shared = all.shared;

  Desk() {
    join(all, guest, "Guest");
    all.agree(all.host);
    all.agree(guest);
    good(guest->use_cycle_space(shared));
  }
  Usage kept() { return good(all.hub.replica->parcel_usage()); }
  ParcelKeeper& keeper() { return *all.hub.space().parcel_keeper(); }
  const SealKey& epoch() { return *all.host->current_epoch(shared); }
  ParcelKeys keys(const BlobAddress& address) { return parcel_keys(epoch(), shared, address); }
  /// Every byte of the hub's data folder. The hub is opened anew afterwards.
  std::string disk() {
    all.hub.replica.reset();
    std::string bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(all.hub.folder())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    all.hub.open();
    return bytes;
  }
  /// Changes every byte of the hub's attachments that `where` names, behind its back.
  template <class Where>
  void damage(const Where& where) {
    all.hub.replica.reset();
    const auto file = all.hub.folder() / "parcels" / "data.mdb";
    std::string text;
    {
      std::ifstream in(file, std::ios::binary);
      text.assign(std::istreambuf_iterator<char>(in), {});
    }
    std::size_t changed = 0;
    for (std::size_t at = text.find("EHP1"); at != std::string::npos; at = text.find("EHP1", at + 1)) {
      if (where(ByteView(view_of(text)).subspan(at))) ++changed, text[at + 500] ^= 1;
    }
    REQUIRE(changed > 0);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    all.hub.open();
  }
};

ParcelHeader header_of(Desk& desk, const BlobAddress& address, std::uint32_t chunks) {
  ParcelHeader header;
  header.space = desk.shared;
  header.name = desk.keys(address).name;
  header.epoch = desk.epoch().id;
  header.chunks = chunks;
  return header;
}

}  // namespace

TEST_CASE("an attachment of several chunks reaches a laptop that only ever meets the hub, and goes back the same way") {
  Desk desk;
  const Bytes first = letter(3 * kBlobChunkBytes + 77), second = letter(10, 2), empty;
  const BlobAddress one = attached(desk.all.host, desk.shared, first);
  const BlobAddress none = attached(desk.all.host, desk.shared, empty);
  desk.all.agree(desk.all.host);
  CHECK(desk.kept().count == 6);
  desk.all.agree(desk.guest);
  CHECK(read_all(desk.guest, desk.shared, one) == first);
  CHECK(read_all(desk.guest, desk.shared, none) == empty);
  CHECK(good(lacking_attachments(*desk.guest->find_space(desk.shared), 9)).empty());
  const BlobAddress two = attached(desk.guest, desk.shared, second);
  desk.all.agree(desk.guest);
  desk.all.agree(desk.all.host);
  CHECK(read_all(desk.all.host, desk.shared, two) == second);
  CHECK(desk.all.held_max < std::size_t{8} << 20);
  desk.all.agree(desk.all.host);
  CHECK(desk.all.bytes_up + desk.all.bytes_down < 2000);
  CHECK(desk.kept().count == 8);
}

TEST_CASE("a connection that breaks costs no more than a piece of an attachment, on the way to the hub and from it") {
  Desk desk;
  const std::size_t length = 20 * kBlobChunkBytes;
  const BlobAddress address = attached(desk.all.host, desk.shared, letter(length));
  CHECK(desk.all.meet(desk.all.host, length / 2).end == SessionEnd::partial);
  const auto begun = desk.kept();
  CHECK((begun.count >= 8 && begun.count <= 11));
  CHECK(good(desk.keeper().stock(false)).groups.empty());  // told only when it is whole
  desk.all.agree(desk.guest);
  CHECK(good(lacking_attachments(*desk.guest->find_space(desk.shared), 9)).size() == 1);
  desk.all.agree(desk.all.host);
  CHECK(desk.all.bytes_up < length * 6 / 10);
  CHECK(desk.kept().count == 21);
  CHECK(desk.all.meet(desk.guest, length / 2).end == SessionEnd::partial);
  CHECK(store_of(desk.guest, desk.shared).chunks_begun(address) >= 8);
  desk.all.agree(desk.guest);
  CHECK(desk.all.bytes_down < length * 6 / 10);
  CHECK(read_all(desk.guest, desk.shared, address) == letter(length));
}

TEST_CASE("what one member began gives way to the copy that another brings whole, and an attachment that two have is kept once") {
  Desk desk;
  const Bytes bytes = letter(8 * kBlobChunkBytes);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  CHECK(attached(desk.guest, desk.shared, bytes) == address);
  CHECK(desk.all.meet(desk.all.host, 4 * kBlobChunkBytes).end == SessionEnd::partial);
  const auto begun = desk.kept();
  CHECK(begun.count >= 2);
  desk.all.agree(desk.guest);
  CHECK(desk.kept().count == 9);
  desk.all.agree(desk.all.host);
  CHECK(desk.kept().count == 9);
  Laptop third(3);
  join(desk.all, third, "Third");
  desk.all.agree(desk.all.host);
  desk.all.agree(third);
  CHECK(read_all(third, desk.shared, address) == bytes);
}

TEST_CASE("no byte of an attachment, nor its address, stands on the hub's disk") {
  Desk desk;
  const Bytes bytes = letter(2 * kBlobChunkBytes);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  desk.all.agree(desk.all.host);
  const BlobOutline outline = store_of(desk.all.host, desk.shared).read(address)->outline();
  const std::string disk = desk.disk();
  CHECK(disk.size() > bytes.size());
  CHECK(disk.find(text_of(desk.keys(address).name.view())) != std::string::npos);  // so the search would have found what is there
  CHECK(disk.find(kCanary) == std::string::npos);
  CHECK(disk.find(text_of(address.view())) == std::string::npos);
  CHECK(disk.find(address.hex()) == std::string::npos);
  for (const Hash& chunk : outline.chunks) CHECK(disk.find(text_of(chunk.view())) == std::string::npos);
  CHECK(disk.find(text_of(desk.epoch().bytes)) == std::string::npos);
}

TEST_CASE("a wiped hub gets the attachments again, from whoever has them") {
  Desk desk;
  const Bytes bytes = letter(2 * kBlobChunkBytes);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  desk.all.agree(desk.all.host);
  desk.all.agree(desk.guest);
  Laptop third(3);
  join(desk.all, third, "Third");
  desk.all.agree(desk.all.host);
  desk.all.hub.wipe();
  CHECK(desk.kept().count == 0);
  desk.all.agree(desk.all.host);  // brings the members and its own copy
  CHECK(desk.kept().count == 3);
  desk.all.hub.wipe();
  desk.all.agree(desk.guest);
  CHECK(desk.kept().count == 3);
  desk.all.agree(desk.all.host);
  desk.all.agree(third);
  CHECK(read_all(third, desk.shared, address) == bytes);
}

TEST_CASE("a hub without room for an attachment says so in a sentence, takes the events and what fits, and more once it has room") {
  Desk desk;
  const BlobAddress large = attached(desk.all.host, desk.shared, letter(4 * kBlobChunkBytes)), small = attached(desk.all.host, desk.shared, letter(100, 2));
  desk.all.hub.quota.bytes_per_organisation = 2 * kBlobChunkBytes;
  desk.all.hub.open();
  const SessionOutcome full = desk.all.meet(desk.all.host);
  CHECK(full.end == SessionEnd::partial);
  CHECK(full.attachments_left_out == 1);
  CHECK(full.why.sentence().find("1 attachment is not on the hub: the hub keeps at most " + std::to_string(2 * kBlobChunkBytes) + " bytes of one organisation") != std::string::npos);
  CHECK(full.why.next.find("Ask whoever runs the hub for more room") != std::string::npos);
  CHECK(full.spaces.front().agreed);
  CHECK(desk.all.hub.replica->counters().refusals == 1);
  desk.all.agree(desk.guest);
  CHECK(store_of(desk.guest, desk.shared).has(small));
  CHECK(good(lacking_attachments(*desk.guest->find_space(desk.shared), 9)) == std::vector<BlobAddress>{large});
  desk.all.hub.quota = {};
  desk.all.hub.open();
  desk.all.agree(desk.all.host);
  desk.all.agree(desk.guest);
  CHECK(store_of(desk.guest, desk.shared).has(large));
}

TEST_CASE("a member that says it brings less than it does is stopped at the quota, piece by piece") {
  for (const bool by_number : {false, true}) {
    Desk desk;
    RelayQuota& quota = desk.all.hub.quota;
    (by_number ? quota.pieces_per_space : quota.bytes_per_space) = by_number ? 2 : good(desk.all.hub.replica->usage()).bytes + 2 * kBlobChunkBytes;
    desk.all.hub.open();
    const BlobAddress address = desk.all.host.random.make_id<BlobAddress>();
    ParcelHeader header = header_of(desk, address, 5);
    const auto next = [&](std::size_t bytes) { return pack_piece(header, Bytes(bytes), desk.keys(address).seal, desk.all.host->keystore().device()); };
    auto writer = good(desk.keeper().write(header.name, next(168), 0));
    for (header.number = 1; header.number < 2; ++header.number) good(writer->add(next(by_number ? 1 : kBlobChunkBytes)));
    const auto over = writer->add(next(by_number ? 1 : kBlobChunkBytes));
    REQUIRE_FALSE(over.ok());
    CHECK(over.error().sentence().find(std::string(by_number ? "pieces of attachments" : "bytes") + " of one space, and that is full") != std::string::npos);
    CHECK(desk.kept().count == 2);
  }
}

TEST_CASE("a member whose copies found no room is asked for them again when there is some, and not before") {
  Desk desk;
  Laptop third(3);
  join(desk.all, third, "Third");
  desk.all.agree(desk.all.host);
  entered(*desk.guest, new_group("Carers"));
  desk.all.agree(desk.guest);
  desk.all.agree(desk.all.host);
  const BlobAddress address = desk.all.host.random.make_id<BlobAddress>();
  ParcelHeader header = header_of(desk, address, 5);
  const auto next = [&](std::size_t bytes) { return pack_piece(header, Bytes(bytes), desk.keys(address).seal, desk.all.host->keystore().device()); };
  auto writer = good(desk.keeper().write(header.name, next(168), 0));
  for (header.number = 1; header.number < 4; ++header.number) good(writer->add(next(kBlobChunkBytes)));
  desk.all.hub.quota.bytes_per_organisation = 2 * desk.kept().bytes;
  desk.all.hub.open();
  good(desk.all.hub.replica->view(desk.shared, third.device()).pass_over(desk.guest.device()));
  const auto brought = [&] {
    const std::uint64_t before = desk.all.hub.replica->counters().frames_kept;
    desk.all.agree(desk.all.host);
    return desk.all.hub.replica->counters().frames_kept - before;
  };
  CHECK(brought() == 0);
  const std::size_t asked = desk.all.bytes_up;
  CHECK(brought() == 0);
  CHECK(desk.all.bytes_up < asked);
  header.number = 0;
  good(desk.keeper().write(header.name, next(200), 0));  // another outline: what was begun goes
  CHECK(brought() > 0);
  CHECK(brought() == 0);
}

TEST_CASE("the hub refuses pieces of attachments by strangers, by those who may not contribute, of another space or name, changed ones, and beyond a gap") {
  Desk desk;
  Laptop reader(3);
  join(desk.all, reader, "Reader", Capability::read);
  desk.all.agree(desk.all.host);
  SeededRandom random(5);
  const BlobAddress address = random.make_id<BlobAddress>();
  const ParcelKeys keys = desk.keys(address);
  const KeyPair& host = desk.all.host->keystore().device();
  const ParcelHeader header = header_of(desk, address, 3);
  const auto refusal = [&](const Bytes& head) {
    const auto written = desk.keeper().write(keys.name, head, 0);
    REQUIRE_FALSE(written.ok());
    return written.error().sentence();
  };
  CHECK(refusal(pack_piece(header, Bytes(104), keys.seal, KeyPair::make(random))).find("no member") != std::string::npos);
  CHECK(refusal(pack_piece(header, Bytes(104), keys.seal, reader->keystore().device())).find("may not contribute") != std::string::npos);
  ParcelHeader other = header;
  other.space = space_number(9);
  CHECK(refusal(pack_piece(other, Bytes(104), keys.seal, host)).find("another name") != std::string::npos);
  other = header;
  other.name.bytes[0] ^= 1;
  CHECK(refusal(pack_piece(other, Bytes(104), keys.seal, host)).find("another name") != std::string::npos);
  other = header;
  other.epoch.bytes[0] ^= 1;
  CHECK(refusal(pack_piece(other, Bytes(104), keys.seal, host)).find("a key that this space never had") != std::string::npos);
  const Bytes sound = pack_piece(header, Bytes(104), keys.seal, host);
  for (const std::size_t at : {std::size_t{0}, std::size_t{12}, std::size_t{80}, std::size_t{100}, std::size_t{150}, sound.size() - 1}) {
    Bytes changed = sound;
    changed[at] ^= 1;
    CHECK_FALSE(desk.keeper().write(keys.name, changed, 0).ok());
  }
  CHECK(desk.kept().count == 0);
  auto writer = good(desk.keeper().write(keys.name, sound, 0));
  ParcelHeader later = header;
  later.number = 2;
  CHECK_FALSE(writer->add(pack_piece(later, Bytes(100), keys.seal, host)).ok());
  CHECK(desk.kept().count == 1);
  CHECK(desk.all.hub.replica->counters().refusals == 12);
}

TEST_CASE("a piece that was damaged on the hub's disk is not given away, and a member that has the attachment brings it again") {
  Desk desk;
  const Bytes bytes = letter(3 * kBlobChunkBytes);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  desk.all.agree(desk.all.host);
  desk.damage([](ByteView piece) { return piece[4] == 2; });
  const SessionOutcome outcome = desk.all.meet(desk.guest);
  CHECK(outcome.end == SessionEnd::partial);
  CHECK(outcome.attachments_lacking == 1);
  CHECK(outcome.spaces.front().agreed);
  CHECK_FALSE(store_of(desk.guest, desk.shared).has(address));
  CHECK(good(desk.keeper().stock(false)).groups.empty());
  desk.all.agree(desk.all.host);
  desk.all.agree(desk.guest);
  CHECK(read_all(desk.guest, desk.shared, address) == bytes);
}

TEST_CASE("a member that fills a name with something else is found out by the receiver, who keeps nothing of it, takes the rest, and gets it from the next that has it") {
  Desk desk;
  Laptop liar(3), fourth(4);
  join(desk.all, liar, "Liar");
  join(desk.all, fourth, "Fourth");
  for (Laptop* laptop : {&desk.all.host, &liar, &fourth}) desk.all.agree(*laptop);
  const Bytes bytes = letter(2 * kBlobChunkBytes), other = letter(50, 2);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  attached(desk.all.host, desk.shared, other);
  const ParcelKeys keys = desk.keys(address);
  const BlobReader blob = good(store_of(desk.all.host, desk.shared).read(address));
  const KeyPair& device = liar->keystore().device();
  ParcelHeader header = header_of(desk, address, 2);
  Bytes outline(8 + 64);
  outline[2] = 8;  // 512 KiB, little-endian
  for (std::size_t i = 0; i < 2; ++i) std::copy_n(blob.outline().chunks[i].bytes.begin(), 32, outline.begin() + static_cast<std::ptrdiff_t>(8 + 32 * i));
  auto writer = good(desk.keeper().write(keys.name, pack_piece(header, outline, keys.seal, device), 0));
  header.number = 1;
  good(writer->add(pack_piece(header, good(blob.chunk(0)), keys.seal, device)));
  header.number = 2;
  good(writer->add(pack_piece(header, Bytes(kBlobChunkBytes, 7), keys.seal, device)));
  desk.all.agree(desk.all.host);  // the name is taken, so the host does not bring it
  CHECK(desk.kept().count == 5);
  const SessionOutcome outcome = desk.all.meet(desk.guest);
  CHECK(outcome.end == SessionEnd::partial);
  CHECK(outcome.attachments_lacking == 1);
  CHECK(outcome.attachments_received == 1);
  REQUIRE(outcome.passed_over.size() == 1);
  CHECK(outcome.passed_over.front().sentence().find("Liar") != std::string::npos);
  CHECK(outcome.passed_over.front().next.find("Tell an admin") == 0);
  CHECK(outcome.spaces.front().agreed);
  CHECK_FALSE(store_of(desk.guest, desk.shared).has(address));
  desk.all.agree(desk.all.host);  // is asked for a copy of its own
  CHECK(desk.kept().count == 8);
  desk.all.agree(desk.guest);
  CHECK(read_all(desk.guest, desk.shared, address) == bytes);
  desk.all.agree(fourth);  // gets the one that nobody doubts
  CHECK(desk.all.meet(fourth).passed_over.empty());
  CHECK(read_all(fourth, desk.shared, address) == bytes);
  const std::uint64_t count = desk.kept().count;
  for (Laptop* laptop : {&desk.all.host, &desk.guest, &fourth}) desk.all.agree(*laptop);
  CHECK(desk.kept().count == count);
}

TEST_CASE("a false word against a good copy of an attachment takes nothing away, and at most three copies are kept") {
  Desk desk;
  Laptop liar(3), fourth(4), fifth(5);
  for (Laptop* laptop : {&liar, &fourth, &fifth}) join(desk.all, *laptop, "Other");
  const Bytes bytes = letter(2 * kBlobChunkBytes);
  const BlobAddress address = attached(desk.all.host, desk.shared, bytes);
  desk.all.agree(desk.all.host);
  desk.all.agree(liar);
  const auto slander = [&](Laptop& laptop) { good(desk.all.hub.replica->view(desk.shared, liar.device()).pass_over(laptop.device())); };
  slander(desk.all.host);
  desk.all.agree(desk.guest);
  CHECK(read_all(desk.guest, desk.shared, address) == bytes);  // the only copy, doubted as it is
  for (Laptop* laptop : {&desk.guest, &fourth, &fifth}) {
    desk.all.agree(*laptop);
    desk.all.agree(*laptop);
    slander(*laptop);
  }
  CHECK(desk.kept().count == 9);
  CHECK(read_all(fifth, desk.shared, address) == bytes);
}

TEST_CASE("a hub that gives fewer chunks than an attachment has brings nothing in, and the laptop stands") {
  Desk desk;
  const BlobAddress address = attached(desk.all.host, desk.shared, letter(2 * kBlobChunkBytes));
  desk.all.agree(desk.all.host);
  SessionOptions without;
  without.attachments = false;
  WorkspaceReplica replica(*desk.guest);
  SessionPair pair(replica, desk.all.memories[&desk.guest], *desk.all.hub.replica, desk.all.hub.memory, 7, without);
  pair.run();
  ParcelMaker& maker = *replica.spaces_for(desk.all.hub.device.public_key()).front()->parcel_maker();
  const auto found = good(maker.compare(good(desk.keeper().stock(false))));
  REQUIRE(found.wanted.size() == 1);
  const auto reader = good(desk.keeper().read(found.wanted.front()));
  const auto writer = good(maker.write(found.wanted.front(), good(reader->piece(0)), 0));
  good(writer->add(good(reader->piece(1))));
  CHECK(writer->finish().error().code == ErrorCode::corrupt);
  CHECK_FALSE(store_of(desk.guest, desk.shared).has(address));
  good(writer->add(good(reader->piece(2))));
  good(writer->finish());
  CHECK(store_of(desk.guest, desk.shared).has(address));
}

TEST_CASE("after a removal attachments go under the new key, older ones are found under theirs and not brought twice") {
  Desk desk;
  Laptop leaver(3);
  join(desk.all, leaver, "Leaver");
  desk.all.agree(desk.all.host);
  const Bytes before = letter(kBlobChunkBytes + 1), after = letter(100, 2);
  const BlobAddress old = attached(desk.all.host, desk.shared, before);
  desk.all.agree(desk.all.host);
  desk.all.agree(leaver);
  const ParcelName old_name = desk.keys(old).name;
  good(remove_devices(*desk.all.host, desk.shared, {leaver.device()}));
  const BlobAddress young = attached(desk.all.host, desk.shared, after);
  CHECK(desk.keys(old).name != old_name);
  desk.all.agree(desk.all.host);
  CHECK(good(desk.keeper().stock(false)).groups.size() == 2);
  CHECK(desk.kept().count == 5);
  desk.all.agree(desk.guest);
  CHECK(read_all(desk.guest, desk.shared, old) == before);
  CHECK(read_all(desk.guest, desk.shared, young) == after);
  CHECK(desk.all.hub.replica->spaces_for(leaver.device()).empty());
}

TEST_CASE("a laptop without the key that an attachment at the hub is sealed under says so") {
  Desk desk;
  attached(desk.all.host, desk.shared, letter(100));
  // An epoch that was sealed to somebody else alone, and the next one, which everybody has.
  SealKey unknown = SealKey::make(desk.all.host.random);
  unknown.id = epoch_key_id(desk.shared, unknown.bytes);
  AuthorityDrafts epochs = good(draft_epoch(desk.shared, desk.all.host->find_space(desk.shared)->fold.access().readers(), desk.all.host.random));
  const KeyPair stranger = KeyPair::make(desk.all.host.random);
  const Bytes box = good(seal_to(stranger.public_key(), unknown.bytes, desk.all.host.random));
  epochs.insert(epochs.begin(), {std::string(authority_type::kEpoch), encode(Epoch{unknown.id, {{hint_of(stranger.public_key()), *KeyBox::from(box)}}})});
  good(desk.all.host->submit_authority(desk.shared, epochs));
  SessionOptions without;
  without.attachments = false;
  {
    WorkspaceReplica replica(*desk.all.host);
    SessionPair(replica, desk.all.memories[&desk.all.host], *desk.all.hub.replica, desk.all.hub.memory, 7, without).run();
  }
  const ParcelKeys keys = parcel_keys(unknown, desk.shared, desk.all.host.random.make_id<BlobAddress>());
  const ParcelHeader header{desk.shared, keys.name, unknown.id, {}, 0, 0};
  good(desk.keeper().write(keys.name, pack_piece(header, Bytes(8), keys.seal, desk.all.host->keystore().device()), 0));
  WorkspaceReplica replica(*desk.all.host);
  SessionPair pair(replica, desk.all.memories[&desk.all.host], *desk.all.hub.replica, desk.all.hub.memory, 7, without);
  pair.run();
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  const SessionOutcome outcome = desk.all.meet(desk.guest);
  CHECK(outcome.end == SessionEnd::partial);
  CHECK(outcome.attachments_sealed == 1);
  CHECK(outcome.why.sentence().find("under a key which has not been given to this laptop") != std::string::npos);
}

TEST_CASE("a partner that knows nothing of sealed attachments hears nothing of them, and exchanges as before") {
  Desk desk;
  const BlobAddress address = attached(desk.all.host, desk.shared, letter(kBlobChunkBytes));
  test::OlderHub older(*desk.all.hub.replica);
  WorkspaceReplica replica(*desk.all.host);
  SessionPair pair(replica, desk.all.memories[&desk.all.host], older, desk.all.hub.memory, 7);
  pair.record = true;
  pair.run();
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(desk.kept().count == 0);
  CHECK(text_of(pair.left_said).find(text_of(desk.keys(address).name.view())) == std::string_view::npos);
  CHECK(replica.parcel_role(desk.guest.device()) == ParcelRole::none);
  CHECK(replica.parcel_role(desk.all.hub.device.public_key()) == ParcelRole::makes);
}

TEST_CASE("an organisation that fills its numbers of frames and pieces at a hub leaves the others theirs") {
  Desk desk;
  Laptop liar(3);
  join(desk.all, liar, "Liar");
  desk.all.agree(desk.all.host);
  desk.all.agree(liar);
  desk.all.hub.quota.frames_per_organisation = 20;
  desk.all.hub.quota.pieces_per_organisation = 5;
  desk.all.hub.open();
  const HubAssault assault{desk.all.hub.replica->view(desk.shared, liar.device()), liar->keystore().device(), desk.epoch(), {}, {}, desk.all.hub.random};
  std::size_t kept = 0;
  for (int i = 0; i < 40; ++i) kept += bring(assault, own_chain(assault), garbage(assault)) ? 1 : 0;
  CHECK(kept > 0);
  CHECK(kept <= 20);
  std::size_t filled = 0;
  for (int i = 0; i < 40; ++i) {
    const ParcelKeys keys = parcel_keys(desk.epoch(), desk.shared, desk.all.hub.random.make_id<BlobAddress>());
    ParcelHeader header;
    header.space = desk.shared;
    header.name = keys.name;
    header.epoch = desk.epoch().id;
    filled += assault.hub.parcel_keeper()->write(keys.name, pack_piece(header, Bytes(8), keys.seal, liar->keystore().device()), 0).ok() ? 1 : 0;
  }
  CHECK(filled == 5);
  const BlobAddress address = attached(desk.all.host, desk.shared, Bytes(3000, 7));
  for (Laptop* laptop : {&desk.all.host, &desk.guest, &desk.all.host, &desk.guest}) (void)desk.all.meet(*laptop);
  CHECK(store_of(desk.guest, desk.shared).has(address));
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
}
