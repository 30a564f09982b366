#include "core/store/log.h"

#include <catch2/catch.hpp>

#include "core/event/layout.h"
#include "core/store/log_append.h"
#include "core/store/log_state.h"
#include "tests/support/chain_writer.h"
#include "tests/support/scratch.h"

using namespace evenhand;

namespace {

const SpaceId kSpace = [] {
  SpaceId id;
  id.bytes.fill(7);
  return id;
}();

struct Fixture {
  Scratch scratch;
  std::filesystem::path folder = scratch / "log";
  Log log = Log::create(folder, kSpace).value();
  ChainWriter anna{kSpace, 1};
  ChainWriter ben{kSpace, 2};

  Result<AppendOutcome> append(const std::vector<Bytes>& commits) {
    const std::vector<ByteView> views(commits.begin(), commits.end());
    return log.append(views);
  }
  Result<AppendOutcome> receive(const std::vector<Bytes>& commits) {
    const std::vector<ByteView> views(commits.begin(), commits.end());
    return log.append_untrusted(views);
  }
  void close() { [[maybe_unused]] const Log gone = std::move(log); }
  std::vector<Bytes> all() {
    std::vector<Bytes> bytes;
    const auto view = log.read().value();
    REQUIRE(view.scan(1, [&](Arrival, const CommitView& c) {
      bytes.emplace_back(c.bytes().begin(), c.bytes().end());
      return true;
    }));
    return bytes;
  }
  ChainState chain(const ChainWriter& writer) { return log.read().value().chain(writer.id()).value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "append keeps commits in the order of arrival, byte for byte") {
  const std::vector<Bytes> commits = {anna.commit(3), ben.commit(1), anna.commit(2, 5000)};
  const auto outcome = append(commits).value();
  CHECK(outcome.events_new == 6);
  CHECK(outcome.first_arrival == 1);
  CHECK(outcome.last_arrival == 3);
  CHECK(all() == commits);
  CHECK(log.read().value().event_count() == 6);
}

TEST_CASE_METHOD(Fixture, "append is safe to retry: the same commits again add nothing") {
  const std::vector<Bytes> commits = {anna.commit(3), anna.commit(2)};
  REQUIRE(append(commits));
  const auto again = append(commits).value();
  CHECK(again.events_new == 0);
  CHECK(again.events_known == 5);
  CHECK(again.first_arrival == 0);
  CHECK(all() == commits);
}

TEST_CASE_METHOD(Fixture, "every event is found by its reference, and no other") {
  REQUIRE(append({anna.commit(4), ben.commit(2), anna.commit(1), anna.commit(512, 8)}));
  const auto view = log.read().value();
  for (const ChainWriter* writer : {&anna, &ben}) {
    for (const Reference& reference : writer->references()) {
      const auto place = view.find(reference).value();
      const auto commit = view.commit_at(place.arrival).value();
      CHECK(commit.chain() == reference.chain);
      CHECK(commit.first_seq() + place.index == reference.seq);
    }
  }
  Reference wrong = anna.references()[1];
  wrong.hash.bytes[0] ^= 1;
  CHECK(view.find(wrong).error().code == ErrorCode::not_found);
  wrong = anna.references()[1];
  wrong.seq = 10'000;
  CHECK(view.find(wrong).error().code == ErrorCode::not_found);
}

TEST_CASE_METHOD(Fixture, "a fork keeps both branches and loses nothing") {
  REQUIRE(append({anna.commit(2)}));
  const auto base = anna.end();
  const Bytes left = anna.commit(1);
  const auto left_end = anna.end();
  anna.go_back_to(base);
  const Bytes right = anna.commit(3);
  REQUIRE(append({left}));
  CHECK(append({right}).value().events_new == 3);
  const ChainState state = chain(anna);
  CHECK(state.is_forked());
  REQUIRE(state.branches.size() == 2);
  CHECK(state.branches[0] == BranchHead{left_end.seq, left_end.head});
  CHECK(state.branches[1] == BranchHead{anna.end().seq, anna.end().head});
  CHECK(all().size() == 3);
  for (const Reference& reference : anna.references()) CHECK(log.read().value().find(reference));
}

TEST_CASE_METHOD(Fixture, "a fork from the middle of a commit is a branch, and each branch can grow") {
  const Bytes whole = anna.commit(5);
  const auto whole_end = anna.end();
  REQUIRE(append({whole}));
  const auto hashes = CommitView::decode_stored(whole).value().event_hashes().value();
  anna.go_back_to({2, hashes[1]});
  REQUIRE(append({anna.commit(1)}));
  REQUIRE(append({anna.commit(1)}));
  const auto short_end = anna.end();
  anna.go_back_to(whole_end);
  REQUIRE(append({anna.commit(1)}));
  const ChainState state = chain(anna);
  REQUIRE(state.branches.size() == 2);
  CHECK(state.branches[0] == BranchHead{short_end.seq, short_end.head});
  CHECK(state.branches[1] == BranchHead{6, anna.end().head});
}

TEST_CASE_METHOD(Fixture, "a second beginning of a chain is a fork at its root") {
  const auto root = anna.end();
  REQUIRE(append({anna.commit(1)}));
  anna.go_back_to(root);
  REQUIRE(append({anna.commit(2)}));
  CHECK(chain(anna).branches.size() == 2);
}

TEST_CASE_METHOD(Fixture, "events under another cut: a shorter one is known, of a longer one what goes beyond is kept") {
  ChainWriter twin(kSpace, 1);  // the same seed makes the same first event, sealed together with a second one
  const Bytes one = anna.commit(1);
  const Bytes two = twin.commit(2);
  REQUIRE(append({one}));
  const AppendOutcome outcome = append({two}).value();
  CHECK(outcome.events_known == 1);
  CHECK(outcome.events_new == 1);
  CHECK(chain(anna).branches == std::vector<BranchHead>{{2, twin.end().head}});
  const std::vector<Bytes> stored = all();
  const CommitView rest = CommitView::decode_untrusted(stored.back()).value();
  CHECK(rest.first_seq() == 2);
  CHECK(verify_commit(rest, chain(anna).descriptor));  // the seal still holds
  Scratch other;
  Log second = Log::create(other / "log", kSpace).value();
  const ByteView longer = two, shorter = one;
  REQUIRE(second.append({&longer, 1}));
  CHECK(second.append({&shorter, 1}).value().events_known == 1);
  CHECK(second.read().value().log_digest({}).value() == log.read().value().log_digest({}).value());
}

TEST_CASE_METHOD(Fixture, "a body that is missing comes from a commit under another cut") {
  ChainWriter twin(kSpace, 1);
  const Bytes one = anna.commit(1), two = anna.commit(1), three = anna.commit(1);
  const Bytes whole = twin.commit(3);
  const auto bare = [](const Bytes& commit) { return without_bodies(CommitView::decode_untrusted(commit).value(), [](std::size_t, const EventView&) { return true; }); };
  REQUIRE(append({bare(one), bare(two), three}));
  CHECK(append({whole}).value().commits_filled == 2);
  CHECK(all() == std::vector<Bytes>{one, two, three});
  Scratch other;
  Log second = Log::create(other / "log", kSpace).value();
  const Bytes bare_whole = bare(whole);
  for (const Bytes& commit : {bare_whole, two, one, three}) {
    const ByteView view = commit;
    REQUIRE(second.append({&view, 1}));
  }
  CHECK(second.read().value().log_digest({}).value() == log.read().value().log_digest({}).value());
}

TEST_CASE_METHOD(Fixture, "a commit that would be too long with the bodies it lacks is refused, so that none can grow beyond what is read") {
  std::vector<Bytes> single;
  for (int i = 0; i < 6; ++i) single.push_back(anna.commit(1, 60'000));
  // What a member can make who only passes them on: all headers, no bodies, the seal of the last one.
  const auto bare = [](const Bytes& commit) { return without_bodies(CommitView::decode_untrusted(commit).value(), [](std::size_t, const EventView&) { return true; }); };
  Bytes all_in_one = bare(single.front());
  all_in_one.resize(all_in_one.size() - CommitView::kTrailerBytes);
  for (std::size_t i = 1; i < single.size(); ++i) {
    const Bytes one = bare(single[i]);
    all_in_one.insert(all_in_one.end(), one.begin() + CommitView::kFixedBytes, one.end() - CommitView::kTrailerBytes);
  }
  all_in_one[6] = 6;
  const Bytes last = bare(single.back());
  std::copy(last.begin() + 72, last.begin() + CommitView::kFixedBytes, all_in_one.begin() + 72);
  layout::put(&all_in_one[8], static_cast<std::uint32_t>(all_in_one.size() + CommitView::kTrailerBytes));
  const Checksum sum = checksum_of(all_in_one);
  all_in_one.insert(all_in_one.end(), sum.bytes.begin(), sum.bytes.end());
  const auto refused = append({all_in_one});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().what.find("with the bodies that it lacks") != std::string::npos);
  REQUIRE(append(single));
  CHECK(all() == single);
}

TEST_CASE_METHOD(Fixture, "a longer commit that leaves what is held in its middle is a fork from there") {
  ChainWriter twin(kSpace, 1);
  REQUIRE(append({anna.commit(1), anna.commit(1, 50)}));
  const AppendOutcome outcome = append({twin.commit(2)}).value();
  CHECK(outcome.events_known == 1);
  CHECK(outcome.events_new == 1);
  CHECK(chain(anna).branches.size() == 2);
  for (const Reference& reference : anna.references()) CHECK(log.read().value().find(reference));
  for (const Reference& reference : twin.references()) CHECK(log.read().value().find(reference));
}

TEST_CASE_METHOD(Fixture, "commits beyond a gap wait and join by themselves, in any order of arrival") {
  SeededRandom random(5);
  std::vector<Bytes> commits;
  for (int i = 0; i < 7; ++i) commits.push_back(anna.commit(1 + random.below(3)));
  const auto end = anna.end();
  for (int round = 0; round < 40; ++round) {
    Scratch own;
    Log one = Log::create(own / "log", kSpace).value();
    std::vector<Bytes> shuffled = commits;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    std::size_t events = 0;
    for (const Bytes& commit : shuffled) {
      const ByteView view = commit;
      events += (round % 2 == 0 ? one.append({&view, 1}) : one.append_untrusted({&view, 1})).value().events_new;
    }
    const auto view = one.read().value();
    CHECK(view.parked_count() == 0);
    CHECK(view.event_count() == end.seq);
    CHECK(events == end.seq);
    CHECK(view.chain(anna.id()).value().branches == std::vector<BranchHead>{{end.seq, end.head}});
  }
}

TEST_CASE_METHOD(Fixture, "a parked commit is counted, survives closing, and is not seen by readers") {
  const Bytes first = anna.commit(2);
  const Bytes second = anna.commit(1);
  CHECK(append({second}).value().commits_parked == 1);
  CHECK(append({second}).value().commits_parked == 1);
  CHECK(log.read().value().parked_count() == 1);
  CHECK(all().empty());
  close();
  log = Log::open(folder, OpenMode::read_write).value();
  const auto outcome = append({first}).value();
  CHECK(outcome.events_new == 3);
  CHECK(outcome.commits_parked == 0);
  CHECK(all() == std::vector<Bytes>{first, second});
}

TEST_CASE_METHOD(Fixture, "a batch that holds one bad commit leaves nothing of itself") {
  ChainWriter stranger(SpaceId{}, 9);
  CHECK(append({anna.commit(1), stranger.commit(1)}).error().code == ErrorCode::refused);
  CHECK(all().empty());
  CHECK(log.read().value().event_count() == 0);
  CHECK(log.read().value().chains().value().empty());
}

TEST_CASE_METHOD(Fixture, "a log that is opened again holds the same, for writing and for reading") {
  const std::vector<Bytes> commits = {anna.commit(3), ben.commit(1)};
  REQUIRE(append(commits));
  const Hash digest = log.read().value().log_digest({}).value();
  close();
  log = Log::open(folder, OpenMode::read_only).value();
  CHECK(all() == commits);
  CHECK(append({anna.commit(1)}).error().code == ErrorCode::refused);
  CHECK(log.space() == kSpace);
  close();
  log = Log::open(folder, OpenMode::read_write).value();
  CHECK(log.read().value().log_digest({}).value() == digest);
  CHECK(append({ben.commit(1)}).value().events_new == 1);
}

TEST_CASE_METHOD(Fixture, "a view goes on seeing what it saw while the log grows") {
  REQUIRE(append({anna.commit(1)}));
  const auto view = log.read().value();
  REQUIRE(append({anna.commit(1)}));
  CHECK(view.event_count() == 1);
  CHECK(view.chain(anna.id()).value().branches[0].seq == 1);
  CHECK(log.read().value().event_count() == 2);
}

TEST_CASE_METHOD(Fixture, "a chain is read in order from any event on, with all its branches") {
  std::vector<Bytes> commits = {anna.commit(2), anna.commit(2), anna.commit(2)};
  REQUIRE(append({ben.commit(4), commits[0], commits[1], commits[2]}));
  std::vector<std::uint64_t> seen;
  REQUIRE(log.read().value().scan_chain(anna.id(), 3, [&](Arrival, const CommitView& commit) {
    seen.push_back(commit.first_seq());
    return true;
  }));
  CHECK(seen == std::vector<std::uint64_t>{3, 5});
}

TEST_CASE_METHOD(Fixture, "the digest is equal for equal sets of events, whatever the order, and differs otherwise") {
  const Bytes a1 = anna.commit(1), a2 = anna.commit(1), b1 = ben.commit(2);
  REQUIRE(append({a1, a2, b1}));
  Scratch other;
  Log second = Log::create(other / "log", kSpace).value();
  const std::vector<ByteView> views = {b1, a1};
  REQUIRE(second.append(views));
  CHECK(second.read().value().log_digest({}).value() != log.read().value().log_digest({}).value());
  const ByteView last = a2;
  REQUIRE(second.append({&last, 1}));
  CHECK(second.read().value().log_digest({}).value() == log.read().value().log_digest({}).value());
  const Reference hole = anna.references()[0];
  CHECK(second.read().value().log_digest({&hole, 1}).value() != log.read().value().log_digest({}).value());
}

TEST_CASE_METHOD(Fixture, "what a partner sends is taken only with its bodies, hashes and seal in order") {
  const Bytes good = anna.commit(3);
  const std::size_t seal_at = 72;
  Bytes forged = good;
  forged[seal_at] ^= 1;
  const Checksum sum = checksum_of(ByteView(forged).first(forged.size() - CommitView::kTrailerBytes));
  std::copy(sum.bytes.begin(), sum.bytes.end(), forged.end() - CommitView::kTrailerBytes);
  CHECK(receive({forged}).error().code == ErrorCode::corrupt);
  Bytes other_body = good;
  other_body[other_body.size() - 20] ^= 1;
  const Checksum sum2 = checksum_of(ByteView(other_body).first(other_body.size() - CommitView::kTrailerBytes));
  std::copy(sum2.bytes.begin(), sum2.bytes.end(), other_body.end() - CommitView::kTrailerBytes);
  CHECK(receive({other_body}).error().code == ErrorCode::corrupt);
  CHECK(all().empty());
  CHECK(receive({good}).value().events_new == 3);
}

TEST_CASE_METHOD(Fixture, "a forged commit that waited for its chain is dropped when the chain becomes known") {
  const Bytes first = anna.commit(1);
  Bytes second = anna.commit(1);
  second[72] ^= 1;
  const Checksum sum = checksum_of(ByteView(second).first(second.size() - CommitView::kTrailerBytes));
  std::copy(sum.bytes.begin(), sum.bytes.end(), second.end() - CommitView::kTrailerBytes);
  CHECK(receive({second}).value().commits_parked == 1);
  CHECK(receive({first}).value().events_new == 1);
  CHECK(log.read().value().parked_count() == 0);
  CHECK(all() == std::vector<Bytes>{first});
}

TEST_CASE_METHOD(Fixture, "two commits whose last hashes begin alike are both stored and both found by their chain") {
  const auto root = anna.end();
  const Bytes first = anna.commit(1);
  const auto first_end = anna.end();
  anna.go_back_to(root);
  REQUIRE(append({first, anna.commit(1)}));
  const Bytes other = anna.commit(1);
  anna.go_back_to(first_end);
  const Bytes one = anna.commit(1);
  // Real ones take 2^32 tries to make, so the log is told hashes that are not theirs.
  std::vector<log_detail::Incoming> incoming;
  for (const Bytes* bytes : {&one, &other}) {
    log_detail::Incoming taken;
    taken.commit = CommitView::decode_untrusted(*bytes).value();
    taken.hashes = {Hash{}};
    taken.hashes[0].bytes.back() = static_cast<std::uint8_t>(incoming.size());
    incoming.push_back(std::move(taken));
  }
  REQUIRE(LogAccess::state_of(log).append(incoming, {}).ok());
  std::vector<Bytes> found;
  REQUIRE(log.read().value().scan_chain(anna.id(), 2, [&](Arrival, const CommitView& commit) {
    found.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }));
  CHECK(found == std::vector<Bytes>{one, other});
}

TEST_CASE("an index key made longer must repeat the arrival that its value names") {
  using namespace log_layout;
  const IndexKey key = index_key({}, 3, {});
  const auto value = encode_index_value(key, 9, 1);
  CHECK(decode_index(shared_index_key(key, 9), value)->arrival == 9);
  CHECK_FALSE(decode_index(shared_index_key(key, 8), value).ok());
}
