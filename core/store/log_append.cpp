// Takes commits in. Each one stands on the event before its first: an end of a branch (the usual case, no
// look-up), an event that is not an end (a fork, even in the middle of a commit), or one we do not hold (parked).

#include <algorithm>

#include "core/store/log_append.h"

namespace evenhand {

using namespace log_layout;

namespace log_detail {

Appender::Appender(const Environment& environment, Transaction& transaction, const SpaceId& space, Counters counters,
                   const Bounds& bounds)
    : environment_(environment),
      transaction_(transaction),
      reader_{environment, transaction},
      space_(space),
      counters_(counters),
      bounds_(bounds) {}

Result<std::optional<Known>*> Appender::chain(const ChainId& id) {
  if (const auto found = chains_.find(id); found != chains_.end()) return &found->second;
  EVENHAND_TRY(auto state, reader_.chain(id));
  auto& slot = chains_[id];
  if (state) slot = Known{std::move(*state), false};
  return &slot;
}

bool lacks_bodies(const CommitView& commit) {
  bool any = false;
  const auto walked = commit.walk([&](std::size_t, const EventView& event) { return !(any = event.body_state == BodyState::absent); });
  return any || !walked;
}

Result<void> Appender::add(const Incoming& incoming) {
  EVENHAND_TRY(const Standing standing, place(incoming.commit, incoming.hashes));
  if (standing == Standing::beyond_gap && tally_.without_room.contains(incoming.commit.chain())) return {};  // it stands on what found no room
  if (standing == Standing::beyond_gap) return park(incoming.commit, incoming.trust);
  if (standing == Standing::known) tally_.events_known += incoming.commit.event_count();
  return {};
}

Result<Standing> Appender::place(const CommitView& commit, const std::vector<Hash>& hashes) {
  EVENHAND_TRY(std::optional<Known>* const slot, chain(commit.chain()));
  if (!*slot) {
    if (!commit.descriptor()) return Standing::beyond_gap;
    EVENHAND_TRY(const bool has_begun, begin_chain(commit, *slot));
    if (!has_begun) return Standing::no_room;
  }
  // Rights rest on every body of that lane, and no order takes one.
  if ((*slot)->state.descriptor.lane == Lane::authority && bounds_.spares_the_rest && lacks_bodies(commit)) {
    EVENHAND_CHECK(find_no_room(commit.chain(), NoRoom::waiting));
    return Standing::no_room;
  }
  std::vector<BranchHead>& branches = (*slot)->state.branches;
  const BranchHead base{commit.first_seq() - 1, commit.previous()};
  const BranchHead end{commit.last_seq(), hashes.back()};
  const auto grown = std::find(branches.begin(), branches.end(), base);
  if (grown != branches.end()) {
    branches.erase(grown);
  } else if (!branches.empty() || commit.first_seq() != 1) {
    EVENHAND_TRY(const std::size_t held, count_held(commit, hashes, (*slot)->state));
    if (held == hashes.size()) return Standing::known;
    if (held > 0) {  // under another cut: what goes beyond stands on what is here
      tally_.events_known += held;
      const Bytes rest = without_first(commit, held);
      EVENHAND_TRY(const CommitView view, CommitView::decode_stored(rest));
      return place(view, {hashes.begin() + static_cast<std::ptrdiff_t>(held), hashes.end()});
    }
    EVENHAND_TRY(const bool stands, stands_on_an_event(commit));
    if (!stands) return Standing::beyond_gap;
    if (branches.size() == kBranchesPerChainMax) {
      EVENHAND_CHECK(find_no_room(commit.chain(), NoRoom::branches));
      return Standing::no_room;
    }
  }
  branches.insert(std::lower_bound(branches.begin(), branches.end(), end), end);
  (*slot)->changed = true;
  EVENHAND_CHECK(store(commit, hashes));
  EVENHAND_CHECK(note_for_parked(commit, hashes));
  return Standing::stands;
}

Result<void> Appender::find_no_room(const ChainId& chain, NoRoom why) {
  if (!bounds_.spares_the_rest) return refused(std::string(to_words(why)), chain.hex());
  tally_.without_room.emplace(chain, why);
  return {};
}

Result<void> Appender::count_chains() {
  counts_.emplace();
  EVENHAND_TRY(Cursor cursor, Cursor::open(transaction_, environment_.table(kChains)));
  EVENHAND_TRY(bool stands, cursor.move(MDB_FIRST));
  while (stands) {
    EVENHAND_TRY(const ChainState state, decode_chain(cursor.key(), cursor.value()));
    ++counts_->all;
    ++counts_->by_device[state.descriptor.device];
    if (!is_known(state.descriptor.device)) ++counts_->of_strangers;
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  return {};
}

// Bounds below the space's keep one device, and what nobody let in, from leaving no room for the others. Our own are not held to them.
Result<std::optional<NoRoom>> Appender::bound_reached(const PublicKey& device) {
  if (!counts_) EVENHAND_CHECK(count_chains());
  if (counts_->all >= kChainsPerSpaceMax) return std::optional(NoRoom::chains);
  if (!bounds_.spares_the_rest) return std::optional<NoRoom>();
  if (counts_->by_device[device] >= kChainsPerDeviceMax) return std::optional(NoRoom::device);
  if (!is_known(device) && counts_->of_strangers >= kChainsOfStrangersMax) return std::optional(NoRoom::strangers);
  return std::optional<NoRoom>();
}

Result<bool> Appender::begin_chain(const CommitView& commit, std::optional<Known>& slot) {
  const ChainDescriptor& descriptor = *commit.descriptor();
  if (descriptor.space != space_) return refused("a commit of another space", commit.chain().hex());
  if (descriptor.id() != commit.chain()) return refused("a commit names a chain that its descriptor does not make", commit.chain().hex());
  if (commit.previous() != descriptor.root()) return refused("a chain's first commit does not stand on the chain's root", commit.chain().hex());
  EVENHAND_TRY(const auto reached, bound_reached(descriptor.device));
  if (reached) {
    EVENHAND_CHECK(find_no_room(commit.chain(), *reached));
    return false;
  }
  ++counts_->all;
  ++counts_->by_device[descriptor.device];
  if (!is_known(descriptor.device)) ++counts_->of_strangers;
  slot = Known{ChainState{descriptor, {}}, true};
  return true;
}

// Not on the end of a branch: how many of its events, from the first on, are here already, maybe in other commits. A body that one
// of those lacks is taken from this one.
Result<std::size_t> Appender::count_held(const CommitView& commit, const std::vector<Hash>& hashes, const ChainState& state) {
  if (commit.first_seq() == 1 && commit.previous() != state.descriptor.root()) {
    return refused("a chain's first commit does not stand on the chain's root", commit.chain().hex());
  }
  std::size_t held = 0;
  while (held < hashes.size()) {
    EVENHAND_TRY(const auto place, find(commit, commit.first_seq() + held, hashes[held]));
    if (!place) break;
    EVENHAND_TRY(const CommitView ours, reader_.commit_at(place->arrival));
    EVENHAND_TRY(const std::vector<Hash> our_hashes, ours.event_hashes());
    const auto same = std::mismatch(hashes.begin() + static_cast<std::ptrdiff_t>(held), hashes.end(),
                                    our_hashes.begin() + static_cast<std::ptrdiff_t>(place->index), our_hashes.end());
    held = static_cast<std::size_t>(same.first - hashes.begin());
    const bool is_one_branch = same.first == hashes.end() || same.second == our_hashes.end();
    if (is_one_branch) EVENHAND_CHECK(fill(place->arrival, ours, commit));
  }
  return held;
}

Result<bool> Appender::stands_on_an_event(const CommitView& commit) const {
  if (commit.first_seq() == 1) return true;
  EVENHAND_TRY(const auto base, find(commit, commit.first_seq() - 1, commit.previous()));
  return base.has_value();
}

Result<std::optional<LogReadView::Place>> Appender::find(const CommitView& commit, std::uint64_t seq, const Hash& wanted) const {
  return reader_.find_event(commit.chain(), seq, [&](const Hash& hash) { return hash == wanted; });
}

Result<void> Appender::store(const CommitView& commit, const std::vector<Hash>& hashes) {
  const Arrival arrival = ++counters_.last_arrival;
  const IndexKey key = index_key(commit.chain(), commit.last_seq(), shorten(hashes.back()));
  EVENHAND_CHECK(transaction_.put(environment_.table(kCommits), arrival_key(arrival), commit.bytes(), MDB_APPEND));
  const auto entry = encode_index_value(key, arrival, commit.event_count());
  EVENHAND_TRY(const auto taken, transaction_.find(environment_.table(kChainIndex), key));
  const Bytes free_key = taken ? shared_index_key(key, arrival) : Bytes(key.begin(), key.end());
  EVENHAND_CHECK(transaction_.put(environment_.table(kChainIndex), free_key, entry, MDB_NOOVERWRITE));
  has_changes_ = true;
  counters_.events += commit.event_count();
  tally_.events_new += commit.event_count();
  if (tally_.first_arrival == 0) tally_.first_arrival = arrival;
  tally_.last_arrival = arrival;
  return {};
}

// Where both have an event, its hash is the same, so its header is, and a body that fits its header is the one that is missing.
Result<void> Appender::fill(Arrival arrival, const CommitView& ours, const CommitView& commit) {
  const auto filled = with_bodies(ours, commit);
  if (!filled || filled->size() > kCommitBytesMax) return {};  // longer than a commit may be: it was cut so that it never can be whole
  EVENHAND_CHECK(transaction_.put(environment_.table(kCommits), arrival_key(arrival), *filled));
  has_changes_ = true;
  ++tally_.commits_filled;
  return {};
}

// Nothing waits for a chain that has no room for the branch that it would be.
Result<void> Appender::park(const CommitView& commit, Trust trust) {
  const ParkedKey key = parked_key(commit);
  EVENHAND_TRY(const auto already, transaction_.find(environment_.table(kParked), key));
  if (!already && !bounds_.parks_without_limit) {
    EVENHAND_TRY(const std::optional<Known>* const slot, chain(commit.chain()));
    if (*slot && (*slot)->state.branches.size() >= kBranchesPerChainMax) return find_no_room(commit.chain(), NoRoom::branches);
    const bool is_full = counters_.parked_commits >= kParkedCommitsMax || counters_.parked_bytes + commit.bytes().size() > kParkedBytesMax;
    if (is_full) return find_no_room(commit.chain(), NoRoom::waiting);
  }
  ++tally_.commits_parked;
  parked_now_.insert(key);
  if (already) return {};
  has_changes_ = true;
  Bytes value{static_cast<std::uint8_t>(trust == Trust::verified ? 1 : 0)};
  value.insert(value.end(), commit.bytes().begin(), commit.bytes().end());
  EVENHAND_CHECK(transaction_.put(environment_.table(kParked), key, value));
  ++counters_.parked_commits;
  counters_.parked_bytes += commit.bytes().size();
  return {};
}

// Whatever waits for one of these events may join now; joining may free others, hence a queue, not recursion.
Result<void> Appender::note_for_parked(const CommitView& commit, const std::vector<Hash>& hashes) {
  if (counters_.parked_commits == 0) return {};
  for (std::size_t i = 0; i < hashes.size(); ++i) arrived_.push_back({commit.chain(), commit.first_seq() + i, hashes[i]});
  return {};
}

Result<void> Appender::join_parked() {
  while (!arrived_.empty()) {
    const Arrived event = arrived_.front();
    arrived_.pop_front();
    if (counters_.parked_commits == 0) {
      arrived_.clear();
      break;
    }
    EVENHAND_TRY(const std::vector<Waiting> waiting, waiting_for(event));
    for (const Waiting& parked : waiting) EVENHAND_CHECK(join(parked));
  }
  return {};
}

Result<std::vector<Appender::Waiting>> Appender::waiting_for(const Arrived& event) const {
  std::vector<Waiting> waiting;
  Bytes prefix(event.chain.bytes.begin(), event.chain.bytes.end());
  prefix.resize(24);
  put_u64_be(prefix.data() + 16, event.seq + 1);
  prefix.insert(prefix.end(), event.hash.bytes.begin(), event.hash.bytes.begin() + 8);
  EVENHAND_TRY(Cursor cursor, Cursor::open(transaction_, environment_.table(kParked)));
  EVENHAND_TRY(bool stands, cursor.move(MDB_SET_RANGE, prefix));
  while (stands && cursor.key().size() == sizeof(ParkedKey) && std::equal(prefix.begin(), prefix.end(), cursor.key().begin())) {
    Waiting parked;
    std::copy(cursor.key().begin(), cursor.key().end(), parked.key.begin());
    parked.value.assign(cursor.value().begin(), cursor.value().end());
    waiting.push_back(std::move(parked));
    EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
  }
  return waiting;
}

Result<void> Appender::join(const Waiting& parked) {
  const ByteView bytes = ByteView(parked.value).subspan(1);
  EVENHAND_CHECK(transaction_.erase(environment_.table(kParked), parked.key));
  --counters_.parked_commits;
  counters_.parked_bytes -= bytes.size();
  if (parked_now_.erase(parked.key) != 0) --tally_.commits_parked;
  auto commit = CommitView::decode_untrusted(bytes);
  if (!commit) return {};  // damaged while it waited: as if it had never come; it will be asked for again
  if (parked.value[0] == 0) {
    EVENHAND_TRY(std::optional<Known>* const slot, chain(commit->chain()));
    // What was taken in before its chain was known is verified now; a forgery leaves without a trace.
    if (!*slot || !verify_commit(*commit, (*slot)->state.descriptor)) return {};
  }
  EVENHAND_TRY(const std::vector<Hash> hashes, commit->event_hashes());
  const auto standing = place(*commit, hashes);
  if (!standing && standing.error().code == ErrorCode::refused) return {};  // or one such commit would block all appends
  if (!standing) return standing.error();
  if (*standing == Standing::beyond_gap) return park(*commit, Trust::verified);
  return {};
}

Result<AppendOutcome> Appender::finish() {
  EVENHAND_CHECK(join_parked());
  for (const auto& [id, slot] : chains_) {
    if (slot && slot->changed) EVENHAND_CHECK(transaction_.put(environment_.table(kChains), id.view(), encode_chain(id, slot->state)));
  }
  EVENHAND_CHECK(transaction_.put(environment_.table(kMeta), view_of("counters"), encode_counters(counters_)));
  return tally_;
}

}  // namespace log_detail

}  // namespace evenhand
