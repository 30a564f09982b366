/// The front door: one trust's workspace on this device. Submit a command, read a model, look at history.
///
/// A workspace is a folder: keys, one log and one fold per space, attachments. It holds one organisation space, one people
/// space and any number of cycle spaces, of which one is current: new records of a cycle go there; reading covers all.
/// One process holds it and writes; any number read. Another process that is opened for writing while a long-lived holder
/// takes writes over (core/engine/handover.h) reads a snapshot and hands its commands to that one, and its snapshot follows.
///
/// Durability: when submit() returns, what was entered survives kill -9 and power loss.
/// Threads:    one thread at a time. Lifetime: models and records are copies.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "core/base/clock.h"
#include "core/engine/command.h"
#include "core/engine/conflicts.h"
#include "core/engine/examiner.h"
#include "core/engine/keystore.h"
#include "core/engine/model.h"
#include "core/engine/same.h"
#include "core/projection/space_fold.h"

namespace evenhand {

/// What founds a workspace.
struct Founding {
  std::string organisation;  ///< full name
  std::string short_name;
  std::string device_label;  ///< "EDI laptop"
  bool is_demonstration = false;
};

/// Type and body of authority events to come.
using AuthorityDrafts = std::vector<std::pair<std::string, Bytes>>;

using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

/// One event of a record, for `history`.
struct HistoryEntry {
  Reference reference;
  std::string type;
  ClaimedTime claimed;
  std::string device_label;
  EntityId organisation;
  Standing standing = Standing::counts;
  bool is_hidden = false;  ///< of a batch that is not closed
  struct Change {
    std::string field;
    std::string value;
  };
  std::vector<Change> changes;
  std::string reason;
};

/// One space of the workspace.
struct Space {
  SpaceId id;
  SpaceKind kind = SpaceKind::organisation;
  std::filesystem::path folder;
  Log log;
  SpaceFold fold;
};

class Workspace : public Model {
 public:
  /// Makes a workspace in `folder`, which must be empty or absent: keys, an organisation space, a people space and a
  /// cycle space, and the organisation's own record. Errors: refused, unavailable.
  static Result<Workspace> create(const std::filesystem::path& folder, const Founding& founding, Clock& clock, Random& random);
  /// For writing, this process becomes the holder; it waits two seconds for a short command beside it. When the holder
  /// takes writes over instead, it is opened as one that hands over.
  /// Errors: not_found, unavailable (held by another process: who), corrupt, refused (newer version).
  static Result<Workspace> open(const std::filesystem::path& folder, OpenMode mode, Clock& clock, Random& random,
                                const Progress& progress = {});
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace() override;

  /// Checks rights, fields and arithmetic, then writes one commit per space concerned, all or none: here, or in the process that
  /// holds the workspace, at most once. Once saved it gives a receipt, even when the views could not be refreshed: that is a
  /// warning in it, and the next opening makes up for it. Errors: refused, stale, not_found, unavailable (the holder does not
  /// answer: `where` is kHeldByAnother and nothing was saved; it stopped half-way: the sentence says what is known).
  Result<Receipt> submit(const Command& command);
  /// The same by the holder itself. `about_to_write` is asked with the receipt once all is decided and nothing is
  /// written; its error is given back, and nothing is written then.
  Result<Receipt> submit(const Command& command, const std::function<Result<void>(const Receipt&)>& about_to_write);
  /// What submit() would say, without writing; after rehearse_only() of a workspace for reading, too.
  Result<Receipt> rehearse(const Command& command);
  /// Declares a record type for this organisation: once known here, its records are entered and read like any other.
  /// Declared already: nothing is written. Gives the whole name of the type ("walk-…"). A partner gets the definition with the
  /// first record in a shared space. Errors: corrupt, refused (the definition, with its path; rights), those of submit().
  Result<std::string> declare(std::string_view definition_json);
  /// Asked by submit() and rehearse() about every change of a record that is not removed, undone or imported: its errors refuse the
  /// command, everything else it says becomes a warning in the receipt. A command that is handed over is examined where it is written.
  void set_examiner(Examiner examiner);
  bool is_examined() const;  ///< is there one?
  /// Asks it about every such change of the command, imports too, and tells instead of refusing: an import asks about all of its file
  /// before its first commit. Nothing without an examiner. Errors: those of rehearse() but for the examiner's.
  Result<void> examine(const Command& command, const ToldFindings& told);
  /// May this device write records of that type? Errors: refused, naming the capability that is missing.
  Result<void> check_rights(std::string_view type) const;

  Result<std::vector<Record>> records(std::string_view type) const override;
  Result<std::optional<Record>> find(const EntityId& id) const override;
  Result<bool> is_published(const EntityId& id) const override;
  /// A record by what a person typed: short id ("7Q4K-29TM"), hexadecimal id, or an unambiguous part of its title.
  /// `types`: "a|b"; empty = any. Errors: not_found, refused (several match: they are listed).
  Result<Record> find_by_words(std::string_view types, std::string_view words) const;

  /// Which records were entered twice, and what a person said about it (core/engine/same.h).
  Result<SameOrDifferent> same_or_different() const;
  /// The shared space in which both stand, where a word on them reaches everybody; nothing: it is our own matter.
  Result<std::optional<SpaceId>> shared_by(const EntityId& a, const EntityId& b) const;

  Result<std::vector<HistoryEntry>> history(const EntityId& id) const;
  /// Everything that waits for a person's choice, by space and record.
  Result<std::vector<Conflict>> conflicts() const;
  /// What was changed beyond the heads that somebody had seen, in a line: "rag by NCT, EDI laptop"; empty: nothing.
  Result<std::string> changed_since(const EntityId& id, const std::vector<Reference>& seen) const;
  /// The heads that a view token (Conflict::view) names. Errors: not_found (no such version here).
  Result<std::vector<Reference>> heads_seen(const EntityId& id, std::string_view view) const;
  /// What takes back the last decision on a record that nobody took back yet, by whomever: the dispute stands open again.
  /// `field` empty: all its fields. Only fields that still hold what was decided; the others are named in the answer.
  /// Errors: not_found (no decision), stale (all were changed again since).
  struct Reopening {
    RecordChange change;                   ///< to submit
    std::vector<std::string> fields;       ///< "" = removed or kept
    std::vector<std::string> left_alone;   ///< changed again since
  };
  Result<Reopening> reopening_of(const EntityId& id, std::string_view field) const;
  /// Takes back the last action of this device that is not taken back yet. Errors: not_found, stale (a field was
  /// changed since; nothing is undone).
  Result<std::string> undo();
  /// Takes back a whole import: its records vanish as one, and would come back as one.
  Result<std::string> undo_batch(const BatchId& batch);

  /// Folds every space anew. Returns the state digest of each, before and after.
  struct Rebuilt {
    SpaceKind kind;
    Hash before;
    Hash after;
  };
  Result<std::vector<Rebuilt>> rebuild(const Progress& progress);

  const std::filesystem::path& folder() const;
  std::vector<Space>& spaces();
  const std::vector<Space>& spaces() const;
  /// The space of that kind; of cycle spaces the current one.
  Space& space_of(SpaceKind kind);
  const Space& space_of(SpaceKind kind) const;
  /// Null when there is no such space here. Valid until a space is added.
  Space* find_space(const SpaceId& id);
  const Space* find_space(const SpaceId& id) const;
  const Keystore& keystore() const;
  /// The organisation that this workspace was founded for.
  const EntityId& organisation() const;
  OpenMode mode() const;
  /// True while this process holds the workspace, so that no other one writes.
  bool is_holder() const;
  /// Becomes the holder, for what cannot be handed over. Errors: unavailable (held by another process: who).
  Result<void> hold();

  /// Makes that cycle space the current one. Errors: not_found, refused (not a cycle space), unavailable.
  Result<void> use_cycle_space(const SpaceId& id);
  /// Founds one more cycle space, of this organisation. It does not become current by itself. Errors: refused, unavailable.
  Result<SpaceId> found_cycle_space(const std::string& title);

  /// Appends authority events under this device's admin grant, as one commit unless they are too many for one; then brings
  /// the keys of the space in line (a new epoch after a removal, all epochs for a new reader).
  /// Errors: refused (no admin, retired), unavailable.
  Result<std::vector<Reference>> submit_authority(const SpaceId& space, const AuthorityDrafts& events);
  Result<std::vector<Reference>> submit_authority(SpaceKind kind, const AuthorityDrafts& events);

  /// The key of an epoch, or of the current one. Null: sealed to others, not here yet, or none. Lives as long as the workspace.
  const SealKey* epoch_key(const SpaceId& space, const KeyId& epoch) const;
  const SealKey* current_epoch(const SpaceId& space) const;

  /// Verifies and appends commits that came from outside, in one durable transaction, without the bodies that an erasure, a
  /// redaction or a destroyed key took: an old stick brings nothing back. What came is folded by settle(), not here.
  /// Errors: not_found (no such space), corrupt, refused: nothing of this call is stored then; unavailable.
  Result<AppendOutcome> receive(const SpaceId& space, std::span<const ByteView> commits);
  /// Folds what came, carries out erasures that came with it, and, on an admin's device, brings keys in line.
  /// Errors: corrupt, unavailable.
  Result<void> settle(const Progress& progress = {});

  struct State;  ///< private to core/engine
  State& state() { return *state_; }              ///< private to core/engine
  const State& state() const { return *state_; }  ///< private to core/engine

 private:
  explicit Workspace(std::unique_ptr<State> state);
  Result<Receipt> hand_over(const Command& command, int tries_left);
  std::unique_ptr<State> state_;
};

/// The space in which records of a type are at home.
SpaceKind home_of(const RecordSpec& record);
/// May a record of that type show in a space of that kind: at home, or as a copy that was shared into a cycle space.
bool shows_in(const RecordSpec& record, SpaceKind kind);
std::string_view to_word(SpaceKind kind);

}  // namespace evenhand
