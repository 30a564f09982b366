// A bound that is reached costs the chain that reached it, and nothing else.
#include <catch2/catch.hpp>

#include "core/event/limits.h"
#include "core/store/log_layout.h"
#include "sync/session/session.h"
#include "tests/support/chain_writer.h"
#include "tests/support/session_pair.h"

using namespace evenhand;

namespace {

using log_layout::kBranchesPerChainMax;

struct Crowded {
  Scratch scratch{Scratch::quick_parent()};
  LogReplica left{scratch / "left", 1};
  LogReplica right{scratch / "right", 2};
  ChainWriter honest{space_number(7), 3}, other{space_number(7), 4};

  Crowded() {
    for (LogReplica* const replica : {&left, &right}) replica->add_space(space_number(7));
    left.append(honest.commit(5));
    right.append(other.commit(6));
  }
  static void take(LogReplica& replica, const std::vector<Bytes>& commits) {
    const std::vector<ByteView> views(commits.begin(), commits.end());
    REQUIRE(replica.log().append_untrusted(views).value().without_room.empty());
  }
  /// So many branches of one chain here, and so many others there.
  ChainId fork(std::size_t here, std::size_t there) {
    ChainWriter writer(space_number(7), 9);
    const Bytes first = writer.commit();
    const ChainWriter::End root = writer.end();
    for (LogReplica* const replica : {&left, &right}) {
      std::vector<Bytes> commits{first};
      for (std::size_t i = 0; i < (replica == &left ? here : there); ++i) {
        writer.go_back_to(root);
        commits.push_back(writer.commit());
        commits.push_back(writer.commit());
      }
      take(*replica, commits);
    }
    return writer.id();
  }
  static std::size_t events(LogReplica& replica, const ChainWriter& writer) {
    const auto chain = replica.log().read().value().chain(writer.id());
    return chain ? chain->branches.front().seq : 0;
  }
  /// Both in step but for so many chains; gives the bytes of both.
  std::size_t meet(std::size_t chains, std::uint64_t seed) {
    SessionPair pair(left, right, seed);
    REQUIRE(pair.run());
    for (const Session* const session : {&pair.left, &pair.right}) {
      INFO(session->outcome().why.sentence());
      CHECK(session->outcome().end == SessionEnd::in_sync);
      CHECK(session->outcome().spaces.at(0).left_out.size() == chains);
      CHECK(session->outcome().left_out.size() == (chains > 0 ? 1 : 0));
    }
    CHECK(events(left, other) == events(right, other));
    CHECK(events(left, honest) == events(right, honest));
    return pair.from_left + pair.from_right;
  }
};

}  // namespace

TEST_CASE("a chain with more branches than a log keeps is left out, and everything else is exchanged") {
  Crowded crowd;
  const ChainId chain = crowd.fork(kBranchesPerChainMax - 4, 10);
  crowd.meet(1, 5);
  CHECK(Crowded::events(crowd.right, crowd.honest) == 5);
  CHECK(Crowded::events(crowd.left, crowd.other) == 6);
  for (LogReplica* const replica : {&crowd.left, &crowd.right}) {
    CHECK(replica->log().read().value().chain(chain)->branches.size() <= kBranchesPerChainMax);
    CHECK(replica->log().read().value().parked_count() == 0);  // nothing waits for what found no room
  }
  crowd.left.append(crowd.honest.commit(2));
  crowd.meet(1, 6);
  crowd.right.append(crowd.other.commit(3));
  CHECK(crowd.meet(1, 7) < 4000);  // it does not travel in vain any more
  CHECK(Crowded::events(crowd.right, crowd.honest) == 7);
}

TEST_CASE("a chain as full as it may be, and the same on both sides, is exchanged like any other") {
  Crowded crowd;
  crowd.fork(kBranchesPerChainMax, 0);
  crowd.meet(0, 5);
  CHECK(crowd.left.digest() == crowd.right.digest());
}

TEST_CASE("one device's chains leave room for those of others") {
  Crowded crowd;
  SeededRandom random(11);
  const KeyPair key = KeyPair::make(random);
  for (LogReplica* const replica : {&crowd.left, &crowd.right}) {
    std::vector<Bytes> commits;
    for (std::size_t i = 0; i < kChainsPerDeviceMax; ++i) commits.push_back(ChainWriter(space_number(7), 100 + i + (replica == &crowd.left ? 0 : 3), key).commit());
    Crowded::take(*replica, commits);
  }
  crowd.meet(6, 5);
  crowd.left.append(crowd.honest.commit(1));
  CHECK(crowd.meet(6, 6) < 40'000);
  CHECK(Crowded::events(crowd.right, crowd.honest) == 6);
}
