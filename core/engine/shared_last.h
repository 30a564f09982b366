/// What sharing knows of a copy before it writes: where it came from, and how it was shared last. Private to core/engine.
///
/// Threads: one thread at a time.
#pragma once

#include <map>
#include <set>

#include "core/engine/record_events.h"

namespace evenhand {

/// Where a copy came from, for laptops that hold that space: others are told of spaces that are for them, not even the id of another.
std::string origin_of(const SpaceId& target, const SpaceId& home);
/// The record of the type `share` that tells of a copy.
EntityId provenance_id_of(const SpaceId& target, const EntityId& record);

/// Fields of personal classes and references to people: no copy has them.
bool stays_at_home(const FieldSpec& field);
/// A value of the original as the copy says it: records of the organisation space are named by their copies. Errors: those of reading.
Result<Value> translated(const Workspace& workspace, const SpaceId& space, const FieldSpec& field, Value value);

/// The copy as our organisation shared it last, whatever was written on it since.
struct SharedLast {
  std::map<std::uint16_t, Bytes> values;  ///< canonical; empty or absent: nothing
  std::map<std::uint16_t, std::set<Bytes>> items;
  RecordEvents copy;
  std::vector<std::size_t> sharings;  ///< of copy.events, in causal order
  std::set<Reference> shared_by;      ///< the same
  std::vector<Reference> removals;    ///< that count and stand: nobody who saw them said anything on the copy since
  bool was_removed_by_us = false;     ///< all of these are ours

  /// The last sharings that had not seen these events; to write on them is to write beside those events.
  std::vector<Reference> beside(const std::vector<Reference>& events) const;
};

/// Errors: those of reading.
Result<SharedLast> shared_last(const Workspace& workspace, const Space& into, const EntityId& record);

}  // namespace evenhand
