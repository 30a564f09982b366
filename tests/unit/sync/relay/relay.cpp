// A hub between laptops: what it keeps, what it refuses, what stands on its disk.
#include <catch2/catch.hpp>

#include <fstream>

#include "sync/relay/table_frame_store.h"
#include "tests/support/chain_writer.h"
#include "tests/support/garbled.h"
#include "tests/support/hub_community.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

const std::string kCanary = "canary-of-the-carers-group";

Segment framed(Community& all, const SegmentRange& range, const KeyPair& packer, SeededRandom& random) {
  const Bytes commits(200, 7);  // a hub cannot tell
  return {range, SegmentForm::frame, good(pack_frame(all.shared, range, commits, all.host->current_epoch(all.shared), packer, random))};
}

SegmentRange range_of_test(SeededRandom& random, std::uint64_t first, std::uint64_t last) {
  return {random.make_id<ChainId>(), Lane::data, first, last, random.make_id<Hash>(), random.make_id<Hash>()};
}

std::string refusal(ReplicaSpace& space, const Segment& segment) {
  const auto stored = space.store({&segment, 1});
  REQUIRE_FALSE(stored.ok());
  return stored.error().sentence();
}

}  // namespace

TEST_CASE("a laptop that was let in before the hub learns of it from the hub, when it was told to use it, and else not") {
  Laptop guest(2);
  Community all([&](Laptop& host) {
    guest.found("Guest");
    let_in(host, guest, kPartner);
    exchange(host, guest);
  });
  REQUIRE(guest.access(all.shared).find_device(all.hub.device.public_key()) == nullptr);
  all.agree(all.host);
  WorkspaceReplica untold(*guest);
  SessionPair pair(untold, all.memories[&guest], *all.hub.replica, all.hub.memory, 7);
  pair.run();
  CHECK(pair.left.outcome().end != SessionEnd::in_sync);
  CHECK(WorkspaceReplica(*guest, [](const PublicKey&) { return true; }).spaces_for(all.hub.device.public_key()).empty());  // only what the hub names

  entered(*all.host, new_group(kCanary));
  all.agree(all.host);
  all.agree(guest);
  CHECK(guest.access(all.shared).find_device(all.hub.device.public_key()) != nullptr);
  CHECK(all.state(guest) == all.state(all.host));
}

TEST_CASE("a member that never met another gets everything through the hub, and folds it the same") {
  Community all;
  Laptop guest(2);
  join(all, guest, "Guest");
  entered(*all.host, new_group("Carers"));
  all.agree(all.host);
  all.agree(guest);
  CHECK(all.state(guest) == all.state(all.host));
  good(guest->use_cycle_space(all.shared));
  entered(*guest, new_group("Veterans"));
  all.agree(guest);
  all.agree(all.host);
  CHECK(all.state(guest) == all.state(all.host));
  CHECK(good(all.host->records("group")).size() == 2);
  const RelayCounters before = all.hub.replica->counters();
  all.agree(guest);
  CHECK(all.hub.replica->counters().frames_given == before.frames_given);
}

TEST_CASE("a chain of which some seals are garbage goes through the hub to laptops that never met its device") {
  Community all;
  Laptop guest(2);
  join(all, guest, "Guest");
  all.agree(all.host);
  all.agree(guest);
  ChainWriter writer(all.shared, 50);
  for (int run = 0; run < 2; ++run) {
    std::vector<Bytes> commits;
    for (int i = 0; i < 299; ++i) commits.push_back(without_seal(writer.commit(1, 20)));
    commits.push_back(writer.commit(1, 20));
    const std::vector<ByteView> views(commits.begin(), commits.end());
    good(all.host->receive(all.shared, views));
  }
  good(all.host->settle());
  all.agree(all.host);
  all.agree(guest);
  CHECK(all.state(guest) == all.state(all.host));
}

TEST_CASE("no byte of what people wrote stands on the hub's disk") {
  Community all;
  entered(*all.host, new_group(kCanary));
  all.agree(all.host);
  all.hub.replica.reset();
  std::size_t bytes = 0;
  bool has_authority = false;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(all.hub.folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    bytes += text.size();
    CHECK(text.find(kCanary) == std::string::npos);
    CHECK(text.find("group.changed") == std::string::npos);
    has_authority = has_authority || text.find("space.chartered") != std::string::npos;
  }
  CHECK(bytes > 1000);
  CHECK(has_authority);  // so the scan would have found what is readable
}

TEST_CASE("a wiped hub is filled again by its partners, until all are equal") {
  Community all;
  Laptop second(2), third(3);
  join(all, second, "Second");
  join(all, third, "Third");
  all.agree(all.host);
  all.agree(second);
  all.agree(third);
  good(second->use_cycle_space(all.shared));
  good(third->use_cycle_space(all.shared));
  entered(*all.host, new_group("One"));
  entered(*second, new_group("Two"));
  all.agree(second);
  all.agree(all.host);
  all.hub.wipe();
  CHECK_FALSE(all.hub.space().access().charter().has_value());
  entered(*third, new_group("Three"));
  all.agree(third);
  all.agree(second);
  all.agree(all.host);
  all.agree(second);
  all.agree(third);
  CHECK(all.state(second) == all.state(all.host));
  CHECK(all.state(third) == all.state(all.host));
  CHECK(good(third->records("group")).size() == 3);
}

TEST_CASE("what a hub keeps survives opening it anew, and damage to a frame is found before it is given away") {
  Community all;
  entered(*all.host, new_group("Carers"));
  all.agree(all.host);
  const Hash digest = good(all.hub.space().log_digest());
  all.hub.open();
  CHECK(good(all.hub.space().log_digest()) == digest);
  CHECK(digest == good(good(all.host->find_space(all.shared)->log.read()).log_digest({})));
  all.hub.replica.reset();
  const auto file = all.hub.folder() / "frames" / "data.mdb";
  std::string text;
  {
    std::ifstream in(file, std::ios::binary);
    text.assign((std::istreambuf_iterator<char>(in)), {});
  }
  for (std::size_t at = text.find("EHF1"); at != std::string::npos; at = text.find("EHF1", at + 1)) text[at + 200] ^= 1;
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  all.hub.open();
  for (const VersionVector::Entry& entry : good(all.hub.space().vector()).entries) {
    if (good(all.hub.space().lane_of(entry.chain)) == Lane::authority) continue;
    std::uint64_t cursor = 0;
    const auto frame = all.hub.space().next_segment(entry.chain, 0, cursor);
    REQUIRE_FALSE(frame.ok());
    CHECK(frame.error().code == ErrorCode::corrupt);
    CHECK(frame.error().next.find("hub wipe") != std::string::npos);
  }
}

TEST_CASE("the hub refuses frames by strangers, by those who may not contribute, of another space, under a key that it never had, and beyond a gap") {
  Community all;
  Laptop reader(2);
  join(all, reader, "Reader", Capability::read);
  all.agree(all.host);
  SeededRandom random(5);
  RelayView& space = all.hub.space();
  const Hash before = good(space.log_digest());
  const KeyPair stranger = KeyPair::make(random);
  const KeyPair& host = all.host->keystore().device();
  CHECK(refusal(space, framed(all, range_of_test(random, 1, 3), stranger, random)).find("no member") != std::string::npos);
  CHECK(refusal(space, framed(all, range_of_test(random, 1, 3), reader->keystore().device(), random)).find("may not contribute") != std::string::npos);
  Segment foreign = framed(all, range_of_test(random, 1, 3), host, random), unsealed = foreign;
  foreign.payload = good(pack_frame(space_number(9), foreign.range, Bytes(200, 7), all.host->current_epoch(all.shared), host, random));
  SealKey unknown = *all.host->current_epoch(all.shared);
  unknown.id.bytes[0] ^= 1;
  unsealed.payload = good(pack_frame(all.shared, unsealed.range, Bytes(200, 7), &unknown, host, random));
  CHECK(refusal(space, unsealed).find("a key that this space never had") != std::string::npos);
  CHECK(refusal(space, foreign).find("another space") != std::string::npos);
  CHECK(refusal(space, framed(all, range_of_test(random, 4, 6), host, random)).find("nothing that is kept") != std::string::npos);
  Segment renamed = framed(all, range_of_test(random, 1, 3), host, random);
  renamed.range.last_seq = 4;
  CHECK(refusal(space, renamed).find("another range") != std::string::npos);
  Segment damaged = framed(all, range_of_test(random, 1, 3), host, random);
  damaged.payload.back() ^= 1;
  CHECK_FALSE(space.store({&damaged, 1}).ok());
  CHECK(good(space.log_digest()) == before);
  CHECK(all.hub.replica->counters().refusals == 7);
  CHECK_FALSE(all.hub.replica->is_known(stranger.public_key()));
  CHECK(all.hub.replica->spaces_for(stranger.public_key()).empty());
  CHECK_FALSE(good(all.hub.replica->welcome_space(stranger.public_key(), all.shared)));
}

TEST_CASE("a removed device neither brings nor gets anything from the hub any more") {
  Community all;
  Laptop guest(2);
  join(all, guest, "Guest");
  all.agree(all.host);
  all.agree(guest);
  good(remove_devices(*all.host, all.shared, {guest.device()}));
  all.agree(all.host);
  CHECK(all.hub.replica->spaces_for(guest.device()).empty());
  SeededRandom random(5);
  CHECK(refusal(all.hub.space(), framed(all, range_of_test(random, 1, 1), guest->keystore().device(), random)).find("no member") != std::string::npos);
}

TEST_CASE("a removed device hears of it from the hub, by the signed events up to its removal") {
  Community all;
  Laptop guest(2);
  join(all, guest, "Guest");
  all.agree(all.host);
  all.agree(guest);
  good(remove_devices(*all.host, all.shared, {guest.device()}));
  all.agree(all.host);
  CHECK(all.hub.replica->has_departed(guest.device()));
  CHECK_FALSE(all.hub.replica->has_departed(all.host.device()));
  const SessionOutcome outcome = all.meet(guest);
  CHECK(outcome.end == SessionEnd::refused);
  CHECK(outcome.farewells == std::vector<SpaceId>{all.shared});
  CHECK(guest.access(all.shared).find_device(guest.device())->is_removed);
  CHECK(guest.access(all.shared).epochs().size() == 1);
  CHECK(all.host.access(all.shared).epochs().size() == 2);
}

TEST_CASE("a full quota is said in a sentence, and what was kept before stays") {
  Community all;
  all.agree(all.host);
  const std::uint64_t frames = good(all.hub.replica->usage()).count;
  all.hub.quota.frames_per_space = frames + 1;
  all.hub.open();
  SeededRandom random(5);
  const KeyPair& host = all.host->keystore().device();
  const Segment fits = framed(all, range_of_test(random, 1, 3), host, random);
  CHECK(good(all.hub.space().store({&fits, 1})).events_new == 3);
  CHECK(refusal(all.hub.space(), framed(all, range_of_test(random, 1, 3), host, random)).find("frames of one space, and that is full") != std::string::npos);
  CHECK(good(all.hub.space().store({&fits, 1})).events_known == 3);
  all.hub.quota = {};
  all.hub.quota.bytes_per_organisation = 10;
  all.hub.open();
  CHECK(refusal(all.hub.space(), framed(all, range_of_test(random, 1, 3), host, random)).find("of one organisation") != std::string::npos);
}

TEST_CASE("frames that were packed anew overlap without harm, and equal ends that differ are kept as a fork") {
  Scratch scratch;
  TableFrameStore store = good(TableFrameStore::open(scratch.folder() / "frames"));
  SeededRandom random(3);
  const SpaceId space = space_number(1);
  SegmentRange first = range_of_test(random, 1, 10);
  SegmentRange next = first;
  next.first_seq = 11, next.last_seq = 20, next.previous = first.head, next.head = random.make_id<Hash>();
  SegmentRange longer = next;
  longer.last_seq = 25, longer.head = random.make_id<Hash>();
  const auto keep = [&](const SegmentRange& range) -> bool {
    const Bytes bytes(10, 1);
    const FrameStore::Frame frame{{space, range, {}, {}, 0}, bytes};
    return good(store.keep(space, {&frame, 1}, {})).front();
  };
  const auto ends = [&] { return good(store.chains(space, {}))->at(first.chain).ends(); };
  CHECK(keep(first));
  CHECK(keep(next));
  CHECK_FALSE(keep(next));
  CHECK(keep(longer));
  CHECK(ends() == std::set<BranchHead>{{20, next.head}, {25, longer.head}});
  SegmentRange bridge = longer;
  bridge.first_seq = 21, bridge.previous = next.head;
  CHECK_FALSE(keep(bridge));
  CHECK(ends() == std::set<BranchHead>{{25, longer.head}});
  SegmentRange rival = longer;
  rival.head = random.make_id<Hash>();
  CHECK(keep(rival));
  CHECK(ends().size() == 2);
  CHECK(good(store.chains(space, {}))->at(first.chain).heads_at(25).size() == 2);
}
