/// Folds one space's log into the state of its records, kept in a table store with a checkpoint.
///
/// The log is the truth; what stands here can be thrown away and rebuilt (rebuild()) to the same digest.
/// A late event refolds its own record, not the log. Only a change of rights that changes whether events already
/// folded count (removal, adoption, erasure, redaction, a rival admission) folds everything anew.
///
/// Open for reading only, the tables are read as one saved checkpoint and the tail of the log is folded in memory; what a
/// writer saves meanwhile is seen by the next catch_up(), never half.
///
/// Threads:  one thread at a time; hashes and records that are folded anew are worked out on others while it waits.
/// Lifetime: records handed out are copies.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/access/access.h"
#include "core/projection/fold_entity.h"
#include "core/store/log.h"
#include "core/store/table.h"

namespace evenhand {

/// Where an event of a record stands in this replica's log.
struct Place {
  Arrival arrival = 0;
  std::uint32_t index = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(arrival, index);
  }
};

/// What the fold keeps of one record. What every event touches stands first, beside the record's key in its map.
struct Folding {
  std::vector<Place> places;
  std::uint32_t waiting = 0;  ///< events that lack parents, grant or certificate
  bool is_settled = true;     ///< false: the next event needs the whole fold
  bool is_dirty = false;      ///< changed since the last save
  bool is_behind = false;     ///< has events that `state` does not show yet; never once catch_up() returned
  EntityState state;
};

/// As IdHash, and known not to throw: a map that knows it compares keys at once instead of keeping hashes beside its values.
struct EntityHash {
  std::size_t operator()(const EntityId& id) const noexcept { return IdHash{}(id); }
};

struct FoldCounts {
  std::uint64_t events = 0;       ///< of the data lane
  std::uint64_t waiting = 0;
  std::uint64_t quarantined = 0;
};

/// What catching up holds in memory beside the records; more makes it read and hash commits less often.
struct FoldBounds {
  std::size_t refold_at_once_max = 250'000;  ///< events, 80 bytes each, while records are folded anew
  std::size_t seen_max = 4'000'000;          ///< events, 12 bytes each, whose hash and place are remembered
};

class SpaceFold {
 public:
  /// Keeps everything in memory: for proofs, benchmarks and short-lived replicas.
  explicit SpaceFold(const SpaceId& space, const FoldBasis& basis = {});
  /// Opens or makes the table store in `folder`. One of another fold version, earlier or later, or a damaged one is thrown away and rebuilt.
  static Result<SpaceFold> open(const SpaceId& space, const std::filesystem::path& folder, OpenMode mode, const FoldBasis& basis = {});

  /// Folds what the log holds beyond the checkpoint; cheap when there is nothing. Reports progress in events.
  /// Errors: corrupt (a damaged commit: run doctor), unavailable (the table store cannot be written).
  Result<void> catch_up(const Log& log, const std::function<void(std::uint64_t done, std::uint64_t all)>& progress = {});
  void set_bounds(const FoldBounds& bounds) { bounds_ = bounds; }
  /// Forgets everything and folds the log anew.
  Result<void> rebuild(const Log& log, const std::function<void(std::uint64_t done, std::uint64_t all)>& progress = {});

  const Access& access() const { return access_; }
  FoldCounts counts() const { return counts_; }
  Arrival checkpoint() const { return checkpoint_; }
  /// Moves whenever a definition of a record type may have come or changed: then look at the records of type schema again.
  std::uint64_t definitions_moved() const { return definitions_moved_; }

  Result<std::optional<EntityState>> find(const EntityId& id) const;
  Result<std::vector<Place>> places(const EntityId& id) const;
  /// The parents that the next event of this record must name; also of a record that is hidden or removed.
  Result<std::vector<Reference>> heads(const EntityId& id) const;
  /// The record as it stood before one of its events: those that came before it, with the effects that they have today
  /// (who may no longer write, what is erased, which batches are open). `log`: the one that was folded. Errors: corrupt.
  Result<EntityState> state_before(const Log& log, const EntityId& id, const Reference& event) const;
  /// The record as some of its events make it, again with the effects that they have today: those that `is_among` names,
  /// which have their parents among them. Errors: corrupt.
  Result<EntityState> state_among(const Log& log, const EntityId& id, const std::function<bool(const Reference&)>& is_among) const;
  /// Every record that exists (removed ones too), ascending by id; `type` empty = all types.
  Result<void> for_each(std::string_view type, const std::function<bool(const EntityState&)>& visit) const;
  /// The types of all records here, those of unknown ones too, ascending. Reads keys alone.
  Result<std::vector<std::string>> types() const;
  /// SHA-256 over every record's id and state, ascending, and the fold version.
  Result<Hash> state_digest() const;

 private:
  Result<std::shared_ptr<const TableReadView>> base() const;
  Result<void> load_checkpoint();
  Result<void> follow_writer();
  Result<void> fold_tail(const LogReadView& view, const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);
  Result<void> read_access(const LogReadView& view);
  Result<Folding*> touch(const EntityId& id);
  Result<void> take(Arrival arrival, const CommitView& commit, std::span<const Hash> hashes);
  Result<void> take_event(const Place& place, const Reference& reference, const EventView& event);
  Result<void> settle(const LogReadView& view);
  void mark_behind(const EntityId& id, Folding& folding);
  void mark_dirty(const EntityId& id, Folding& folding);
  Effect effect_of(const Reference& reference, const EventView& event, Standing standing) const;
  /// The last standing that no single event can change: most events of a chain share one grant.
  struct StandingMemo {
    Reference grant;
    ChainId chain;
    Capability needs = Capability::relay;
    Standing standing = Standing::waiting;
  };
  Standing standing_of(const Reference& reference, const EventHeader& header, StandingMemo& memo) const;

  // space_fold_refold.cpp
  /// An event that is read again, as it lies in the log. Lifetime: of the view.
  struct Found {
    ByteView bytes;
    Reference reference;
    Hash hash;  ///< where another event may share the reference
  };
  /// What it says, for those that do not wait for rights.
  struct Reading {
    std::vector<FoldEvent> events;
    std::uint32_t no_rights = 0;
  };
  struct Refolded {
    Folded folded;
    std::uint32_t no_rights = 0;
  };
  struct Refold;
  Result<std::vector<Found>> find_again(const LogReadView& view, std::span<const Folding* const> records) const;
  Result<void> read_found(std::span<const Found> found, Reading& reading) const;
  Result<Reading> read_again(const LogReadView& view, const Folding& record) const;
  Result<void> refold_behind(const LogReadView& view);
  Result<void> refold(const LogReadView& view, std::span<Folding* const> records, std::span<const Found> found);
  Result<void> fold_anew(Refold& work) const;
  void take_refolded(Folding& folding, Refolded refolded);
  Result<void> note_batch(const LogReadView& view, const Folding& folding);
  Result<void> save(Arrival checkpoint);
  void clear();

  SpaceId space_;
  FoldBasis basis_;
  std::optional<TableStore> tables_;
  OpenMode mode_ = OpenMode::read_write;
  /// For reading only: the tables as they stood at base_arrival_, so that a writer beside us changes nothing under us.
  std::shared_ptr<const TableReadView> pinned_;
  Arrival base_arrival_ = 0;
  bool base_counts_ = false;  ///< false: what the tables hold is outdated; it is not read, and emptied by the next save
  Access access_;
  bool access_fits_ = false;  ///< what is folded was judged by access_
  Hash access_print_;         ///< over the authority heads that access_ was built from
  FoldCounts counts_;
  Arrival checkpoint_ = 0;
  std::uint64_t definitions_moved_ = 1;

  std::unordered_map<EntityId, Folding, EntityHash> records_;  ///< all of them in memory mode, else those touched
  std::vector<EntityId> dirty_;  ///< those that is_dirty, once each
  std::vector<EntityId> behind_;  ///< those that is_behind, once each
  std::vector<EntityId> batches_to_judge_;  ///< records of batches of which something new is here
  std::unordered_set<BatchId, IdHash> closed_batches_;
  std::unordered_map<BatchId, std::vector<EntityId>, IdHash> batch_records_;
  std::unordered_map<ChainId, ChainDescriptor, IdHash> chains_;
  /// Only on them can two events share a reference, so there the quick way is not taken.
  std::unordered_set<ChainId, IdHash> forked_;

  /// What the running catch_up() found out about the events that it read: a record that is folded anew needs it again.
  struct Seen {
    struct Event {
      ShortHash hash;
      std::uint32_t begin = 0;  ///< among the bytes of its commit
    };
    Arrival first = 0;
    std::vector<std::size_t> begins;  ///< of each commit's events
    std::vector<Event> events;

    /// Before its events are put in. False: with them there would be more than `events_max`.
    bool add_commit(Arrival arrival, std::size_t events_of_it, std::size_t events_max);
    /// Nothing when the commit is not among them.
    std::span<const Event> find(Arrival arrival, std::size_t events_of_it) const;
  };
  Seen seen_;
  FoldBounds bounds_;
  StandingMemo standing_memo_;
};

}  // namespace evenhand
