// A chain of the authority lane of which a hub and the laptops were brought more than any log keeps: it costs that chain, and nobody's exchange.
#include "core/event/limits.h"
#include "core/store/log_layout.h"
#include "tests/support/hub_desk.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

using log_layout::kBranchesPerChainMax;

struct Flooded : HubDesk {
  ChainWriter writer{shared, 41, liar->keystore().device(), Lane::authority};
  const Bytes first = writer.commit();
  const ChainWriter::End root = writer.end();

  std::vector<Bytes> branches(std::size_t count) {
    std::vector<Bytes> commits{first};
    for (std::size_t i = 0; i < count; ++i) {
      writer.go_back_to(root);
      commits.push_back(writer.commit());
    }
    return commits;
  }
  /// In plain frames, as a member packs authority.
  Stored bring_to_hub(const std::vector<Bytes>& commits) {
    std::vector<Segment> segments;
    for (const Bytes& bytes : commits) {
      const CommitView commit = good(CommitView::decode_untrusted(bytes));
      const SegmentRange range{commit.chain(), Lane::authority, commit.first_seq(), commit.last_seq(), commit.previous(), good(commit.event_hashes()).back()};
      segments.push_back({range, SegmentForm::frame, good(pack_frame(shared, range, bytes, nullptr, liar->keystore().device(), random))});
    }
    return good(seen_by(liar).store(segments));
  }
  void bring_to(Laptop& laptop, const std::vector<Bytes>& commits) {
    const std::vector<ByteView> views(commits.begin(), commits.end());
    good(laptop->receive(shared, views));
    good(laptop->settle());
  }
  SessionOutcome meet(Laptop& laptop, std::size_t chains) {
    const SessionOutcome outcome = all.meet(laptop);
    INFO(outcome.why.sentence());
    CHECK(outcome.end == SessionEnd::in_sync);
    CHECK(outcome.spaces.at(0).left_out.size() == chains);
    for (const Error& why : outcome.left_out) {
      INFO(why.sentence());
      CHECK(why.what.find("no room for more of what Liar NHS Trust (") != std::string::npos);
    }
    return outcome;
  }
};

}  // namespace

TEST_CASE("more branches of an authority chain than a log keeps, at a hub and at laptops, end nobody's exchange") {
  Flooded desk;
  desk.bring_to_hub(desk.branches(kBranchesPerChainMax - 4));
  desk.bring_to(desk.guest, desk.branches(10));
  desk.bring_to(desk.all.host, desk.branches(10));
  desk.write(desk.all.host, "Carers");
  for (int i = 0; i < 2; ++i) {
    CHECK(desk.meet(desk.all.host, 1).left_out.size() == 1);
    CHECK(desk.meet(desk.guest, 1).left_out.size() == 1);
  }
  CHECK(good(desk.guest->records("group")).size() == 1);
  desk.write(desk.guest, "Young people");
  desk.meet(desk.guest, 1);
  CHECK(desk.all.bytes_up + desk.all.bytes_down < 20'000);  // the chain stays where it is
  desk.meet(desk.all.host, 1);
  CHECK(good(desk.all.host->records("group")).size() == 2);
  // Laptop to laptop as well.
  WorkspaceReplica host(*desk.all.host), guest(*desk.guest);
  ShortMemory left, right;
  SessionPair pair(host, left, guest, right, 9);
  pair.run();
  INFO(pair.left.outcome().why.sentence());
  CHECK(pair.left.outcome().end == SessionEnd::in_sync);
  CHECK(pair.left.outcome().spaces.size() == 1);
  const auto heads = [&](Laptop& laptop) { return good(good(laptop->find_space(desk.shared)->log.read()).chain(desk.writer.id())).branches; };
  CHECK((heads(desk.guest) == heads(desk.all.host) || pair.left.outcome().spaces.at(0).left_out.size() == 1));
}

TEST_CASE("chains under keys that nobody let in leave room for those who are let in later") {
  Flooded desk;
  std::vector<Bytes> commits;
  for (std::size_t i = 0; i < kChainsOfStrangersMax + 20; ++i) {
    SeededRandom random(1000 + i);
    commits.push_back(ChainWriter(desk.shared, 1, KeyPair::make(random), Lane::authority).commit());
  }
  desk.bring_to_hub(commits);
  const auto chains = [&](Laptop& laptop) { return good(good(laptop->find_space(desk.shared)->log.read()).chains()).size(); };
  const std::size_t before = chains(desk.guest);
  desk.meet(desk.guest, 0);
  CHECK(chains(desk.guest) == before + kChainsOfStrangersMax);
  std::vector<Bytes> more;
  for (std::size_t i = 0; i < 5; ++i) {
    SeededRandom random(9000 + i);
    more.push_back(ChainWriter(desk.shared, 1, KeyPair::make(random), Lane::authority).commit());
  }
  const std::vector<ByteView> views(more.begin(), more.end());
  good(desk.all.host->find_space(desk.shared)->log.append(views));
  good(desk.all.host->settle());
  WorkspaceReplica host(*desk.all.host), guest(*desk.guest);
  ShortMemory left, right;
  SessionPair pair(host, left, guest, right, 9);
  pair.run();
  CHECK(pair.right.outcome().end == SessionEnd::in_sync);
  CHECK(pair.right.outcome().spaces.at(0).left_out.size() >= 5);
  REQUIRE(pair.right.outcome().left_out.size() == 1);  // one sentence, however many there are
  CHECK(pair.right.outcome().left_out.front().what.find("what A device that nobody let in wrote") != std::string::npos);
  Laptop late{5};
  join(desk.all, late, "Late");
  CHECK(desk.all.meet(desk.all.host).end == SessionEnd::in_sync);
  CHECK(desk.all.meet(late).end == SessionEnd::in_sync);
  good(late->use_cycle_space(desk.shared));
  desk.write(late, "Carers");
  CHECK(desk.all.meet(late).end == SessionEnd::in_sync);
  CHECK(desk.all.meet(desk.guest).end == SessionEnd::in_sync);
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("names of data chains that one organisation invents leave room at a hub for those of others") {
  Flooded desk;
  HubAssault assault{desk.seen_by(desk.liar), desk.liar->keystore().device(), *desk.liar->current_epoch(desk.shared), {}, {}, desk.random};
  std::size_t refused_chains = 0;
  for (std::size_t i = 0; i < kChainsPerSpaceMax / 2 + 20; ++i) {
    const SegmentRange range = own_chain(assault);
    const auto frame = good(pack_frame(desk.shared, range, garbage(assault), &assault.epoch, assault.hostile, desk.random));
    const Segment segment{range, SegmentForm::frame, frame};
    refused_chains += good(assault.hub.store({&segment, 1})).without_room.size();
  }
  CHECK(refused_chains >= 20);
  Laptop late{5};
  join(desk.all, late, "Late");
  desk.all.agree(desk.all.host);
  desk.all.agree(late);
  good(late->use_cycle_space(desk.shared));
  desk.write(late, "Carers");
  desk.all.agree(late);
  desk.all.agree(desk.guest);
  CHECK(good(desk.guest->records("group")).size() == 1);
}

TEST_CASE("what a member without rights writes of authority fills no hub") {
  Flooded desk;
  std::size_t refused_chains = 0;
  ChainWriter long_writer(desk.shared, 43, desk.liar->keystore().device(), Lane::authority);
  for (std::size_t i = 0; i < 90; ++i) {  // some 200 KB each
    refused_chains += desk.bring_to_hub({long_writer.commit(4, 50'000)}).without_room.size();
    if (i < 80) CHECK(refused_chains == 0);
  }
  CHECK(refused_chains >= 4);
  desk.write(desk.all.host, "Carers");
  CHECK(desk.all.meet(desk.all.host).end == SessionEnd::in_sync);
  CHECK(desk.all.meet(desk.guest).end == SessionEnd::in_sync);
  CHECK(good(desk.guest->records("group")).size() == 1);
  desk.all.hub.open();  // counted anew
  CHECK(desk.bring_to_hub({long_writer.commit(4, 50'000)}).without_room.size() == 1);
}

TEST_CASE("a hub that does not know the charter yet keeps room for it, whatever a stranger brings before") {
  Flooded desk;
  desk.write(desk.all.host, "Carers");
  desk.all.hub.wipe();
  std::size_t refused_chains = 0;
  ChainWriter long_writer(desk.shared, 43, desk.liar->keystore().device(), Lane::authority);
  for (std::size_t i = 0; i < 90; ++i) refused_chains += desk.bring_to_hub({long_writer.commit(4, 50'000)}).without_room.size();  // some 200 KB each
  CHECK(refused_chains >= 4);
  refused_chains = 0;
  for (std::uint64_t i = 0; i < kChainsOfStrangersMax + 20; ++i) {
    ChainWriter stranger(desk.shared, 1000 + i, KeyPair::make(desk.random), Lane::authority);
    refused_chains += desk.bring_to_hub({stranger.commit()}).without_room.size();
  }
  CHECK(refused_chains >= 20);
  for (int i = 0; i < 2; ++i) {
    CHECK(desk.all.meet(desk.all.host).end == SessionEnd::in_sync);
    CHECK(desk.all.meet(desk.guest).end == SessionEnd::in_sync);
  }
  CHECK(good(desk.guest->records("group")).size() == 1);
  CHECK(desk.all.hub.replica->spaces().begin()->second->is_open_to(desk.guest.device()));
}
