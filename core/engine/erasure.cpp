#include "core/engine/erasure.h"

#include "core/codec/archive.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

using Visit = std::function<void(const Space& space, const EventView& event)>;

Result<void> for_each_sealed(const Workspace& workspace, const Visit& visit) {
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const LogReadView view, space.log.read());
    Result<void> inner;
    EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
      inner = commit.walk([&](std::size_t, const EventView& event) {
        if (!event.header.key.is_zero()) visit(space, event);
        return true;
      });
      return inner.ok();
    }));
    EVENHAND_CHECK(inner);
  }
  return {};
}

/// What the erasure concerns, and where.
struct Found {
  Erasure erasure;
  std::set<SpaceId> spaces;
  std::map<EntityId, std::string> records;  ///< and their types
};

// Keys that are here, and those under which another laptop sealed something of the same record before it had ours.
Result<std::set<KeyId>> keys_of(const Workspace& workspace, const EntityId& person) {
  std::set<KeyId> keys;
  for (const Keystore::PersonKey& one : workspace.keystore().person_keys()) {
    if (one.person == person) keys.insert(one.key.id);
  }
  EVENHAND_CHECK(for_each_sealed(workspace, [&](const Space&, const EventView& event) {
    if (event.header.entity == person) keys.insert(event.header.key);
  }));
  return keys;
}

Result<Found> find_all(const Workspace& workspace, const EntityId& person) {
  Found found;
  EVENHAND_TRY(found.erasure.keys, keys_of(workspace, person));
  if (found.erasure.keys.empty()) return not_found("nothing is sealed under a key of this record", short_id_of(person));
  EVENHAND_CHECK(for_each_sealed(workspace, [&](const Space& space, const EventView& event) {
    if (!found.erasure.keys.contains(event.header.key)) return;
    found.spaces.insert(space.id);
    if (event.body_state == BodyState::present) ++found.erasure.changes;
    const EventKind kind = kind_of(event.header.type);
    if (kind.record != nullptr) found.records.emplace(event.header.entity, kind.record->name);
  }));
  for (const Space& space : workspace.spaces()) {
    if (space.kind == SpaceKind::people) found.spaces.insert(space.id);  // the order that empties every laptop's vault
  }
  for (const auto& [id, type] : found.records) ++found.erasure.records[type];
  return found;
}

// A record that only loses a field, such as what a file was called, stays; one that is about the person goes.
Result<std::vector<RecordChange>> removal_of(const Workspace& workspace, const Found& found) {
  std::vector<RecordChange> removals;
  for (const auto& [id, type] : found.records) {
    EVENHAND_TRY(const std::optional<Record> record, workspace.find(id));
    if (!record || record->is_removed() || home_of(record->spec()) != SpaceKind::people) continue;
    removals.push_back({type, id, Verb::removed, {}});
  }
  return removals;
}

}  // namespace

Result<Erasure> reach_of_erasure(const Workspace& workspace, const EntityId& person) {
  EVENHAND_TRY(Found found, find_all(workspace, person));
  return std::move(found.erasure);
}

Result<Erasure> erase_person(Workspace& workspace, const EntityId& person, const std::string& ground) {
  EVENHAND_CHECK(workspace.hold());
  EVENHAND_TRY(const Found found, find_all(workspace, person));
  const PublicKey& device = workspace.keystore().device().public_key();
  for (const SpaceId& id : found.spaces) {
    if (workspace.find_space(id)->fold.access().find_grant(device, Capability::admin)) continue;
    return refused("only an admin may erase, and this device is none of every space that holds something of this record", "rights", "Ask an admin of your organisation's spaces.");
  }
  EVENHAND_TRY(const auto to_remove, removal_of(workspace, found));
  for (const RecordChange& change : to_remove) EVENHAND_CHECK(workspace.check_rights(change.type));
  AuthorityDrafts orders;
  for (const KeyId& key : found.erasure.keys) orders.push_back({std::string(authority_type::kErasure), encode(ErasureOrder{key, ground})});
  for (const SpaceId& id : found.spaces) {
    EVENHAND_TRY(const auto ordered, workspace.submit_authority(id, orders));
    (void)ordered;
  }
  EVENHAND_CHECK(workspace.settle());  // removes what is empty now
  EVENHAND_TRY(const auto removal, removal_of(workspace, found));
  EVENHAND_CHECK(remove_emptied(workspace, removal));
  Erasure erased = found.erasure;
  EVENHAND_TRY(const Found after, find_all(workspace, person));
  erased.left = after.erasure.changes;
  return erased;
}

}  // namespace evenhand
