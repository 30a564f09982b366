// Bounds of a log: what comes from outside and finds no room.
#include <catch2/catch.hpp>

#include "core/event/limits.h"
#include "core/store/log.h"
#include "core/store/log_layout.h"
#include "tests/support/chain_writer.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

const SpaceId kSpace = *SpaceId::from(Bytes(SpaceId::kSize, 7));

struct Room {
  Scratch scratch{Scratch::quick_parent()};
  Log log = Log::create(scratch / "log", kSpace).value();
  ChainWriter anna{kSpace, 1};
  ChainWriter ben{kSpace, 2};
};

}  // namespace

TEST_CASE_METHOD(Room, "what finds no room costs its own chain, and what stands on it is not kept waiting") {
  ChainWriter full(kSpace, 50);
  std::vector<Bytes> commits{full.commit()};
  const ChainWriter::End root = full.end();
  for (std::size_t i = 0; i < log_layout::kBranchesPerChainMax + 3; ++i) {
    full.go_back_to(root);
    commits.push_back(full.commit());
    commits.push_back(full.commit());
  }
  commits.push_back(ben.commit(4));
  const std::vector<ByteView> views(commits.begin(), commits.end());
  CHECK(log.append(views).error().what.find("1,024 branches") != std::string::npos);
  CHECK(log.read().value().event_count() == 0);
  const AppendOutcome outcome = log.append_untrusted(views).value();
  CHECK(outcome.without_room == std::map<ChainId, NoRoom>{{full.id(), NoRoom::branches}});
  CHECK(outcome.events_new == 4);  // a seal vouches for a run of commits: of that chain nothing of the call is taken
  const std::vector<ByteView> fitting(views.begin(), views.begin() + 1 + 2 * log_layout::kBranchesPerChainMax);
  CHECK(log.append_untrusted(fitting).value().events_new == 1 + 2 * log_layout::kBranchesPerChainMax);
  CHECK(log.read().value().parked_count() == 0);
  const ByteView last = commits[commits.size() - 2];  // stands on what was not taken
  CHECK(log.append_untrusted({&last, 1}).value().without_room.size() == 1);
  CHECK(log.read().value().parked_count() == 0);
}

TEST_CASE_METHOD(Room, "devices that a space does not know share a bound, those that it knows have one each") {
  std::vector<Bytes> commits;
  for (std::size_t i = 0; i < kChainsOfStrangersMax + 2; ++i) commits.push_back(ChainWriter(kSpace, 1000 + i).commit(1, 1));
  const std::vector<ByteView> views(commits.begin(), commits.end());
  const PublicKey known = anna.descriptor().device;
  const KnowsDevice knows = [&](const PublicKey& device) { return device == known; };
  const AppendOutcome outcome = log.append_untrusted(views, knows).value();
  CHECK(outcome.events_new == kChainsOfStrangersMax);
  REQUIRE(outcome.without_room.size() == 2);
  CHECK(outcome.without_room.begin()->second == NoRoom::strangers);
  const Bytes of_known = anna.commit(), of_stranger = ben.commit();
  const std::vector<ByteView> both{of_known, of_stranger};
  CHECK(log.append_untrusted(both, knows).value().without_room == std::map<ChainId, NoRoom>{{ben.id(), NoRoom::strangers}});
  CHECK(log.append_untrusted(both).value().events_new == 1);  // whoever knows everybody
}
