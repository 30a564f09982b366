// What a hub takes for the ends of a chain, when that is not what its partners hold.
#include "tests/support/chain_writer.h"
#include "tests/support/hub_community.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

void take(Laptop& laptop, const SpaceId& space, const Bytes& commit) {
  const ByteView view = commit;
  good(laptop->receive(space, {&view, 1}));
  good(laptop->settle());
}

}  // namespace

TEST_CASE("however many laptops brought a part of a chain while the hub was empty, three meetings bring it in step") {
  for (const int parts : {8, 9, 20}) {
    INFO(parts << " parts");
    Community all;
    all.agree(all.host);
    ChainWriter writer(all.shared, 50);
    const SealKey* const key = all.host->current_epoch(all.shared);
    REQUIRE(key != nullptr);
    Bytes payload;
    SegmentRange range{writer.id(), Lane::data, 1, 0, {}, {}};
    for (int i = 1; i <= 24; ++i) {
      const Bytes commit = writer.commit();
      if (i == 1) range.previous = good(CommitView::decode_stored(commit)).previous();
      payload.insert(payload.end(), commit.begin(), commit.end());
      range.last_seq = writer.end().seq;
      range.head = writer.end().head;
      take(all.host, all.shared, commit);
      if (i > parts) continue;
      const Segment part{range, SegmentForm::frame, good(pack_frame(all.shared, range, payload, key, all.host->keystore().device(), all.hub.random))};
      good(all.hub.space().store({&part, 1}));
    }
    (void)all.meet(all.host);
    (void)all.meet(all.host);
    all.agree(all.host);
    CHECK(good(all.hub.space().log_digest()) == good(good(all.host->find_space(all.shared)->log.read()).log_digest({})));
  }
}

TEST_CASE("a branch that begins within a commit goes out after what it stands on, so the hub takes both and gives both on") {
  Community all;
  Laptop second{2};
  join(all, second, "Second");
  for (Laptop* laptop : {&all.host, &second, &all.host}) (void)all.meet(*laptop);
  ChainWriter writer(all.shared, 50);
  const Bytes whole = writer.commit(4);
  const Hash within = good(good(CommitView::decode_stored(whole)).event_hashes())[1];
  writer.go_back_to({2, within});
  const Bytes branch = writer.commit();
  take(all.host, all.shared, whole);
  take(all.host, all.shared, branch);
  (void)all.meet(all.host);
  (void)all.meet(second);
  for (Laptop* laptop : {&all.host, &second}) {
    all.agree(*laptop);
    CHECK(good(good((*laptop)->find_space(all.shared)->log.read()).chain(writer.id())).branches.size() == 2);
  }
}

TEST_CASE("a laptop that only reads and is ahead of the hub is in step but for that chain, says so, and is not sent again what it has") {
  constexpr std::size_t kChainBytes = 40 * 4000;
  Community all;
  Laptop reader{2};
  join(all, reader, "Reader", Capability::read);
  all.agree(all.host);
  ChainWriter writer(all.shared, 50);
  for (int i = 0; i < 40; ++i) {
    const Bytes commit = writer.commit(1, 4000);
    take(all.host, all.shared, commit);
    take(reader, all.shared, commit);
  }
  for (int i = 0; i < 2; ++i) {
    for (Laptop* laptop : {&all.host, &reader}) (void)all.meet(*laptop);
  }
  all.agree(reader);
  const Bytes ahead = writer.commit();
  take(reader, all.shared, ahead);  // straight from its author
  for (int i = 0; i < 2; ++i) {
    const SessionOutcome outcome = all.meet(reader);
    CHECK(outcome.end == SessionEnd::in_sync);
    REQUIRE(outcome.left_out.size() == 1);
    CHECK(outcome.left_out.front().what.find("this laptop may not bring it") != std::string::npos);
    CHECK(outcome.spaces.front().left_out == std::vector<ChainId>{writer.id()});
    CHECK(all.bytes_down < kChainBytes / 10);
    CHECK(all.bytes_up < kChainBytes / 10);
  }
  take(all.host, all.shared, ahead);
  all.agree(all.host);
  all.agree(reader);
}
