/// The parts of an open workspace. Private to core/engine.
#pragma once

#include <map>

#include "core/engine/intent.h"
#include "core/engine/same.h"
#include "core/engine/workspace.h"
#include "core/event/commit.h"
#include "core/os/workspace_lock.h"
#include "core/record/body.h"
#include "core/store/incarnation.h"

namespace evenhand {

/// `key.epoch` events for a fresh key, sealed to those devices. Errors: refused (a key that is none).
Result<AuthorityDrafts> draft_epoch(const SpaceId& space, const std::vector<PublicKey>& devices, Random& random);

/// Errors: refused (a workspace or anything else is there, or a network file system), unavailable. Makes the folder.
Result<void> make_new_folder(const std::filesystem::path& folder);

inline constexpr std::string_view kWorkspaceFormat = "evenhand-workspace/1";
std::filesystem::path space_folder(const std::filesystem::path& workspace, const SpaceId& id);

struct Workspace::State {
  std::filesystem::path folder;
  OpenMode mode = OpenMode::read_write;
  Clock& clock;
  Random& random;
  std::optional<WorkspaceLock> lock = {};
  std::optional<Keystore> keystore = {};
  EntityId organisation = {};
  std::vector<Space> spaces = {};
  SpaceId current_cycle = {};
  /// Opened on first use; by space and epoch. Entries stay where they are.
  mutable std::map<SpaceId, std::map<KeyId, SealKey>> epoch_keys = {};
  /// Up to where each log was looked through for bodies that had to go, and by how many orders.
  struct Swept {
    Arrival arrival = 0;
    std::size_t orders = 0;
  };
  std::map<SpaceId, Swept> swept = {};
  Swept followed = {};  ///< the same of follow_erasures(), for the people space
  Examiner examiner = {};  ///< may be empty
  bool rehearses = false;   ///< rehearse_only()
  bool hands_over = false;  ///< opened for writing while another process takes writes over; `mode` is read_only then

  Result<void> hold_or_hand_over();
  Result<WorkspaceLock> take_lock(int wait_ms, const WorkspaceLock::Meanwhile& meanwhile = {}) const;
  /// Opens everything anew for writing. After an error the workspace must be opened anew.
  Result<void> become_holder(WorkspaceLock taken);
  /// Takes in what the holder has written since.
  Result<void> refresh();
  /// Whether what a receipt tells of is saved: a command is saved whole or not at all. `holder_has_ended`: then what it
  /// had decided counts, though not all of it may be in the logs yet. Errors: corrupt, unavailable.
  Result<bool> holds(const Receipt& receipt, bool holder_has_ended) const;

  Result<void> open_space(const SpaceId& id, SpaceKind kind, const Progress& progress);
  /// Where this device goes on writing in a space: its chain of that lane, its end.
  struct Pen {
    ChainDescriptor chain;
    std::uint64_t last_seq = 0;
    Hash head;
    /// Of a data chain that is yet to begin: what its first event says (common_field::kStandsOn); empty: nothing.
    std::optional<OwnedChange> stands_on = {};
  };
  Result<IncarnationMarker> marker_of(const Space& space) const;
  Result<Pen> pen_for(Space& space, Lane lane);
  /// Appends one finished commit durably and folds it. An error means that nothing was saved. What fails after it was
  /// saved is no error, or it would be entered twice: it is the sentence given back, else empty; no further write is
  /// taken until check_views() could make up for it.
  Result<std::string> append(Space& space, const Bytes& commit);
  /// The same with one commit for each of several spaces: all of them or none, whatever happens. Gives the sentences of
  /// append(). Spaces must be here.
  Result<std::vector<std::string>> append_all(const std::vector<IntendedCommit>& commits);
  /// Appends what a command that was cut short left undone. Errors: corrupt, refused, unavailable.
  Result<void> complete_intent();
  bool has_intent = false;  ///< a command is decided and not written whole
  /// Writes down that this device is about to act; before it does. Errors: unavailable.
  Result<void> note_action(const BatchId& batch, const std::vector<Reference>& first_events);
  BatchId noted_batch = {};
  /// Errors: unavailable (what was saved before still cannot be shown, so nothing may be planned on top of it).
  Result<void> check_views();
  /// Makes the types known that records of type schema declare; cheap when none came since.
  Result<void> learn_types();
  std::map<SpaceId, std::uint64_t> definitions_seen = {};  ///< SpaceFold::definitions_moved() as of the last look
  bool views_behind = false;  ///< something was saved that the folds do not show

  /// Opens sealed values with the keys held here; those without a key stay sealed.
  Result<void> open_sealed(const Space& space, const RecordSpec& spec, EntityState& state) const;
  /// Which records were entered twice and what a person said about it. Decisions about records that are not here, were
  /// removed, or can be no twins (another type, another cycle) are left out.
  Result<SameOrDifferent> same_or_different() const;
  Space& space_of(SpaceKind kind);
  const Space& space_of(SpaceKind kind) const;
  Space* find_space(const SpaceId& id);
  /// Where a record stands and how; the home of its type first. Null: nowhere.
  Result<std::pair<Space*, std::optional<Record>>> locate(const EntityId& id);
  /// Where a new record belongs: at the home of its type, and of a cycle's records where the cycle or service stands that it names; else
  /// in the space in use.
  Result<Space*> home_for_new(const RecordSpec& spec, const RecordChange& change);

  /// May this device write records of that type there? Errors: refused, naming what is missing.
  Result<void> check_rights(const Space& space, std::string_view type) const;

  /// Writes workspace.json anew. Durable on return.
  Result<void> save_description() const;
  /// Makes the empty logs of spaces known by their charters, opens and lists them. What is here already stays as it is.
  Result<void> add_spaces(const std::vector<Charter>& charters);
  /// Appends authority events under that grant, in as few commits as they fit, and folds them.
  Result<std::vector<Reference>> write_authority(Space& space, const Reference& grant, const AuthorityDrafts& events);
  /// On an admin's device: a new epoch when one is due, and every epoch for every reader. Else nothing.
  Result<void> tend_keys(Space& space);
  const SealKey* epoch_key(const Space& space, const KeyId& epoch) const;
  /// True when the body must not be here: its key is destroyed or erased, or an order names it.
  bool must_go(const Space& space, const Reference& reference, const EventHeader& header) const;
  Result<void> carry_out_erasures(Space& space);
  /// What was made of records that lost contents since must not keep them. Errors: unavailable.
  Result<void> drop_views_of_erased() const;
};

/// The parents of the next authority event, written under that grant: the heads, as many as an event may name. Of more, the grant is among them, because
/// it must be in the event's past; zeros: there is none.
std::vector<Reference> next_parents(const Access& access, const Reference& grant);

/// Errors: refused, with what to do instead.
Result<void> check_not_retired(const Space& space);

/// Carries erasures on to what was written about the same people elsewhere meanwhile: further keys of theirs are ordered destroyed
/// (by an admin's device), and records in which nothing is left are removed (by a device that may). Cheap when nothing came.
Result<void> follow_erasures(Workspace& workspace);
/// Removes records that an erasure emptied, in as many commands as it takes. Errors: those of submit(); earlier commands stand.
Result<void> remove_emptied(Workspace& workspace, std::span<const RecordChange> removals);

/// Writes the organisation's own record into a cycle space, so that others see its name. Nothing when it stands there
/// or this device may not write such records: then whoever admitted it has written its name (admit()).
Result<void> introduce(Workspace& workspace, Space& space);

}  // namespace evenhand
