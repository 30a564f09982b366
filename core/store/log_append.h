/// The work of one append() call inside one write transaction. Private to core/store.
///
/// Lifetime: of one transaction. The commits given to add() need not outlive the call.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "core/store/log_state.h"

namespace evenhand::log_detail {

enum class Trust { verified, unverified };

/// A commit on its way in. Lifetime: of the bytes given to append().
struct Incoming {
  CommitView commit;
  std::vector<Hash> hashes;
  Trust trust = Trust::verified;
};
/// Errors: corrupt.
Result<std::vector<Incoming>> decode_trusted(std::span<const ByteView> commits);
/// Checks chain ids, roots, bodies and, per run of commits within a segment's bounds, the last seal; commits of
/// a chain not known yet stay unverified, to be parked. Errors: corrupt, refused.
Result<std::vector<Incoming>> verify_untrusted(std::span<const ByteView> commits, const Reader& reader);

enum class Standing { stands, known, beyond_gap, no_room };

/// What becomes of what finds no room.
struct Bounds {
  bool parks_without_limit = false;
  bool spares_the_rest = false;  ///< the outcome names it, and everything else is taken; else the call is refused
  const KnowsDevice* knows = nullptr;
};

struct Known {
  ChainState state;
  bool changed = false;
};

bool lacks_bodies(const CommitView& commit);

struct ChainCounts {
  std::size_t all = 0, of_strangers = 0;
  std::map<PublicKey, std::size_t> by_device;
};

class Appender {
 public:
  Appender(const Environment& environment, Transaction& transaction, const SpaceId& space, log_layout::Counters counters,
           const Bounds& bounds);

  /// Errors: refused, corrupt, unavailable; the transaction must then be given up.
  Result<void> add(const Incoming& incoming);
  /// Joins what waited, writes chains and counters.
  Result<AppendOutcome> finish();
  /// False when everything was here already: the transaction need not be committed.
  bool has_changes() const { return has_changes_; }

 private:
  struct Arrived {
    ChainId chain;
    std::uint64_t seq;
    Hash hash;
  };
  struct Waiting {
    log_layout::ParkedKey key;
    Bytes value;
  };

  Result<std::optional<Known>*> chain(const ChainId& id);
  Result<Standing> place(const CommitView& commit, const std::vector<Hash>& hashes);
  /// False: there is no room for it.
  Result<bool> begin_chain(const CommitView& commit, std::optional<Known>& slot);
  Result<std::optional<NoRoom>> bound_reached(const PublicKey& device);
  Result<void> count_chains();
  bool is_known(const PublicKey& device) const { return !bounds_.knows || !*bounds_.knows || (*bounds_.knows)(device); }
  /// Notes it. Errors: refused, when nothing is spared.
  Result<void> find_no_room(const ChainId& chain, NoRoom why);
  Result<std::size_t> count_held(const CommitView& commit, const std::vector<Hash>& hashes, const ChainState& state);
  Result<bool> stands_on_an_event(const CommitView& commit) const;
  Result<std::optional<LogReadView::Place>> find(const CommitView& commit, std::uint64_t seq, const Hash& wanted) const;
  Result<void> store(const CommitView& commit, const std::vector<Hash>& hashes);
  Result<void> fill(Arrival arrival, const CommitView& ours, const CommitView& commit);
  Result<void> park(const CommitView& commit, Trust trust);
  Result<void> note_for_parked(const CommitView& commit, const std::vector<Hash>& hashes);
  Result<void> join_parked();
  Result<std::vector<Waiting>> waiting_for(const Arrived& event) const;
  Result<void> join(const Waiting& parked);

  const Environment& environment_;
  Transaction& transaction_;
  Reader reader_;
  SpaceId space_;
  log_layout::Counters counters_;
  AppendOutcome tally_;
  std::map<ChainId, std::optional<Known>> chains_;
  std::optional<ChainCounts> counts_;
  std::deque<Arrived> arrived_;
  std::set<log_layout::ParkedKey> parked_now_;
  bool has_changes_ = false;
  const Bounds& bounds_;
};

}  // namespace evenhand::log_detail
