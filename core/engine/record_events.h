/// The events of one record, read back whole from the log: for disputes, undo and sign-off. Private to core/engine.
///
/// Threads: values; nothing points into the log.
#pragma once

#include "core/engine/workspace_state.h"
#include "core/record/body.h"

namespace evenhand {

struct RecordEvent {
  Reference reference;
  Hash hash;
  EventKind kind;
  std::string type;
  PublicKey device;
  ClaimedTime claimed;
  std::vector<Reference> parents;
  Standing standing = Standing::counts;
  BatchId batch;
  KeyId key;                         ///< zero: not sealed
  bool has_body = false;
  std::vector<OwnedChange> changes;  ///< as stored: sealed values stay sealed

  const OwnedChange* find(std::uint16_t field) const;
  /// The event that it takes back; none.
  Reference undoes() const;
};

struct RecordEvents {
  std::vector<RecordEvent> events;  ///< in order of arrival
  CausalOrder order;

  std::optional<std::size_t> find(const Reference& reference) const;
};

Result<RecordEvents> read_events(const Space& space, const EntityId& id);

/// Who holds the device, as the space knows it. `party` is left to the caller.
Conflict::Author author_of(const Space& space, const PublicKey& device);

}  // namespace evenhand
