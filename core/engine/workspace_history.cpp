// Reading a workspace: what was done to one record, by whom and when.
#include "core/codec/archive.h"
#include "core/engine/record_events.h"

namespace evenhand {

namespace {

// What a change of a set says: what came in and what went out.
std::string items_text(const FieldSpec& field, ByteView value) {
  const auto items = decode_untrusted<ItemsChange>(value, field.name);
  if (!items) return "";
  std::string text;
  if (const auto added = decode_items(field, items->added); added && !items->added.empty()) text += "+ " + to_text(field, *added);
  if (const auto removed = decode_items(field, items->removed); removed && !items->removed.empty()) text += " - " + to_text(field, *removed);
  return text;
}

std::string text_of_change(const FieldSpec& field, ByteView value, bool is_sealed) {
  if (is_sealed) return "(sealed)";
  if (is_items(field)) return items_text(field, value);
  if (value.empty()) return "(cleared)";
  const auto decoded = decode_value(field, value);
  return decoded ? to_text(field, *decoded) : "(not understood)";
}

HistoryEntry entry_of(const Space& space, const RecordEvent& event) {
  HistoryEntry entry;
  entry.reference = event.reference;
  entry.type = event.type;
  entry.claimed = event.claimed;
  entry.standing = event.standing;
  if (const Device* device = space.fold.access().find_device(event.device)) {
    entry.device_label = device->label;
    entry.organisation = device->organisation;
  }
  for (const OwnedChange& change : event.changes) {
    if (change.field == common_field::kReason) {
      if (const auto reason = decode_untrusted<std::string>(change.value, "reason")) entry.reason = *reason;
      continue;
    }
    const FieldSpec* field = event.kind.record == nullptr ? nullptr : event.kind.record->find_field(change.field);
    if (field != nullptr) entry.changes.push_back({std::string(field->name), text_of_change(*field, change.value, !event.key.is_zero())});
    if (field == nullptr && event.kind.is_declared && change.field <= common_field::kRecordIdMax) {
      entry.changes.push_back({"field " + std::to_string(change.field), "(its definition is not here)"});
    }
  }
  return entry;
}

}  // namespace

Result<std::vector<HistoryEntry>> Workspace::history(const EntityId& id) const {
  std::vector<HistoryEntry> entries;
  for (const Space& space : state_->spaces) {
    EVENHAND_TRY(const RecordEvents all, read_events(space, id));
    for (const RecordEvent& event : all.events) entries.push_back(entry_of(space, event));
  }
  return entries;
}

}  // namespace evenhand
