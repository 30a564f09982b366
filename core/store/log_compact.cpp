// Erasure: the log is written anew without the dropped bodies, because LMDB leaves deleted bytes in its pages.

#include "core/store/log_state.h"

#include "core/crypto/hash.h"

namespace evenhand {

namespace fs = std::filesystem;
using namespace log_layout;

namespace log_detail {
Result<void> make_environment(const fs::path& folder, const SpaceId& space);
}

namespace {

using Drop = std::function<bool(const Reference&, const EventView&)>;
constexpr std::size_t kBatchBytes = std::size_t{32} << 20;

struct Stripped {
  std::size_t dropped = 0;
  Bytes bytes;  ///< only when something was dropped
};

Result<Stripped> strip(const CommitView& commit, const Drop& drop) {
  EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
  std::vector<bool> gone(hashes.size());
  Stripped stripped;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    const Reference reference{commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
    gone[i] = event.body_state == BodyState::present && drop(reference, event);
    stripped.dropped += gone[i] ? 1 : 0;
    return true;
  }));
  if (stripped.dropped != 0) stripped.bytes = without_bodies(commit, [&](std::size_t i, const EventView&) { return gone[i]; });
  return stripped;
}

// Copies one log into an empty one, stripping commits on the way; a new transaction every 32 MiB.
class Rewriter {
 public:
  Rewriter(const Environment& from, const Transaction& reading, Environment& to, const Drop& drop)
      : from_(from), reading_(reading), to_(to), drop_(drop) {}

  Result<void> run() {
    EVENHAND_CHECK(copy(kChainIndex, [&](ByteView key, ByteView value) { return put(kChainIndex, key, value, MDB_APPEND); }));
    EVENHAND_CHECK(copy(kChains, [&](ByteView key, ByteView value) { return put(kChains, key, value, MDB_APPEND); }));
    EVENHAND_CHECK(copy(kCommits, [&](ByteView key, ByteView value) -> Result<void> {
      EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(value));
      EVENHAND_TRY(const Stripped stripped, strip(commit, drop_));
      return put(kCommits, key, stripped.dropped == 0 ? value : ByteView(stripped.bytes), MDB_APPEND);
    }));
    EVENHAND_TRY(Counters counters, (log_detail::Reader{from_, reading_}.counters()));
    counters.parked_bytes = 0;
    EVENHAND_CHECK(copy(kParked, [&](ByteView, ByteView value) { return put_parked(value, counters); }));
    EVENHAND_CHECK(put(kMeta, view_of("counters"), encode_counters(counters), 0));
    return writing_->commit();
  }

 private:
  Result<void> copy(Table table, const std::function<Result<void>(ByteView, ByteView)>& take) {
    EVENHAND_TRY(Cursor cursor, Cursor::open(reading_, from_.table(table)));
    EVENHAND_TRY(bool stands, cursor.move(MDB_FIRST));
    while (stands) {
      EVENHAND_CHECK(take(cursor.key(), cursor.value()));
      EVENHAND_TRY(stands, cursor.move(MDB_NEXT));
    }
    return {};
  }

  Result<void> put(Table table, ByteView key, ByteView value, unsigned flags) {
    if (writing_ && written_ > kBatchBytes) {
      EVENHAND_CHECK(writing_->commit());
      writing_.reset();
    }
    if (!writing_) {
      EVENHAND_TRY(Transaction begun, to_.begin_write(2 * kBatchBytes));
      writing_.emplace(std::move(begun));
      written_ = 0;
    }
    written_ += key.size() + value.size();
    return writing_->put(to_.table(table), key, value, flags);
  }

  Result<void> put_parked(ByteView value, Counters& counters) {
    EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(value.subspan(1)));
    EVENHAND_TRY(const Stripped stripped, strip(commit, drop_));
    const ByteView bytes = stripped.dropped == 0 ? commit.bytes() : ByteView(stripped.bytes);
    EVENHAND_TRY(const CommitView kept, CommitView::decode_untrusted(bytes));
    Bytes parked{value[0]};
    parked.insert(parked.end(), bytes.begin(), bytes.end());
    counters.parked_bytes += bytes.size();
    return put(kParked, parked_key(kept), parked, 0);
  }

  const Environment& from_;
  const Transaction& reading_;
  Environment& to_;
  const Drop& drop_;
  std::optional<Transaction> writing_;
  std::size_t written_ = 0;
};

Result<std::size_t> count_bodies(const Log& log, const Drop& drop) {
  EVENHAND_TRY(const LogReadView view, log.read());
  std::size_t bodies = 0;
  Result<void> inner;
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    const auto stripped = strip(commit, drop);
    if (stripped) bodies += stripped->dropped;
    if (!stripped) inner = stripped.error();
    return inner.ok();
  }));
  EVENHAND_CHECK(inner);
  return bodies;
}

}  // namespace

Result<std::size_t> Log::drop_bodies(const Drop& drop) {
  if (state_->mode == OpenMode::read_only) return refused("the log is open for reading only", state_->folder.string());
  EVENHAND_TRY(const std::size_t bodies, count_bodies(*this, drop));
  EVENHAND_TRY(const LogReadView before, read());
  if (bodies == 0 && before.parked_count() == 0) return std::size_t{0};
  return state_->rewrite(drop, bodies);
}

Result<std::size_t> Log::State::rewrite(const Drop& drop, std::size_t bodies) {
  if (!use->become_alone()) {
    return unavailable("another program reads the log, so it cannot be rewritten", folder.string(), "Close the other one, then try again.");
  }
  const fs::path temporary = folder / "compact.tmp";
  const auto rewritten = [&]() -> Result<void> {
    EVENHAND_CHECK(remove_tree(temporary));
    EVENHAND_CHECK(log_detail::make_environment(temporary, space));
    EVENHAND_TRY(const Transaction reading, environment->begin_read());
    EVENHAND_TRY(const auto target, Environment::open(temporary, tables(), {}));
    return Rewriter(*environment, reading, *target, drop).run();
  }();
  Result<void> placed = rewritten;
  if (placed) placed = put_in_place(temporary);
  [[maybe_unused]] const auto removed = remove_tree(temporary);
  use->let_others_in();
  if (!placed) return placed.error();
  return bodies;
}

// The lock file belongs to the old file: it remembers the old one's transactions, so it goes first.
Result<void> Log::State::put_in_place(const fs::path& temporary) {
  EVENHAND_CHECK(remove_tree(folder / "lock.mdb"));
  EVENHAND_CHECK(rename_durably(temporary / "data.mdb", folder / "data.mdb"));
  const auto old = environment;
  auto opened = Environment::open(folder, tables(), {});
  if (!opened) {
    old->stop_writing();  // it looks at a file that has no name any more
    return opened.error();
  }
  environment = *opened;
  use->watch(environment);
  return {};
}

}  // namespace evenhand
