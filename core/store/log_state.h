/// What lies behind Log and LogReadView. Private to core/store.
#pragma once

#include "core/store/log_layout.h"
#include "core/store/store_folder.h"

namespace evenhand {

namespace log_detail {
struct Incoming;
struct Bounds;
}

struct Log::State {
  std::filesystem::path folder;
  OpenMode mode = OpenMode::read_write;
  SpaceId space;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<StoreFolder> use;

  Result<AppendOutcome> append(std::span<const log_detail::Incoming> commits, const log_detail::Bounds& bounds);
  /// Stores nothing when the outcome names a chain of `commits`.
  Result<AppendOutcome> append_unless_full(std::span<const log_detail::Incoming> commits, const log_detail::Bounds& bounds);
  Result<std::size_t> rewrite(const std::function<bool(const Reference&, const EventView&)>& drop, std::size_t bodies);
  Result<void> put_in_place(const std::filesystem::path& temporary);
};

/// For the doctor, which takes in more than a partner may send.
struct LogAccess {
  static auto& state_of(Log& log) { return *log.state_; }
};

struct LogReadView::State {
  State(std::shared_ptr<StoreFolder> u, Transaction t, std::shared_ptr<Environment> e, log_layout::Counters c)
      : use(std::move(u)), environment(std::move(e)), transaction(std::move(t)), counters(c) {}
  std::shared_ptr<StoreFolder> use;
  std::shared_ptr<Environment> environment;
  Transaction transaction;
  log_layout::Counters counters;

  MDB_dbi table(log_layout::Table which) const { return environment->table(which); }
};

namespace log_detail {

/// What to say of a commit that is not in the file though it was counted.
Error gap_at(Arrival arrival);
/// A commit as it lies in the file. Errors: corrupt, with its arrival number.
Result<CommitView> decode_at(Arrival arrival, ByteView bytes);

/// Reading shared by views and by append. `transaction` may be the writing one.
struct Reader {
  const Environment& environment;
  const Transaction& transaction;

  Result<log_layout::Counters> counters() const;
  Result<std::optional<ChainState>> chain(const ChainId& id) const;
  Result<CommitView> commit_at(Arrival arrival) const;
  /// The commit and place of the event (chain, seq) whose full hash, or its first 8 bytes, satisfies `fits`.
  Result<std::optional<LogReadView::Place>> find_event(const ChainId& chain, std::uint64_t seq,
                                                       const std::function<bool(const Hash&)>& fits) const;
};

}  // namespace log_detail

}  // namespace evenhand
