/// Stage 1: one record's events in, its state out. A pure function of the set of events.
///
/// Causality within a record is its parents: an author names the heads that it had seen, its own last event among
/// them, so chain order is in there.
#pragma once

#include <span>

#include "core/access/authority.h"
#include "core/event/causal_order.h"
#include "core/event/commit.h"
#include "core/projection/entity_state.h"

namespace evenhand {

enum class Verb : std::uint8_t {
  changed,         ///< creates a record or changes fields
  decided,         ///< the same, as a decision on a conflict; its parents are all versions
  undone,          ///< the same, restoring earlier values; of a decision: opens the dispute again (common_field::kReopened)
  removed,
  joined,          ///< brings more than 16 heads together; changes nothing
  not_understood,
};

/// What folding depends on besides the events. A program that knows other record types, or other set fields, folds the same events
/// to other bytes, so its version is another one; what this program ships is the default everywhere.
/// Lifetime: the rows outlive whatever folds by them.
struct FoldBasis {
  std::uint32_t version = kFoldVersion;
  std::span<const RecordSpec> records = vocabulary();
  /// Of plugins' types too, which do not hang on the program. Null: not known.
  const RecordSpec* find(std::string_view name) const;
};

/// "evidence.changed" → evidence, changed. A declared type ("walk-….changed") is understood whether or not its definition is
/// known: the number of a field tells its shape, and no more is needed to fold it.
struct EventKind {
  const RecordSpec* record = nullptr;  ///< null when not understood, or declared and not known here
  bool is_declared = false;            ///< of a declared type
  Verb verb = Verb::not_understood;
  Capability needs = Capability::contribute;  ///< what writing it asks for
};
EventKind kind_of(std::string_view event_type, const FoldBasis& basis = {});
/// The capability that writing an event of this type asks for.
Capability needed_for(std::string_view event_type);
std::string event_type(const RecordSpec& record, Verb verb);

/// Why an event's values do not enter the state though its place in causality does.
enum class Effect : std::uint8_t { full, hidden, erased, missing };

struct FoldEvent {
  Reference reference;
  EventView view;          ///< header always; body when present
  Effect effect = Effect::full;
  Hash hash = {};          ///< the whole one; tells apart events that share a reference
};

struct Folded {
  EntityState state;
  std::vector<std::size_t> waiting;  ///< indices of events whose parents are not all here
  bool has_shared_references = false;  ///< different events share a reference: the quick way must not be taken on top
};

/// The whole fold. What is one line of events, each naming the one before it, goes the quick way; nearly every record is.
Folded fold_entity(const EntityId& id, std::span<const FoldEvent> events, const FoldBasis& basis = {});
/// The definition of it, by the ancestry of every event, whatever their shape.
Folded fold_by_ancestry(const EntityId& id, std::span<const FoldEvent> events, const FoldBasis& basis = {});

/// The quick way for an event whose parents are exactly the state's heads (or, in a new record, that has none):
/// it stands after everything. Gives the same state as folding all events anew (a property test holds this), as long as
/// no two events of the record share a reference. Never for the undo of a decision: what it brings back stands in the
/// events, not in the state.
bool stands_after_all(const EntityState& state, const EventView& event, const FoldBasis& basis = {});
void apply_after_all(EntityState& state, const FoldEvent& event, const FoldBasis& basis = {});

}  // namespace evenhand
