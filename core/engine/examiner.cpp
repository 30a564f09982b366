#include "core/engine/examiner.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/record/body.h"

namespace evenhand {

namespace {

Result<void> change_items(FieldState& state, const FieldSpec& field, const Bytes& value) {
  EVENHAND_TRY(const ItemsChange delta, decode_untrusted<ItemsChange>(value, field.name));
  std::erase_if(state.items, [&](const ItemAdded& item) { return std::find(delta.removed.begin(), delta.removed.end(), item.item) != delta.removed.end(); });
  for (const Bytes& item : delta.added) {
    const bool stands = std::any_of(state.items.begin(), state.items.end(), [&](const ItemAdded& one) { return one.item == item; });
    if (!stands) state.items.push_back({item, {}});
  }
  std::sort(state.items.begin(), state.items.end());
  return {};
}

}  // namespace

Result<Record> record_after(const RecordSpec& spec, const EntityId& id, const std::optional<Record>& before, const std::vector<OwnedChange>& fields) {
  EntityState state;
  if (before) state = before->state();
  state.id = id;
  state.type = std::string(spec.name);
  state.lifecycle = Lifecycle::live;
  for (const OwnedChange& change : fields) {
    const FieldSpec* field = spec.find_field(change.field);
    if (field == nullptr) continue;
    FieldState& stands = state.make(change.field);
    if (is_items(*field)) {
      EVENHAND_CHECK(change_items(stands, *field, change.value));
    } else {
      stands.values.clear();
      if (!change.value.empty()) stands.values.push_back({{}, false, change.value});
    }
  }
  return Record(spec, std::move(state));
}

}  // namespace evenhand
