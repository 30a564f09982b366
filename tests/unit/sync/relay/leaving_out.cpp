// Chains that nothing can bring in step at a hub: everything else is, and people hear whose they are.
#include "sync/session/space_exchange.h"
#include "tests/support/hub_desk.h"
#include "tests/support/older_hub.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

struct Knotted : HubDesk {
  void bring_knot(std::size_t i) { kHubKnots[i].run(assault()); }
  HubAssault assault() { return {seen_by(liar), liar->keystore().device(), *liar->current_epoch(shared), {}, {}, random}; }
  /// In step but for so many chains of the liar's.
  SessionOutcome meet(Laptop& laptop, std::size_t chains, const std::string& words) {
    const SessionOutcome outcome = all.meet(laptop);
    INFO(outcome.why.sentence());
    CHECK(outcome.end == SessionEnd::in_sync);
    REQUIRE(outcome.spaces.size() == 1);
    CHECK(outcome.spaces.front().agreed);
    CHECK(outcome.spaces.front().left_out.size() == chains);
    REQUIRE(outcome.left_out.size() == (chains > 0 ? 1 : 0));
    if (chains > 0) {
      INFO(outcome.left_out.front().sentence());
      CHECK(outcome.left_out.front().what.find("Liar NHS Trust (") == 0);
      CHECK(outcome.left_out.front().what.find(words) != std::string::npos);
      CHECK(outcome.left_out.front().next.find("exchange with the hub again from that laptop") != std::string::npos);
    }
    return outcome;
  }
  std::size_t branches(Laptop& laptop, const ChainId& chain) { return good(good(laptop->find_space(shared)->log.read()).chain(chain)).branches.size(); }
};

const char* const kUnshown = "on top of something that it has not shown";

// Two branches of which one stands on an event that is shown later, or never.
struct Riddle {
  ChainWriter writer;
  ChainWriter::End root = writer.end(), first, longer, unseen, last;
  Bytes begin, main, missing, branch;

  explicit Riddle(Knotted& desk) : writer(desk.shared, 31, desk.liar->keystore().device()) {
    begin = writer.commit();
    first = writer.end();
    main = writer.commit(40, 3000);
    longer = writer.end();
    writer.go_back_to(first);
    missing = writer.commit();
    unseen = writer.end();
    branch = writer.commit(2);
    last = writer.end();
  }
  SegmentRange range(const ChainWriter::End& from, const ChainWriter::End& to) const { return {writer.id(), Lane::data, from.seq + 1, to.seq, from.head, to.head}; }
  void bring_knot(Knotted& desk) const {
    REQUIRE(bring(desk.assault(), range(root, first), begin));
    REQUIRE(bring(desk.assault(), range(first, longer), main));
    REQUIRE(bring(desk.assault(), range(unseen, last), branch));
  }
};

}  // namespace

TEST_CASE("a chain that stands on what nobody shows is left out of the comparison: the rest is in step, whose it is is said, and attachments come") {
  Knotted desk;
  const BlobAddress address = attached(desk.all.host, desk.shared, Bytes(3000, 7));
  desk.bring_knot(0);
  desk.write(desk.all.host, "Carers");
  desk.write(desk.guest, "Travellers");
  for (int i = 0; i < 2; ++i) {
    for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, kUnshown);
  }
  CHECK(store_of(desk.guest, desk.shared).has(address));
  CHECK(good(desk.guest->records("group")).size() == 2);
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
  desk.all.hub.wipe();
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 0, {});
}

TEST_CASE("what was left out at the last meeting is left out from the start at the next one, and costs no events") {
  Knotted desk;
  const Riddle riddle(desk);
  riddle.bring_knot(desk);
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, kUnshown);
  CHECK(desk.all.bytes_down > 100'000);
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t given = desk.all.hub.replica->counters().frames_given, kept = desk.all.hub.replica->counters().frames_kept;
    for (Laptop* laptop : {&desk.all.host, &desk.guest}) {
      desk.meet(*laptop, 1, kUnshown);
      CHECK(desk.all.bytes_down < 1000);
      CHECK(desk.all.bytes_up < 1000);
    }
    CHECK(desk.all.hub.replica->counters().frames_given == given);
    CHECK(desk.all.hub.replica->counters().frames_kept == kept);
  }
  desk.write(desk.all.host, "Carers");
  desk.meet(desk.all.host, 1, kUnshown);
  desk.meet(desk.guest, 1, kUnshown);
  CHECK(desk.all.bytes_down < 10'000);
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("when what was missing is shown, nothing is left out any more and everybody has all of it") {
  Knotted desk;
  const Riddle riddle(desk);
  riddle.bring_knot(desk);
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, kUnshown);
  REQUIRE(bring(desk.assault(), riddle.range(riddle.first, riddle.unseen), riddle.missing));
  desk.check_in_step();
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) {
    desk.meet(*laptop, 0, {});
    CHECK(desk.branches(*laptop, riddle.writer.id()) == 2);
  }
}

TEST_CASE("a chain that is left out still grows at everybody, and what is good of it comes") {
  Knotted desk;
  Riddle riddle(desk);
  riddle.bring_knot(desk);
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, kUnshown);
  riddle.writer.go_back_to(riddle.longer);
  const Bytes more = riddle.writer.commit();
  const ByteView view = more;
  good(desk.all.host->receive(desk.shared, {&view, 1}));  // straight from its author
  good(desk.all.host->settle());
  for (int i = 0; i < 2; ++i) {
    for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, kUnshown);
  }
  const ChainState state = good(good(desk.guest->find_space(desk.shared)->log.read()).chain(riddle.writer.id()));
  CHECK(state.branches == std::vector<BranchHead>{{riddle.writer.end().seq, riddle.writer.end().head}});
}

TEST_CASE("a piece of a commit that a hub takes for the end of its chain holds nothing up") {
  Knotted desk;
  desk.bring_knot(1);
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 0, {});
  desk.bring_knot(1);
  desk.write(desk.all.host, "Carers");
  for (int i = 0; i < 2; ++i) {
    for (Laptop* laptop : {&desk.all.host, &desk.guest}) desk.meet(*laptop, 1, "gave the hub a piece of its work");
  }
  CHECK(desk.all.state(desk.guest) == desk.all.state(desk.all.host));
}

TEST_CASE("a log that is full of chains ends no exchange with the hub: what it cannot take, and what it cannot give, is left out") {
  Knotted desk;
  Laptop reader{4};
  join(desk.all, reader, "Reader", Capability::read);
  desk.all.agree(desk.all.host);
  desk.all.agree(reader);
  std::vector<Bytes> commits;
  std::size_t known = good(good(reader->find_space(desk.shared)->log.read()).chains()).size();
  for (; known < kChainsPerSpaceMax; ++known) commits.push_back(ChainWriter(desk.shared, known).commit(1, 1));
  const std::vector<ByteView> views(commits.begin(), commits.end());
  good(reader->find_space(desk.shared)->log.append(views));  // as if many devices had been let in: of one, or of strangers, fewer are taken
  desk.write(desk.liar, "Carers");
  desk.all.agree(desk.liar);
  for (int i = 0; i < 2; ++i) {
    const SessionOutcome outcome = desk.all.meet(reader);
    CHECK(outcome.end == SessionEnd::in_sync);
    CHECK(outcome.spaces.front().left_out.size() == commits.size() + 1);
    const auto says = [&](const std::string& words) { return std::any_of(outcome.left_out.begin(), outcome.left_out.end(), [&](const Error& why) { return why.what.find(words) == 0; }); };
    if (i == 0) CHECK(says("There is no room for more of what Liar NHS Trust"));
    CHECK(says("The hub does not have everything yet"));
  }
}

TEST_CASE("however many chains are left out, the rest is in step") {
  Knotted desk;
  for (int i = 0; i < 20; ++i) desk.bring_knot(0);
  desk.write(desk.all.host, "Carers");
  desk.meet(desk.all.host, 20, kUnshown);
  desk.meet(desk.guest, 20, kUnshown);
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("more that waits than a log keeps ends no exchange with the hub") {
  Knotted desk;
  ChainWriter writer(desk.shared, 31, desk.liar->keystore().device());
  const ChainWriter::End root = writer.end(), unseen{2, desk.random.make_id<Hash>()};
  const Bytes shown = writer.commit(5);
  REQUIRE(bring(desk.assault(), writer, root, shown));
  writer.go_back_to(unseen);
  for (int i = 0; i < 21; ++i) {  // 512 commits each, of one event
    const ChainWriter::End from = writer.end();
    Bytes commits;
    for (int k = 0; k < 512; ++k) {
      const Bytes commit = writer.commit(1, 1);
      commits.insert(commits.end(), commit.begin(), commit.end());
    }
    REQUIRE(bring(desk.assault(), writer, from, commits));
  }
  desk.write(desk.all.host, "Carers");
  for (Laptop* laptop : {&desk.all.host, &desk.guest}) {
    const SessionOutcome outcome = desk.all.meet(*laptop);
    CHECK(outcome.end == SessionEnd::in_sync);
    REQUIRE(outcome.left_out.size() == 1);
    CHECK(outcome.left_out.front().what.find("There is no room for more of what Liar NHS Trust") == 0);
  }
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("a hub takes a word about data chains only, about each once, and keeps a chain in of which it holds something else by now") {
  Knotted desk;
  RelayView& view = desk.seen_by(desk.guest);
  session_detail::SpaceExchange exchange(0, &view);
  good(exchange.begin_round());
  ChainId authority;
  for (const VersionVector::Entry& entry : exchange.mine_.entries) {
    if (good(view.lane_of(entry.chain)) == Lane::authority) authority = entry.chain;
  }
  const ChainId any = desk.random.make_id<ChainId>();
  CHECK(exchange.take_left_out({{authority, {}}}).error().what.find("authority lane") != std::string::npos);
  CHECK_FALSE(good(exchange.take_left_out({{any, {}}})).front().is_zero());
  CHECK(exchange.take_left_out({{any, {}}}).error().what.find("twice") != std::string::npos);
  const ChainId known = desk.random.make_id<ChainId>();
  ChainPrint other = good(view.print_of_chain(known));
  other.bytes[7] ^= 1;
  CHECK(good(exchange.take_left_out({{known, other}})).front().is_zero());
  CHECK(good(exchange.take_left_out({{known, good(view.print_of_chain(known))}})).front() == good(view.print_of_chain(known)));
  std::vector<wire::LeaveOut::Item> many(kChainsPerSpaceMax);
  for (auto& one : many) one.chain = desk.random.make_id<ChainId>();
  CHECK(exchange.take_left_out(many).error().what.find("more chains than a space may have") != std::string::npos);
}

TEST_CASE("with a hub of a version that cannot leave out, the space ends not in step, with words") {
  Knotted desk;
  desk.bring_knot(0);
  test::OlderHub older(*desk.all.hub.replica);
  WorkspaceReplica replica(*desk.guest);
  SessionPair pair(replica, desk.all.memories[&desk.guest], older, desk.all.hub.memory, 7);
  pair.run();
  CHECK(pair.left.outcome().end == SessionEnd::partial);
  CHECK(pair.left.outcome().why.sentence().find("still differ") != std::string::npos);
  CHECK(pair.left.outcome().left_out.empty());
  desk.meet(desk.guest, 1, kUnshown);
}
