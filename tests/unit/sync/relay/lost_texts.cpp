// What a member brings to a hub without its texts, or in the wrong lane: it holds up nobody, and hides no word of an admin.
#include "sync/session/farewell.h"
#include "tests/support/hub_desk.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

SegmentRange range_of_commit(const Bytes& bytes, Lane lane) {
  const CommitView commit = good(CommitView::decode_stored(bytes));
  return {commit.chain(), lane, commit.first_seq(), commit.last_seq(), commit.previous(), good(commit.event_hashes()).back()};
}

std::vector<Bytes> chain_of(Laptop& holder, const SpaceId& space, const PublicKey& device, Lane lane) {
  std::vector<Bytes> commits;
  const auto view = good(holder->find_space(space)->log.read());
  for (const auto& [id, state] : good(view.chains())) {
    if (state.descriptor.device != device || state.descriptor.lane != lane) continue;
    good(view.scan_chain(id, 1, [&](Arrival, const CommitView& commit) {
      commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
      return true;
    }));
  }
  return commits;
}

/// What the liar met straight from its author stands at the hub without its texts before that one comes.
void hide_last_of(HubDesk& desk, Laptop& author) {
  const Segment last = desk.last_of(author);
  REQUIRE(bring(desk.assault(author), last.range, bare_commits(last.payload)));
}

void check_lacks_one(const SessionOutcome& outcome) {
  INFO(outcome.why.sentence());
  CHECK(outcome.end == SessionEnd::in_sync);
  CHECK(outcome.spaces.at(0).left_out.size() == 1);
}

void check_whole(const SessionOutcome& outcome) {
  INFO(outcome.why.sentence());
  CHECK(outcome.end == SessionEnd::in_sync);
  CHECK(outcome.spaces.at(0).left_out.empty());
}

const RelaySpace& at(const Community& all) { return *all.hub.replica->spaces().begin()->second; }

}  // namespace

TEST_CASE("a removal that is brought to a hub without its text keeps nobody in, and the whole one is taken") {
  HubDesk desk;
  good(remove_devices(*desk.all.host, desk.shared, {desk.liar.device()}));
  const Bytes farewell = good(farewell_of(desk.all.host->find_space(desk.shared)->log, desk.all.host.access(desk.shared), desk.liar.device()));
  const Bytes stripped = bare_commits(good(split_commits(farewell)).back().bytes());
  const SegmentRange range = range_of_commit(stripped, Lane::authority);
  const Segment segment{range, SegmentForm::frame, good(pack_frame(desk.shared, range, stripped, nullptr, desk.liar->keystore().device(), desk.random))};
  const Stored stored = good(desk.seen_by(desk.liar).store({&segment, 1}));
  CHECK(stored.events_new == 0);
  CHECK(stored.without_room.size() == 1);
  desk.all.agree(desk.all.host);
  CHECK_FALSE(at(desk.all).is_open_to(desk.liar.device()));
  desk.all.agree(desk.guest);
  CHECK(desk.guest.access(desk.shared).find_device(desk.liar.device())->is_removed);
}

TEST_CASE("an event that its author brings without its text holds up no space and no attachment at a hub") {
  HubDesk desk;
  ChainWriter writer(desk.shared, 31, desk.liar->keystore().device());
  const ChainWriter::End root = writer.end();
  const Bytes commit = bare_commits(writer.commit(1));
  const HubAssault assault{desk.seen_by(desk.liar), desk.liar->keystore().device(), *desk.liar->current_epoch(desk.shared), {}, {}, desk.random};
  REQUIRE(bring(assault, writer, root, commit));
  const BlobAddress address = attached(desk.all.host, desk.shared, Bytes(3000, 7));
  desk.write(desk.all.host, "Carers");
  for (int i = 0; i < 3; ++i) {
    for (Laptop* const laptop : {&desk.all.host, &desk.guest}) {
      const SessionOutcome outcome = desk.all.meet(*laptop);
      INFO(outcome.why.sentence());
      CHECK(outcome.end == SessionEnd::in_sync);
      CHECK(outcome.spaces.at(0).left_out.size() == 1);
      REQUIRE(outcome.left_out.size() == 1);
      CHECK(outcome.left_out.front().what.find("Liar NHS Trust (") != std::string::npos);
    }
  }
  CHECK(store_of(desk.guest, desk.shared).has(address));
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("a commit whose texts are lost is sent once, not once for each of them") {
  HubDesk desk;
  ChainWriter writer(desk.shared, 31, desk.liar->keystore().device());
  const ChainWriter::End root = writer.end();
  const Bytes commit = without_bodies(good(CommitView::decode_stored(writer.commit(104, 2100))), [](std::size_t i, const EventView&) { return i < 64; });
  const HubAssault assault{desk.seen_by(desk.liar), desk.liar->keystore().device(), *desk.liar->current_epoch(desk.shared), {}, {}, desk.random};
  REQUIRE(bring(assault, writer, root, commit));
  CHECK(desk.all.meet(desk.guest).end == SessionEnd::in_sync);
  CHECK(desk.all.bytes_down < 4 * commit.size());
  CHECK(desk.all.meet(desk.guest).end == SessionEnd::in_sync);
  CHECK(desk.all.bytes_down < commit.size());
}

TEST_CASE("an authority chain that somebody brought to a hub as data ends no exchange, and is read there once its owner comes") {
  Community all;
  Laptop guest{2}, liar{3}, late{5};
  join(all, guest, "Guest", kPartner | Capability::admin);
  join(all, liar, "Liar");
  all.agree(all.host);
  for (Laptop* const laptop : {&guest, &liar}) {
    all.agree(*laptop);
    good((*laptop)->use_cycle_space(all.shared));
  }
  late.found("Late");
  let_in(guest, late, kPartner);
  exchange(guest, liar);
  SeededRandom random{17};
  for (const Bytes& commit : chain_of(liar, all.shared, guest.device(), Lane::authority)) {
    const SegmentRange range = range_of_commit(commit, Lane::data);
    const Segment segment{range, SegmentForm::frame, good(pack_frame(all.shared, range, commit, liar->current_epoch(all.shared), liar->keystore().device(), random))};
    (void)all.hub.replica->view(all.shared, liar.device()).store({&segment, 1}).ok();
  }
  good(remove_devices(*guest, all.shared, {liar.device()}));
  entered(*guest, new_group("Carers"));
  for (int i = 0; i < 2; ++i) CHECK(all.meet(guest).end == SessionEnd::in_sync);
  CHECK(at(all).access().find_device(late.device()) != nullptr);
  CHECK_FALSE(at(all).is_open_to(liar.device()));
  CHECK(all.meet(all.host).end == SessionEnd::in_sync);
  CHECK(good(all.host->records("group")).size() == 1);
}

TEST_CASE("a text that a member hid at a hub is asked of whoever has it, once") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  hide_last_of(desk, desk.all.host);
  check_lacks_one(desk.all.meet(desk.guest));
  CHECK_FALSE(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
  check_whole(desk.all.meet(desk.all.host));
  check_whole(desk.all.meet(desk.guest));
  CHECK(good(desk.guest->records("group")).size() == 1);
  desk.check_in_step();
  check_whole(desk.all.meet(desk.all.host));
  CHECK(desk.all.bytes_up + desk.all.bytes_down < 200);
}

TEST_CASE("a hub that was started anew, or whose asking was cut off, asks for hidden texts again") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  hide_last_of(desk, desk.all.host);
  check_lacks_one(desk.all.meet(desk.guest));
  desk.all.hub.open();
  for (std::size_t bytes = 200; bytes < 2000; bytes += 300) (void)desk.all.meet(desk.all.host, bytes);
  check_whole(desk.all.meet(desk.all.host));
  check_whole(desk.all.meet(desk.guest));
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
}

TEST_CASE("who packed an event bare and holds its text by now brings that in place of it") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  hide_last_of(desk, desk.all.host);
  check_lacks_one(desk.all.meet(desk.guest));
  exchange(desk.all.host, desk.liar);  // an honest program, to which somebody gave the bare one before
  check_whole(desk.all.meet(desk.liar));
  check_whole(desk.all.meet(desk.guest));
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("hundreds of hidden texts come in a few rounds") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  for (int i = 0; i < 900; ++i) desk.write(desk.all.host, "Group " + std::to_string(i) + std::string(250, 'x'));
  LogSpace space(desk.all.host->find_space(desk.shared)->log);
  const Segment last = desk.last_of(desk.all.host);
  const HubAssault assault = desk.assault(desk.all.host);
  std::uint64_t cursor = 0;
  while (const auto segment = good(space.next_segment(last.range.chain, 0, cursor))) {
    REQUIRE(bring(assault, segment->range, bare_commits(segment->payload)));
  }
  check_lacks_one(desk.all.meet(desk.guest));
  check_whole(desk.all.meet(desk.all.host));
  check_whole(desk.all.meet(desk.guest));
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
}

TEST_CASE("a member that says it lacks everything costs the others one round and copies within the quota, and refuses nobody") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  for (Laptop* const laptop : {&desk.all.host, &desk.guest}) desk.all.agree(*laptop);
  const Segment last = desk.last_of(desk.all.host);
  const CommitView commit = good(split_commits(last.payload)).back();
  const Reference there{last.range.chain, commit.last_seq(), shorten(last.range.head)}, nowhere{last.range.chain, 1'000'000, {}};
  const std::uint64_t kept = desk.all.hub.replica->counters().frames_kept + desk.all.hub.replica->counters().frames_known;
  for (int i = 0; i < 3; ++i) {
    desk.seen_by(desk.liar).partner_lacks({there, nowhere});
    for (Laptop* const laptop : {&desk.all.host, &desk.guest}) check_whole(desk.all.meet(*laptop));
  }
  CHECK(desk.all.hub.replica->counters().frames_kept + desk.all.hub.replica->counters().frames_known - kept == 2);
  for (Laptop* const laptop : {&desk.all.host, &desk.guest}) {
    check_whole(desk.all.meet(*laptop));
    CHECK(desk.all.bytes_up + desk.all.bytes_down < 200);
  }
}

TEST_CASE("a member that says at each meeting that it lacks other events leaves the questions of the others their turn") {
  HubDesk desk;
  desk.write(desk.all.host, "Carers");
  hide_last_of(desk, desk.all.host);
  check_lacks_one(desk.all.meet(desk.guest));
  std::vector<Reference> made_up;
  for (std::uint64_t i = 1; i <= kMissingBodiesMax; ++i) made_up.push_back({ChainId{}, i, {}});  // before any other
  desk.seen_by(desk.liar).partner_lacks(made_up);
  check_whole(desk.all.meet(desk.all.host));
  check_whole(desk.all.meet(desk.guest));
  CHECK(good(desk.guest->records("group")).size() == 1);
}
