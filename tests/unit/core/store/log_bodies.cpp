// Bodies that were lost without an order, and come back with a copy of their commit.

#include <catch2/catch.hpp>

#include "core/store/check.h"
#include "core/store/log.h"
#include "tests/support/chain_writer.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

std::vector<bool> present(const Log& log, Arrival arrival) {
  const LogReadView view = log.read().value();
  std::vector<bool> here;
  REQUIRE(view.commit_at(arrival).value().walk([&](std::size_t, const EventView& event) {
    here.push_back(event.body_state == BodyState::present && event.body_matches());
    return true;
  }));
  return here;
}

Result<AppendOutcome> take(Log& log, const Bytes& commit) {
  const ByteView bytes = commit;
  return log.append_untrusted({&bytes, 1});
}

}  // namespace

TEST_CASE("a copy of a known commit brings the bodies that ours lacks, in place") {
  Scratch scratch{Scratch::quick_parent()};
  ChainWriter anna(sample_space(), 1);
  const Bytes first = anna.commit(3), second = anna.commit(2);
  {
    Log log = Log::create(scratch / "log", sample_space()).value();
    REQUIRE(take(log, first));
    REQUIRE(take(log, second));
    REQUIRE(log.drop_bodies([](const Reference& r, const EventView&) { return r.seq <= 2; }).value() == 2);
    REQUIRE(present(log, 1) == std::vector<bool>{false, false, true});

    const Bytes half = without_bodies(CommitView::decode_stored(first).value(), [](std::size_t i, const EventView&) { return i > 0; });
    const AppendOutcome some = take(log, half).value();
    CHECK(some.commits_filled == 1);
    CHECK(some.events_new == 0);
    CHECK(present(log, 1) == std::vector<bool>{true, false, true});

    CHECK(take(log, first).value().commits_filled == 1);
    CHECK(take(log, first).value().commits_filled == 0);
    const LogReadView view = log.read().value();
    const ByteView kept = view.commit_at(1).value().bytes();
    CHECK(Bytes(kept.begin(), kept.end()) == first);
    CHECK(view.last_arrival() == 2);
  }
  CHECK(check_log(scratch / "log").ok());
  CHECK(present(Log::open(scratch / "log", OpenMode::read_only).value(), 1) == std::vector<bool>{true, true, true});
}

TEST_CASE("a body that does not fit its event is refused, and ours stays as it was") {
  Scratch scratch{Scratch::quick_parent()};
  ChainWriter anna(sample_space(), 1);
  const Bytes whole = anna.commit(2);
  Log log = Log::create(scratch / "log", sample_space()).value();
  REQUIRE(take(log, whole));
  REQUIRE(log.drop_bodies([](const Reference&, const EventView&) { return true; }).value() == 2);
  Bytes forged(whole.begin(), whole.end() - 16);
  forged.back() ^= 1;
  const Checksum sum = checksum_of(forged);
  forged.insert(forged.end(), sum.bytes.begin(), sum.bytes.end());
  const auto refused = take(log, forged);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("body") != std::string::npos);
  CHECK(present(log, 1) == std::vector<bool>{false, false});
}

TEST_CASE("a copy with fewer bodies takes none away") {
  Scratch scratch{Scratch::quick_parent()};
  ChainWriter anna(sample_space(), 1);
  const Bytes whole = anna.commit(2);
  Log log = Log::create(scratch / "log", sample_space()).value();
  REQUIRE(take(log, whole));
  const Bytes bare = without_bodies(CommitView::decode_stored(whole).value(), [](std::size_t, const EventView&) { return true; });
  CHECK(take(log, bare).value().commits_filled == 0);
  CHECK(present(log, 1) == std::vector<bool>{true, true});
}
