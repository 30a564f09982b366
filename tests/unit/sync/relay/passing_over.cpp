// A member that packs for a hub what nobody can open: the hub cannot tell, and everybody else goes on all the same.
#include "tests/support/hub_desk.h"
#include "tests/support/older_hub.h"
#include "sync/relay/table_frame_store.h"
#include "core/store/log_layout.h"
#include "sync/protocol/segment.h"
#include "tests/support/chain_writer.h"
#include "tests/support/hub_attacks.h"
#include "tests/support/hub_community.h"

using namespace evenhand;
using namespace evenhand::test;

TEST_CASE("as many frames of one last event as a member may bring are given out once each, and the hub goes on") {
  HubDesk desk;
  const SealKey key = *desk.liar->current_epoch(desk.shared);
  SegmentRange range;
  range.chain = desk.random.make_id<ChainId>();
  range.lane = Lane::data;
  range.first_seq = range.last_seq = 1;
  RelayView& seen = desk.seen_by(desk.liar);
  const Bytes nothing(10, 1);
  for (std::size_t i = 0; i < kEndsAtHubMax; ++i) {
    range.head = desk.random.make_id<Hash>();
    const Segment one{range, SegmentForm::frame, good(pack_frame(desk.shared, range, nothing, &key, desk.liar->keystore().device(), desk.random))};
    REQUIRE(good(seen.store({&one, 1})).events_new == 1);
  }
  std::set<Hash> given;
  std::uint64_t cursor = 0;
  for (auto segment = good(seen.next_segment(range.chain, 0, cursor)); segment; segment = good(seen.next_segment(range.chain, 0, cursor))) {
    REQUIRE(given.insert(segment->range.head).second);
  }
  CHECK(given.size() == kEndsAtHubMax);
  desk.check_in_step();
}

TEST_CASE("whatever a member packs for the hub that nobody can open, the others pass over, say whose it is, and are in step in the same session") {
  std::size_t kept_frames = 0;
  for (std::size_t i = 0; i < 2 * std::size(kHubAttacks); ++i) {
    const HubAttack& attack = kHubAttacks[i / 2];
    const bool is_known = i % 2 == 0;
    INFO(attack.name << (is_known ? ", of what the hub has" : ""));
    HubDesk desk;
    desk.write(desk.all.host, "Carers");
    desk.all.agree(desk.all.host);
    desk.write(desk.all.host, "Veterans");
    if (is_known) desk.all.agree(desk.all.host);
    const std::uint64_t kept = desk.all.hub.replica->counters().frames_kept;
    attack.run(desk.assault(desk.all.host));
    const bool is_kept = desk.all.hub.replica->counters().frames_kept > kept;
    kept_frames += is_kept ? 1 : 0;
    desk.write(desk.guest, "Travellers");
    std::size_t said = 0;
    for (int round = 0; round < 2; ++round) {
      for (Laptop* laptop : {&desk.guest, &desk.all.host}) {
        const SessionOutcome outcome = desk.all.meet(*laptop);
        INFO(outcome.why.sentence());
        CHECK(outcome.end == SessionEnd::in_sync);
        CHECK(outcome.passed_over.size() <= 1);
        for (const Error& one : outcome.passed_over) {
          ++said;
          CHECK(one.sentence().find("Liar") != std::string::npos);
          CHECK(one.next.find("Tell an admin of the space") == 0);
        }
      }
    }
    CHECK((said >= 1) == is_kept);
    desk.check_in_step();
    CHECK(good(desk.guest->records("group")).size() == 3);
    desk.all.hub.open();  // what is passed over outlasts the hub's process
    desk.check_in_step();
    desk.all.hub.wipe();
    desk.check_in_step();
  }
  CHECK(kept_frames >= 12);  // the others were refused at the door, or were known
}

TEST_CASE("who has events that another packed falsely is asked for a copy of its own, though it never saw the false one") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  bring(desk.assault(desk.all.host), desk.last_of(desk.all.host).range, Bytes(200, 7));
  desk.all.agree(desk.all.host);  // for the host, its events are there
  const SessionOutcome found = desk.all.meet(desk.guest);
  CHECK(found.end == SessionEnd::in_sync);
  CHECK(found.passed_over.size() == 1);
  CHECK(desk.all.state(desk.guest) != desk.all.state(desk.all.host));
  desk.all.agree(desk.all.host);
  desk.all.agree(desk.guest);
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
  desk.check_in_step();
}

TEST_CASE("a chain of which a laptop takes no more branches keeps nothing else from it, and costs no packer its sight") {
  HubDesk desk;
  ChainWriter chain(desk.shared, 99);
  std::vector<Bytes> branches;
  for (std::size_t i = 0; i < log_layout::kBranchesPerChainMax; ++i) {
    chain.go_back_to({0, chain.descriptor().root()});
    branches.push_back(chain.commit(1, 10));
  }
  const std::vector<ByteView> views(branches.begin(), branches.end());
  good(desk.all.host->receive(desk.shared, views));
  chain.go_back_to({0, chain.descriptor().root()});
  const Bytes one_more = chain.commit(1, 10);
  SegmentRange range = good(range_of(good(split_commits(one_more))));
  range.head = chain.end().head;
  REQUIRE(bring(desk.assault(desk.all.host), range, one_more));
  desk.write(desk.guest, "Travellers");
  desk.all.agree(desk.guest);
  for (int i = 0; i < 2; ++i) {
    const SessionOutcome outcome = desk.all.meet(desk.all.host);
    INFO(outcome.why.sentence());
    CHECK(outcome.end != SessionEnd::refused);
    CHECK(outcome.passed_over.empty());
  }
  CHECK(good(desk.all.host->records("group")).size() == 1);
}

TEST_CASE("a false word against an honest packer takes nothing from anybody, and costs a copy") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  desk.all.agree(desk.all.host);
  good(desk.seen_by(desk.liar).pass_over(desk.all.host.device()));
  desk.all.agree(desk.guest);
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
  desk.check_in_step();
  Laptop fourth(4);
  join(desk.all, fourth, "Fourth");
  desk.all.agree(desk.all.host);
  desk.all.agree(fourth);
  CHECK(desk.all.state(fourth) == desk.all.state(desk.all.host));
  desk.write(desk.all.host, "Veterans");
  desk.all.agree(desk.all.host);
  desk.all.agree(fourth);
  CHECK(desk.all.state(fourth) == desk.all.state(desk.all.host));
  desk.check_in_step();
}

TEST_CASE("nobody passes over itself or a stranger, and a hub remembers a bounded number of them") {
  HubDesk desk;
  RelayView& view = desk.seen_by(desk.guest);
  CHECK_FALSE(view.pass_over(desk.guest.device()).ok());
  CHECK_FALSE(view.pass_over(desk.random.make_id<PublicKey>()).ok());
  Scratch scratch;
  TableFrameStore store = good(TableFrameStore::open(scratch.folder() / "frames"));
  const PublicKey device = desk.random.make_id<PublicKey>(), first = desk.random.make_id<PublicKey>();
  good(store.pass_over(desk.shared, device, first));
  for (std::size_t i = 1; i < kPassedOverMax; ++i) good(store.pass_over(desk.shared, device, desk.random.make_id<PublicKey>()));
  CHECK(store.pass_over(desk.shared, device, desk.random.make_id<PublicKey>()).error().code == ErrorCode::refused);
  good(store.pass_over(desk.shared, device, first));
  CHECK(good(store.passed_over(desk.shared)).at(device).size() == kPassedOverMax);
}

TEST_CASE("data under the name of an authority chain that the hub does not have yet is not shown once it has") {
  HubDesk desk;
  LogSpace log(desk.guest->find_space(desk.shared)->log);
  desk.all.hub.wipe();
  desk.all.agree(desk.all.host);  // brings all it has
  const ChainDescriptor coming{desk.guest.device(), desk.shared, Lane::authority, desk.random.make_id<Incarnation>()};
  HubAssault assault = {desk.seen_by(desk.liar), desk.liar->keystore().device(), *desk.liar->current_epoch(desk.shared), {}, {}, desk.random};
  SegmentRange range = own_chain(assault);
  range.chain = coming.id();
  REQUIRE(bring(assault, range, Bytes(200, 7)));
  CommitBuilder builder(coming, desk.guest->keystore().device(), 0, coming.root());
  EventDraft draft;
  draft.type = std::string(authority_type::kGranted);
  draft.body = encode(Grant{desk.guest.device(), 0});
  good(builder.add(draft, desk.random));
  const Bytes commit = builder.finish();
  const ByteView bytes = commit;
  good(desk.guest->receive(desk.shared, {&bytes, 1}));
  good(desk.guest->settle());
  desk.check_in_step();
}

TEST_CASE("an end that a false frame seems to run past is told again by whoever has it") {
  HubDesk desk;
  ChainWriter writer(desk.shared, 50);
  const auto take = [&](const Bytes& commit) {
    const ByteView view = commit;
    good(desk.all.host->receive(desk.shared, {&view, 1}));
    good(desk.all.host->settle());
  };
  take(writer.commit(2));
  const auto base = writer.end();
  take(writer.commit(2));
  const auto shorter = writer.end();
  writer.go_back_to(base);
  take(writer.commit(4));
  const auto longer = writer.end();
  desk.all.agree(desk.all.host);
  HubAssault assault = {desk.seen_by(desk.liar), desk.liar->keystore().device(), *desk.liar->current_epoch(desk.shared), {}, {}, desk.random};
  REQUIRE(bring(assault, {writer.id(), Lane::data, shorter.seq + 1, longer.seq, shorter.head, longer.head}, Bytes(200, 7)));
  desk.check_in_step();
  CHECK(good(good(desk.guest->find_space(desk.shared)->log.read()).chain(writer.id())).branches.size() == 2);
}

TEST_CASE("with a hub of a version that cannot pass over, a false frame ends the exchange with words") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  kHubAttacks[0].run(desk.assault(desk.all.host));
  test::OlderHub older(*desk.all.hub.replica);
  WorkspaceReplica replica(*desk.guest);
  SessionPair pair(replica, desk.all.memories[&desk.guest], older, desk.all.hub.memory, 7);
  pair.run();
  CHECK(pair.left.outcome().end == SessionEnd::refused);
  CHECK(pair.left.outcome().why.sentence().find("nobody can open") != std::string::npos);
  desk.all.agree(desk.guest);
}

TEST_CASE("a frame that stands on none that is seen waits, and is seen when what it stands on is") {
  SeededRandom random(3);
  const PublicKey one = random.make_id<PublicKey>();
  const KeptFrame first{5, random.make_id<Hash>(), one, 1, {}}, next{9, random.make_id<Hash>(), one, 6, first.head}, last{12, random.make_id<Hash>(), one, 10, next.head};
  SeenFrames frames;
  frames.add(last);
  frames.add(next);
  CHECK(frames.ends().empty());
  CHECK_FALSE(frames.has_room_for(last));
  frames.add(first);
  CHECK(frames.ends() == std::set<BranchHead>{{12, last.head}});
  CHECK(frames.frames().size() == 3);
}

TEST_CASE("false words against everybody who packs refuse nobody: copies for which there is no room are left out") {
  HubDesk desk;
  for (int i = 0; i < 40; ++i) desk.write(desk.all.host, "Group " + std::to_string(i) + std::string(40, 'x'));
  desk.all.agree(desk.all.host);
  const std::uint64_t used = good(desk.all.hub.replica->usage()).bytes;
  desk.all.agree(desk.guest);
  desk.write(desk.guest, "Carers");
  desk.all.agree(desk.guest);
  desk.all.agree(desk.all.host);
  desk.all.hub.quota.bytes_per_organisation = used + 1500;
  desk.all.hub.open();
  good(desk.seen_by(desk.liar).pass_over(desk.all.host.device()));
  good(desk.seen_by(desk.liar).pass_over(desk.guest.device()));
  for (int i = 0; i < 2; ++i) {
    desk.write(desk.guest, "Veterans " + std::to_string(i));
    desk.all.agree(desk.guest);
    desk.write(desk.all.host, "Parents " + std::to_string(i));
    desk.all.agree(desk.all.host);
    desk.all.agree(desk.guest);
    CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
  }
}
