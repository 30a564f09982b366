/// The state of one record: what stage 1 of folding makes of its events.
///
/// The same set of events gives the same bytes of encode_state(), whatever the order of arrival, whatever keys a
/// replica holds and whatever it has already erased: sealed values stand as hash and key id, erased events as
/// references alone, types that are not understood as references and hashes.
/// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "core/record/vocabulary.h"

namespace evenhand {

/// Raised whenever the same events would fold to other bytes; state digests compare within one version only.
inline constexpr std::uint32_t kFoldVersion = 4;

/// One value that no later event has replaced.
struct Written {
  Reference by;
  bool is_sealed = false;
  Bytes value;  ///< canonical bytes; empty = cleared; sealed: SHA-256 of the sealed bytes ‖ key id
  bool operator==(const Written&) const = default;
  template <class Archive>
  void serialize(Archive& archive);
};

/// One surviving addition to a set field.
struct ItemAdded {
  Bytes item;
  Reference by;
  auto operator<=>(const ItemAdded&) const = default;
  template <class Archive>
  void serialize(Archive& archive);
};

struct FieldState {
  std::uint16_t field = 0;
  std::vector<Written> values;   ///< ascending by reference; two different values = a conflict
  std::vector<ItemAdded> items;  ///< ascending; set fields only

  bool is_conflicted() const;    ///< more than one distinct value
  template <class Archive>
  void serialize(Archive& archive);
};

enum class Lifecycle : std::uint8_t {
  live,
  removed,
  removed_and_edited,  ///< removed here, edited there: the edit survives and both are told
};

struct EntityState {
  EntityId id;
  std::string type;  ///< record type; as in the first event that counts, by causal order
  Lifecycle lifecycle = Lifecycle::live;
  std::vector<FieldState> fields;       ///< ascending by field
  std::vector<Reference> heads;         ///< ascending: the parents of the next event
  std::vector<Reference> not_understood;  ///< events of types unknown here, ascending
  std::vector<Reference> erased;        ///< events whose content an admitted order destroyed, ascending
  std::vector<Reference> missing;       ///< events whose body should be here and is not, ascending
  bool is_read_only = false;            ///< an event that must be understood is not
  std::uint32_t event_count = 0;
  ClaimedTime updated;                  ///< as claimed by the causally last event; for display only

  bool exists() const { return !type.empty(); }
  const FieldState* find(std::uint16_t field) const;
  FieldState& make(std::uint16_t field);
  template <class Archive>
  void serialize(Archive& archive);
};

Bytes encode_state(const EntityState& state);
/// Errors: corrupt.
Result<EntityState> decode_state(ByteView bytes);

}  // namespace evenhand
