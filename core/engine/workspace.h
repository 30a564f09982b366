/// The front door: one trust's workspace on this device. Submit a command, read a model, look at history.
///
/// A workspace is a folder: keys, one log and one fold per space, attachments. One process writes at a time
/// (another one is told who holds it); any number read.
///
/// Durability: when submit() returns, what was entered survives kill -9 and power loss.
/// Threads:    one thread at a time. Lifetime: models and records are copies.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/engine/command.h"
#include "core/engine/conflicts.h"
#include "core/engine/keystore.h"
#include "core/engine/model.h"
#include "core/projection/space_fold.h"

namespace evenhand {

/// What founds a workspace.
struct Founding {
  std::string organisation;  ///< full name
  std::string short_name;
  std::string device_label;  ///< "EDI laptop"
  bool is_demonstration = false;
};

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
  /// Errors: not_found, unavailable (held by another process: who), corrupt, refused (newer version).
  static Result<Workspace> open(const std::filesystem::path& folder, OpenMode mode, Clock& clock, Random& random,
                                const Progress& progress = {});
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace() override;

  /// Checks rights, fields and arithmetic, then writes one commit per space concerned.
  /// Errors: refused, stale, not_found, unavailable.
  Result<Receipt> submit(const Command& command);
  /// What submit() would say, without writing.
  Result<Receipt> rehearse(const Command& command);
  /// May this device write records of that type? Errors: refused, naming the capability that is missing.
  Result<void> check_rights(std::string_view type) const;

  Result<std::vector<Record>> records(std::string_view type) const override;
  Result<std::optional<Record>> find(const EntityId& id) const override;
  /// A record by what a person typed: short id ("7Q4K-29TM"), hexadecimal id, or an unambiguous part of its title.
  /// `types`: "a|b"; empty = any. Errors: not_found, refused (several match: they are listed).
  Result<Record> find_by_words(std::string_view types, std::string_view words) const;

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
  Space& space_of(SpaceKind kind);
  const Keystore& keystore() const;
  /// The organisation that this workspace was founded for.
  const EntityId& organisation() const;
  OpenMode mode() const;

  /// Appends authority events under this device's admin grant, as one commit.
  Result<std::vector<Reference>> submit_authority(SpaceKind kind, const std::vector<std::pair<std::string, Bytes>>& events);

  struct State;  ///< private to core/engine

 private:
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The space in which records of a type are at home.
SpaceKind home_of(const RecordSpec& record);

}  // namespace evenhand
