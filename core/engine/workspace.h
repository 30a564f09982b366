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

/// A field on which replicas disagree, or a record removed here and edited there.
struct Conflict {
  EntityId entity;
  std::string type;
  std::string title;
  std::string field;  ///< empty: removed and edited
  struct Version {
    std::string value;
    Reference by;
    ClaimedTime claimed;
    std::string device_label;
  };
  std::vector<Version> versions;
  std::vector<Reference> heads;  ///< what a decision must name as seen
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

  /// Checks rights, fields and arithmetic, then writes one commit per space concerned. Once saved it gives a receipt,
  /// even when the views could not be refreshed: that is a warning in it, and the next opening makes up for it.
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
  Result<std::vector<Conflict>> conflicts() const;
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
