/// What both ways of folding a record ask of its events. Private to core/projection.
#pragma once

#include <optional>
#include <vector>

#include "core/projection/fold_entity.h"
#include "core/record/body.h"

namespace evenhand::fold_rules {

bool sets_fields(Verb verb);
/// A sealed value stands in the state as what every replica can know of it: hash and key id.
Bytes stored_form(const EventHeader& header, ByteView value);
/// Of a declared type the number alone decides, never the definition: who has it must fold to the same as who has not.
bool is_items_field(const EventKind& kind, std::uint16_t field, const EventHeader& header);
/// What an event leaves besides values: its trace in one of the lists. True when its values count.
bool leaves_values(EntityState& state, const FoldEvent& event, const EventKind& kind);
/// A type is settled by the first event that counts; an event of another type on the same record is not understood.
EventKind kind_for(EntityState& state, const FoldEvent& event, const FoldBasis& basis);

/// What the undo of a decision says: which event is taken back, for which fields.
struct Reopening {
  Reference of;
  std::vector<std::uint16_t> fields;
};

std::optional<Reopening> reopening_in(const EventView& event, const FoldBasis& basis);

}  // namespace evenhand::fold_rules
