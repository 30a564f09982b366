#include "core/engine/shared_last.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/share.h"

namespace evenhand {

namespace {

EntityId id_of(std::string_view domain, const SpaceId& target, const EntityId& record) {
  return *EntityId::from(sha256({view_of(domain), target.view(), record.view()}).view().first(EntityId::kSize));
}

bool is_personal(const FieldSpec& field) { return field.data_class == DataClass::personal || field.data_class == DataClass::special; }

bool names_records_of(SpaceKind home, const FieldSpec& field) {
  if (field.type != FieldType::reference && field.type != FieldType::references) return false;
  for (std::string_view types = field.choices; !types.empty();) {
    const std::size_t bar = types.find('|');
    const RecordSpec* spec = find_record_type(types.substr(0, bar));
    if (spec != nullptr && home_of(*spec) == home) return true;
    types = bar == std::string_view::npos ? std::string_view{} : types.substr(bar + 1);
  }
  return false;
}

bool is_of(const EntityId& organisation, const Space& space, const RecordEvent& event) {
  const Device* device = space.fold.access().find_device(event.device);
  return device != nullptr && device->organisation == organisation && event.standing == Standing::counts;
}

// Removals that count and that nothing has taken back: neither an undo, nor whatever was said on the record by those who had seen it
// removed (a sharing, a decision to keep it).
std::vector<std::size_t> standing_removals(const RecordEvents& copy) {
  const std::vector<std::size_t>& order = copy.order.order();
  std::vector<std::size_t> removals;
  for (const std::size_t at : order) {
    const RecordEvent& event = copy.events[at];
    if (event.kind.verb != Verb::removed || event.standing != Standing::counts) continue;
    const bool is_over = std::any_of(order.begin(), order.end(), [&](std::size_t later) {
      const RecordEvent& other = copy.events[later];
      const bool says = other.kind.verb == Verb::changed || other.kind.verb == Verb::decided || other.kind.verb == Verb::undone;
      return says && other.has_body && other.standing == Standing::counts && copy.order.precedes(at, later);
    });
    if (!is_over) removals.push_back(at);
  }
  return removals;
}

// A field may name records of several homes: only those of the organisation space have copies.
Result<EntityId> target_of(const Workspace& workspace, const SpaceId& space, const EntityId& named) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(named));
  return record && home_of(record->spec()) != SpaceKind::organisation ? named : copy_id_of(space, named);
}

}  // namespace

EntityId copy_id_of(const SpaceId& target, const EntityId& record) {
  static constexpr std::string_view kDomain{"evenhand/share/1\0", 17};
  return id_of(kDomain, target, record);
}

EntityId provenance_id_of(const SpaceId& target, const EntityId& record) {
  static constexpr std::string_view kProvenance{"evenhand/share-record/1\0", 24};
  return id_of(kProvenance, target, record);
}

std::string origin_of(const SpaceId& target, const SpaceId& home) {
  static constexpr std::string_view kDomain{"evenhand/share-origin/1\0", 24};
  return to_hex(sha256({view_of(kDomain), target.view(), home.view()}).view().first(EntityId::kSize));
}

bool stays_at_home(const FieldSpec& field) { return is_personal(field) || names_records_of(SpaceKind::people, field); }

Result<Value> translated(const Workspace& workspace, const SpaceId& space, const FieldSpec& field, Value value) {
  if (!names_records_of(SpaceKind::organisation, field)) return value;
  if (auto* one = std::get_if<EntityId>(&value)) {
    EVENHAND_TRY(*one, target_of(workspace, space, *one));
  } else if (auto* many = std::get_if<std::vector<EntityId>>(&value)) {
    for (EntityId& id : *many) {
      EVENHAND_TRY(id, target_of(workspace, space, id));
    }
    std::sort(many->begin(), many->end());
  }
  return value;
}

std::vector<Reference> SharedLast::beside(const std::vector<Reference>& events) const {
  std::vector<std::size_t> unseen;
  for (const std::size_t at : sharings) {
    const bool saw_one = std::any_of(events.begin(), events.end(), [&](const Reference& event) {
      const auto other = copy.find(event);
      return other && copy.order.precedes(*other, at);
    });
    if (!saw_one) unseen.push_back(at);
  }
  std::vector<Reference> last;
  for (const std::size_t at : unseen) {
    if (std::none_of(unseen.begin(), unseen.end(), [&](std::size_t later) { return later != at && copy.order.precedes(at, later); })) last.push_back(copy.events[at].reference);
  }
  return last;
}

// Sharing writes the copy and where it comes from in one commit; what a person writes on the copy itself stands alone.
// A sharing that was taken back counts for nothing.
Result<SharedLast> shared_last(const Workspace& workspace, const Space& into, const EntityId& record) {
  SharedLast last;
  EVENHAND_TRY(last.copy, read_events(into, copy_id_of(into.id, record)));
  EVENHAND_TRY(const std::vector<Place> places, into.fold.places(copy_id_of(into.id, record)));
  EVENHAND_TRY(const std::vector<Place> provenance, into.fold.places(provenance_id_of(into.id, record)));
  const RecordEvents& copy = last.copy;
  EVENHAND_ASSERT(copy.events.size() == places.size(), "each place of a record is one event");
  const auto is_ours = [&](const RecordEvent& event) { return is_of(workspace.organisation(), into, event); };
  const auto is_sharing = [&](std::size_t at) {
    const RecordEvent& event = copy.events[at];
    if (event.kind.verb != Verb::changed || !event.has_body || !is_ours(event)) return false;
    if (std::any_of(copy.events.begin(), copy.events.end(), [&](const RecordEvent& other) { return other.undoes() == event.reference && is_ours(other); })) return false;
    return std::any_of(provenance.begin(), provenance.end(), [&](const Place& place) { return place.arrival == places[at].arrival; });
  };
  for (const std::size_t at : copy.order.order()) {
    const RecordEvent& event = copy.events[at];
    if (!is_sharing(at)) continue;
    last.sharings.push_back(at);
    last.shared_by.insert(event.reference);
    for (const OwnedChange& change : event.changes) {
      const FieldSpec* field = event.kind.record == nullptr ? nullptr : event.kind.record->find_field(change.field);
      if (field == nullptr) continue;
      if (!is_items(*field)) {
        last.values[change.field] = change.value;
        continue;
      }
      EVENHAND_TRY(const ItemsChange items, decode_untrusted<ItemsChange>(change.value, field->name));
      std::set<Bytes>& now = last.items[change.field];
      now.insert(items.added.begin(), items.added.end());
      for (const Bytes& item : items.removed) now.erase(item);
    }
  }
  const std::vector<std::size_t> removals = standing_removals(copy);
  for (const std::size_t at : removals) last.removals.push_back(copy.events[at].reference);
  last.was_removed_by_us = !removals.empty() && std::all_of(removals.begin(), removals.end(), [&](std::size_t at) { return is_ours(copy.events[at]); });
  return last;
}

}  // namespace evenhand
