/// The append-only log of one space on this replica, kept in one LMDB environment.
///
/// Durability: once append() returns, its commits survive kill -9 and power loss; all of them or none.
/// Damage:     every commit carries a checksum that is looked at on every read; open() looks a doubtful file over by
///             its own reads first, so that LMDB cannot abort or SIGBUS this program
///             (docs/decisions/0020-doubtful-stores.md). EVENHAND_CHECK in the environment makes every file doubtful.
/// Threads:    one Log is used by one thread at a time. Any number of ReadViews, from any process,
///             never wait for the writer, nor it for them.
/// Lifetime:   every view handed out dies with the ReadView it came from; keep ReadViews short.
/// Format:     docs/formats/store.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/event/commit.h"

namespace evenhand {

enum class OpenMode { read_write, read_only };

/// Order of arrival on this replica, from 1. Means nothing on another.
using Arrival = std::uint64_t;

/// The end of one branch of a chain. A chain that never forked has one.
struct BranchHead {
  std::uint64_t seq = 0;
  Hash head;
  auto operator<=>(const BranchHead&) const = default;
};

struct ChainState {
  ChainDescriptor descriptor;
  std::vector<BranchHead> branches;  ///< ascending; more than one = a fork, shown to people
  bool is_forked() const { return branches.size() > 1; }
};

/// Why a log takes no more of a chain.
enum class NoRoom : std::uint8_t {
  branches,   ///< it has 1,024 of them
  chains,     ///< the space has 4,096 chains
  device,     ///< its device has 256 chains
  strangers,  ///< devices that the space does not know have 1,024 chains
  waiting,    ///< 10,000 commits or 256 MiB wait for others to come first
};
/// "a chain has at most 1,024 branches"
std::string_view to_words(NoRoom why);

/// True for devices that the space knows; the chains of all others are counted together.
using KnowsDevice = std::function<bool(const PublicKey&)>;

/// What became of the commits given to append().
struct AppendOutcome {
  std::size_t events_new = 0;      ///< stored now
  std::size_t events_known = 0;    ///< were here already
  std::size_t commits_parked = 0;  ///< lie beyond a gap; kept aside until it fills
  std::size_t commits_filled = 0;  ///< were here without some of their bodies and have them now; their arrival stays
  std::map<ChainId, NoRoom> without_room;  ///< append_untrusted(): chains of which not everything was taken
  Arrival first_arrival = 0;       ///< of the new commits, 0 when none
  Arrival last_arrival = 0;
};

/// A consistent look at the log. Opening one is cheap; holding one for long keeps old pages alive.
class LogReadView {
 public:
  LogReadView(LogReadView&&) noexcept;
  ~LogReadView();

  Arrival last_arrival() const;
  std::uint64_t event_count() const;
  std::uint64_t parked_count() const;

  /// Visits commits in order of arrival, from `first` on; the visitor returns false to stop.
  /// Errors: corrupt, naming the arrival number, at the first damaged commit (nothing of it was visited).
  Result<void> scan(Arrival first, const std::function<bool(Arrival, const CommitView&)>& visit) const;

  /// The same, with the hash of each event: what names it. Checksums and hashes are computed on other threads, ahead of the
  /// visitor, which stays on this one. Nothing of the commit at an error was visited, and nothing after it.
  Result<void> scan_hashed(Arrival first, const std::function<bool(Arrival, const CommitView&, std::span<const Hash>)>& visit) const;

  /// One commit by arrival. Errors: not_found, corrupt.
  Result<CommitView> commit_at(Arrival arrival) const;
  /// The commit that holds an event, and the event's place in it. Errors: not_found, corrupt.
  struct Place {
    Arrival arrival = 0;
    std::size_t index = 0;
  };
  Result<Place> find(const Reference& event) const;
  /// Commits of one chain from `first_seq` on, all branches, ascending by (seq, hash).
  Result<void> scan_chain(const ChainId& chain, std::uint64_t first_seq,
                          const std::function<bool(Arrival, const CommitView&)>& visit) const;

  /// For whoever looks through views found earlier, once per some MB of them: gives back pages of the log that take this process's memory.
  /// All views stay valid. `held` is one of them. Finding and scanning do so by themselves.
  void keep_memory_small(ByteView held) const;

  /// Every chain, ascending by id: the version vector with full heads.
  Result<std::vector<std::pair<ChainId, ChainState>>> chains() const;
  Result<ChainState> chain(const ChainId& id) const;

  /// SHA-256 over every chain's heads and the list of missing bodies: equal logs, equal digests,
  /// whatever the order of arrival. `missing` = bodies absent without being named by an erasure.
  Result<Hash> log_digest(std::span<const Reference> missing) const;

 private:
  friend class Log;
  struct State;
  explicit LogReadView(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Log {
 public:
  /// Opens the log in `folder`. Errors: not_found (no log there), unavailable (network file system, no space,
  /// no permission), corrupt (not ours, or damaged: run doctor), refused (written by a newer version).
  static Result<Log> open(const std::filesystem::path& folder, OpenMode mode);
  /// Makes an empty log of `space` in a temporary folder, then renames it to `folder`, which must not exist.
  static Result<Log> create(const std::filesystem::path& folder, const SpaceId& space);

  Log(Log&&) noexcept;  ///< what was moved from is closed: read() and append() give unavailable
  Log& operator=(Log&&) noexcept;
  ~Log();

  const SpaceId& space() const;

  /// Appends commits of trusted make (our own builder, or verified already) in ONE durable transaction.
  /// A commit already present is skipped, so a retry is safe; where our copy lacks bodies that this one has, they are put in
  /// (what an erasure named must not come this far: Workspace::receive). A commit whose previous hash is an event we hold
  /// that is not a branch's end opens a new branch (fork): both are kept. One beyond a gap is parked, and joins
  /// by itself when the gap fills; so is one of a chain whose first commit has not come yet. Errors: corrupt (not a
  /// commit), refused (another space's chain, > 4,096 chains, > 1,024 branches of one, > 10,000 commits or 256 MiB
  /// parked, events that we hold under another, shorter cut), unavailable (disk full, I/O): then nothing of this call is stored, and after an I/O error no
  /// further append is tried until the log is opened anew.
  Result<AppendOutcome> append(std::span<const ByteView> commits);
  /// Verifies chain ids, bodies, hashes and the seal that ends each run (of at most 512 events and 256 KiB, absent bodies counted, as in a segment)
  /// first, then appends. What is parked before its chain is known is verified when it joins, and dropped without a trace
  /// when it fails. A bound that is reached refuses nothing but the chain that reached it: the rest of the call is taken, and
  /// `without_room` names it, and nothing of that chain is taken from this call. So it goes with commits of authority that lack a body, which
  /// nothing takes away there. Whoever fills a bound can so harm nobody's chain but its own. Errors: corrupt, as well.
  Result<AppendOutcome> append_untrusted(std::span<const ByteView> commits, const KnowsDevice& knows = {});

  /// Errors: unavailable.
  Result<LogReadView> read() const;

  /// Replaces commits by copies without the named bodies, then rewrites the whole file compacted and renames it
  /// into place, so that no deleted byte stays behind. Views opened before go on with what they saw. Returns how many
  /// bodies were dropped. Errors: refused (read only), unavailable (another program or another Log here reads it; disk):
  /// the old log then still stands.
  Result<std::size_t> drop_bodies(const std::function<bool(const Reference&, const EventView&)>& drop);

  /// Bytes of the file on disk.
  std::uint64_t bytes_on_disk() const;

 private:
  friend struct LogAccess;
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace evenhand
