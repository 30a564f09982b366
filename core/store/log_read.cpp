#include "core/store/log_digest.h"
#include "core/store/log_state.h"

#include "core/crypto/hash.h"

namespace evenhand {

using namespace log_layout;

namespace log_detail {

Error gap_at(Arrival arrival) {
  return corrupt("commit " + std::to_string(arrival) + " of the log is missing from its file", "", "Run evenhand doctor.");
}

Result<CommitView> decode_at(Arrival arrival, ByteView bytes) {
  auto commit = CommitView::decode_stored(bytes);
  if (commit) return commit;
  const Error& why = commit.error();
  return corrupt("commit " + std::to_string(arrival) + " of the log is damaged: " + why.what, why.where, "Run evenhand doctor.");
}

Result<Counters> Reader::counters() const {
  EVENHAND_TRY(const auto value, transaction.find(environment.table(kMeta), view_of("counters")));
  return decode_counters(value.value_or(ByteView{}));
}

Result<std::optional<ChainState>> Reader::chain(const ChainId& id) const {
  EVENHAND_TRY(const auto value, transaction.find(environment.table(kChains), id.view()));
  if (!value) return std::optional<ChainState>();
  EVENHAND_TRY(ChainState state, decode_chain(id.view(), *value));
  return std::optional<ChainState>(std::move(state));
}

Result<CommitView> Reader::commit_at(Arrival arrival) const {
  EVENHAND_TRY(const auto value, transaction.find(environment.table(kCommits), arrival_key(arrival)));
  if (!value) return not_found("no commit has arrival number " + std::to_string(arrival));
  return decode_at(arrival, *value);
}

// A commit that covers `seq` ends at most 511 events later, so the walk over the index is bounded.
Result<std::optional<LogReadView::Place>> Reader::find_event(const ChainId& chain, std::uint64_t seq,
                                                             const std::function<bool(const Hash&)>& fits) const {
  using Found = std::optional<LogReadView::Place>;
  EVENHAND_TRY(Cursor cursor, Cursor::open(transaction, environment.table(kChainIndex)));
  const IndexKey from = index_key(chain, seq, ShortHash{});
  EVENHAND_TRY(bool stands, cursor.move(MDB_SET_RANGE, from));
  while (stands) {
    EVENHAND_TRY(const IndexEntry entry, decode_index(cursor.key(), cursor.value()));
    if (entry.chain != chain || entry.last_seq >= seq + kEventsPerCommitMax) break;
    if (entry.first_seq() <= seq) {
      EVENHAND_TRY(const CommitView commit, commit_at(entry.arrival));
      EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
      const std::size_t index = seq - entry.first_seq();
      if (hashes.size() != entry.events || shorten(hashes.back()) != entry.hash) return gap_at(entry.arrival);
      if (fits(hashes[index])) return Found(LogReadView::Place{entry.arrival, index});
    }
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  return Found();
}

}  // namespace log_detail

LogReadView::LogReadView(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogReadView::LogReadView(LogReadView&&) noexcept = default;
LogReadView::~LogReadView() = default;

Arrival LogReadView::last_arrival() const { return state_->counters.last_arrival; }
std::uint64_t LogReadView::event_count() const { return state_->counters.events; }
std::uint64_t LogReadView::parked_count() const { return state_->counters.parked_commits; }

Result<CommitView> LogReadView::commit_at(Arrival arrival) const {
  auto commit = log_detail::Reader{*state_->environment, state_->transaction}.commit_at(arrival);
  if (!commit && commit.error().code == ErrorCode::not_found && arrival >= 1 && arrival <= last_arrival()) return log_detail::gap_at(arrival);
  return commit;
}

Result<LogReadView::Place> LogReadView::find(const Reference& event) const {
  const log_detail::Reader reader{*state_->environment, state_->transaction};
  EVENHAND_TRY(const auto place, reader.find_event(event.chain, event.seq, [&](const Hash& hash) { return shorten(hash) == event.hash; }));
  if (!place) return not_found("the log does not hold this event", event.text());
  return *place;
}

Result<void> LogReadView::scan_chain(const ChainId& chain, std::uint64_t first_seq,
                                     const std::function<bool(Arrival, const CommitView&)>& visit) const {
  EVENHAND_TRY(Cursor cursor, Cursor::open(state_->transaction, state_->table(kChainIndex)));
  const IndexKey from = index_key(chain, first_seq, ShortHash{});
  EVENHAND_TRY(bool stands, cursor.move(MDB_SET_RANGE, from));
  if (stands) state_->environment->blocks().expect(MappedBlocks::Access::single, cursor.value().data());
  while (stands) {
    EVENHAND_TRY(const IndexEntry entry, decode_index(cursor.key(), cursor.value()));
    if (entry.chain != chain) break;
    EVENHAND_TRY(const CommitView commit, commit_at(entry.arrival));
    if (commit.chain() != chain || commit.last_seq() != entry.last_seq) return log_detail::gap_at(entry.arrival);
    if (!visit(entry.arrival, commit)) break;
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  return {};
}

void LogReadView::keep_memory_small(ByteView held) const { state_->environment->blocks().look(held.data()); }

Result<std::vector<std::pair<ChainId, ChainState>>> LogReadView::chains() const {
  std::vector<std::pair<ChainId, ChainState>> all;
  EVENHAND_TRY(Cursor cursor, Cursor::open(state_->transaction, state_->table(kChains)));
  EVENHAND_TRY(bool stands, cursor.move(MDB_FIRST));
  while (stands) {
    EVENHAND_TRY(ChainState state, decode_chain(cursor.key(), cursor.value()));
    all.emplace_back(*ChainId::from(cursor.key()), std::move(state));
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  return all;
}

Result<ChainState> LogReadView::chain(const ChainId& id) const {
  EVENHAND_TRY(auto state, (log_detail::Reader{*state_->environment, state_->transaction}.chain(id)));
  if (!state) return not_found("the log holds no such chain", id.hex());
  return std::move(*state);
}

Result<Hash> LogReadView::log_digest(std::span<const Reference> missing) const {
  EVENHAND_TRY(const auto all, chains());
  LogDigest digest(all.size());
  for (const auto& [id, state] : all) digest.add(id, state.branches);
  return digest.finish(missing);
}

}  // namespace evenhand
