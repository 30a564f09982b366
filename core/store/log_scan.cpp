// Reading the log from one end to the other.

#include "core/os/work_ahead.h"
#include "core/store/log_state.h"

namespace evenhand {

using namespace log_layout;

namespace {

constexpr std::size_t kBatchBytes = 128 * 1024;  // enough to outweigh a lock, few enough to stay in a core's cache
constexpr std::size_t kBatchesAhead = 8;

// Hands out the stored bytes in order of arrival; `visit` returns false to stop.
template <class State, class Visit>
Result<void> walk_stored(const State& state, Arrival first, Visit&& visit) {
  Arrival expected = std::max<Arrival>(first, 1);
  EVENHAND_TRY(Cursor cursor, Cursor::open(state.transaction, state.table(kCommits)));
  EVENHAND_TRY(bool stands, cursor.move(MDB_SET_RANGE, arrival_key(expected)));
  if (stands) state.environment->blocks().expect(MappedBlocks::Access::in_order, cursor.value().data());
  for (; stands; ++expected) {
    if (cursor.key().size() != 8 || arrival_of(cursor.key()) != expected) return log_detail::gap_at(expected);
    if (!visit(expected, cursor.value())) return {};
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  if (expected <= state.counters.last_arrival) return log_detail::gap_at(expected);
  return {};
}

// Neighbouring commits, and what hash() makes of them: those before the first damaged one.
struct Batch {
  Arrival first = 0;
  std::vector<ByteView> stored;
  std::size_t bytes = 0;

  std::vector<CommitView> commits;
  std::vector<Hash> hashes;  ///< of the events of all commits, end to end
  Result<void> damage;

  void add(Arrival arrival, ByteView commit) {
    if (stored.empty()) first = arrival;
    stored.push_back(commit);
    bytes += commit.size();
  }

  Result<void> hash() {
    for (const ByteView one : stored) {
      EVENHAND_TRY(const CommitView commit, log_detail::decode_at(first + commits.size(), one));
      EVENHAND_CHECK(commit.append_event_hashes(hashes));
      commits.push_back(commit);
    }
    return {};
  }
};

}  // namespace

Result<void> LogReadView::scan(Arrival first, const std::function<bool(Arrival, const CommitView&)>& visit) const {
  Result<void> damage;
  EVENHAND_CHECK(walk_stored(*state_, first, [&](Arrival arrival, ByteView stored) {
    const auto commit = log_detail::decode_at(arrival, stored);
    if (!commit) return damage = commit.error(), false;
    return visit(arrival, *commit);
  }));
  return damage;
}

Result<void> LogReadView::scan_hashed(Arrival first,
                                      const std::function<bool(Arrival, const CommitView&, std::span<const Hash>)>& visit) const {
  WorkAhead<Batch> ahead([](Batch& batch) { batch.damage = batch.hash(); });
  Result<void> damage;
  bool is_wanted = true;
  const auto deliver = [&] {
    const Batch batch = ahead.take();
    std::span<const Hash> hashes = batch.hashes;
    for (std::size_t i = 0; i < batch.commits.size() && is_wanted; ++i) {
      const CommitView& commit = batch.commits[i];
      is_wanted = visit(batch.first + i, commit, hashes.first(commit.event_count()));
      hashes = hashes.subspan(commit.event_count());
    }
    if (!is_wanted || batch.damage.ok()) return;
    damage = batch.damage;
    is_wanted = false;
  };
  Batch filling;
  const auto walked = walk_stored(*state_, first, [&](Arrival arrival, ByteView stored) {
    filling.add(arrival, stored);
    if (filling.bytes < kBatchBytes) return true;
    ahead.add(std::exchange(filling, {}));
    if (ahead.size() == kBatchesAhead) deliver();
    return is_wanted;
  });
  if (is_wanted && !filling.stored.empty()) ahead.add(std::move(filling));
  while (is_wanted && ahead.size() > 0) deliver();  // also what stands before a gap
  return is_wanted ? walked : damage;
}

}  // namespace evenhand
