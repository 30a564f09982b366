// What became of copies on others' laptops: which of them no longer say what their originals say.
#include <algorithm>

#include "core/engine/share.h"
#include "core/engine/shared_last.h"

namespace evenhand {

namespace {

// Does what a partner wrote in this field differ from the original? `theirs`: was it written by another organisation's device?
Result<bool> is_changed(const Workspace& workspace, const Space& space, const FieldSpec& field, const Record& original, const EntityState& copy,
                        const std::function<bool(const Reference&)>& theirs) {
  const FieldState* state = copy.find(field.id);
  if (state == nullptr || stays_at_home(field)) return false;
  std::optional<Value> wanted = original.value(field.name);
  if (wanted) {
    EVENHAND_TRY(wanted, translated(workspace, space.id, field, std::move(*wanted)));
  }
  if (is_items(field)) {
    std::vector<Bytes> items;
    if (wanted) {
      EVENHAND_TRY(items, encode_items(field, *wanted));
    }
    return std::any_of(state->items.begin(), state->items.end(), [&](const ItemAdded& added) { return std::find(items.begin(), items.end(), added.item) == items.end() && theirs(added.by); });
  }
  Bytes bytes;
  if (wanted) {
    EVENHAND_TRY(bytes, encode_value(field, *wanted));
  }
  return std::any_of(state->values.begin(), state->values.end(), [&](const Written& written) { return written.value != bytes && theirs(written.by); });
}

}  // namespace

bool tells_of_our_copy(const Workspace& workspace, const Record& share) {
  const SpaceId& home = workspace.space_of(SpaceKind::organisation).id;
  const std::string from = share.text("from_space");
  return from == home.hex() || std::any_of(workspace.spaces().begin(), workspace.spaces().end(), [&](const Space& space) { return from == origin_of(space.id, home); });
}

Result<std::vector<ChangedCopy>> changed_copies(const Workspace& workspace) {
  std::vector<ChangedCopy> changed;
  const Space& home = workspace.space_of(SpaceKind::organisation);
  const RecordSpec& spec = *find_record_type("share");
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;
    std::vector<EntityId> originals;
    EVENHAND_CHECK(space.fold.for_each(spec.name, [&](const EntityState& state) {
      const Record share(spec, state);
      const auto original = EntityId::from_hex(share.text("entity"));
      if (original && tells_of_our_copy(workspace, share)) originals.push_back(*original);
      return true;
    }));
    if (originals.empty()) continue;
    std::sort(originals.begin(), originals.end());
    EVENHAND_TRY(const LogReadView view, space.log.read());
    const auto theirs = [&](const Reference& event) {
      const auto chain = view.chain(event.chain);
      const Device* device = chain ? space.fold.access().find_device(chain->descriptor.device) : nullptr;
      return device == nullptr || device->organisation != workspace.organisation();
    };
    for (const EntityId& id : originals) {
      EVENHAND_TRY(std::optional<EntityState> original, home.fold.find(id));
      EVENHAND_TRY(const std::optional<EntityState> copy, space.fold.find(copy_id_of(space.id, id)));
      const RecordSpec* type = original ? find_record_type(original->type) : nullptr;
      if (type == nullptr || !copy || original->lifecycle == Lifecycle::removed) continue;
      const Record at_home(*type, std::move(*original));
      ChangedCopy one{id, copy->id, space.id, std::string(type->name), {}};
      if (copy->lifecycle == Lifecycle::removed) {
        EVENHAND_TRY(const SharedLast last, shared_last(workspace, space, id));
        if (!last.was_removed_by_us) changed.push_back(std::move(one));
        continue;
      }
      for (const FieldSpec& field : type->fields) {
        EVENHAND_TRY(const bool is_other, is_changed(workspace, space, field, at_home, *copy, theirs));
        if (is_other) one.fields.emplace_back(field.name);
      }
      if (!one.fields.empty()) changed.push_back(std::move(one));
    }
  }
  return changed;
}

}  // namespace evenhand
