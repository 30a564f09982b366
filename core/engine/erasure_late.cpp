// What another laptop wrote about a person while they were erased here: under a key of its own, or into a record that is empty by now.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

/// What the people space tells of erasures.
struct Traces {
  std::set<KeyId> due;               ///< keys of erased people, or destroyed here, that no order names yet
  std::set<EntityId> touched;        ///< records that lost something
  std::string ground = "request";    ///< of an earlier order
};

Result<bool> names_nobody(const Workspace& workspace, const EntityId& entity) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(entity));
  return record && record->spec().find_field("person") != nullptr && !record->reference("person");
}

Result<Traces> find_traces(const Workspace& workspace, const Space& people) {
  const Workspace::State& state = workspace.state();
  const Access& access = people.fold.access();
  Traces traces;
  std::set<EntityId> erased = state.keystore->erased();
  std::vector<std::pair<EntityId, KeyId>> sealed;  // under keys that nobody erased
  std::map<KeyId, std::set<EntityId>> under;       // a key, and what it sealed
  std::set<KeyId> gone;
  EVENHAND_TRY(const LogReadView view, people.log.read());
  Result<void> inner;
  EVENHAND_CHECK(view.scan(1, [&](Arrival, const CommitView& commit) {
    inner = commit.walk([&](std::size_t, const EventView& event) {
      const KeyId& key = event.header.key;
      if (event.header.type == authority_type::kErasure) {
        if (const auto order = decode_untrusted<ErasureOrder>(event.body, "order"); order && access.is_erased(order->key)) traces.ground = order->ground;
      }
      if (key.is_zero()) return true;
      const EventKind kind = kind_of(event.header.type);
      under[key].insert(event.header.entity);
      if (!access.is_erased(key) && !state.keystore->is_destroyed(key)) {
        sealed.emplace_back(event.header.entity, key);
      } else if (kind.record != nullptr) {
        traces.touched.insert(event.header.entity);
        gone.insert(key);
        if (kind.record->find_field("person") == nullptr) erased.insert(event.header.entity);  // the key was its own: a person, a story
        if (!access.is_erased(key)) traces.due.insert(key);
      }
      return true;
    });
    return inner.ok();
  }));
  EVENHAND_CHECK(inner);
  // An evaluation may name a person and need not. One that names nobody was sealed under a key of its own, which sealed nothing else.
  std::set<EntityId> nameless;
  for (const KeyId& key : gone) {
    if (under[key].size() > 1) continue;
    EVENHAND_TRY(const bool is_own, names_nobody(workspace, *under[key].begin()));
    if (is_own) nameless.insert(*under[key].begin());
  }
  for (const auto& [entity, key] : sealed) {
    if (erased.contains(entity) || (nameless.contains(entity) && under[key].size() == 1)) traces.due.insert(key);
  }
  for (const Keystore::PersonKey& one : state.keystore->person_keys()) {
    if ((erased.contains(one.person) || nameless.contains(one.person)) && !access.is_erased(one.key.id)) traces.due.insert(one.key.id);
  }
  return traces;
}

bool is_empty(const Record& record) {
  const auto& fields = record.state().fields;
  return std::all_of(fields.begin(), fields.end(), [](const FieldState& field) {
    return field.items.empty() && std::all_of(field.values.begin(), field.values.end(), [](const Written& written) { return written.value.empty(); });
  });
}

Result<void> remove_empty(Workspace& workspace, const std::set<EntityId>& touched) {
  std::vector<RecordChange> empty;
  for (const EntityId& id : touched) {
    EVENHAND_TRY(const std::optional<Record> record, workspace.find(id));
    if (!record || record->is_removed() || record->state().is_read_only || home_of(record->spec()) != SpaceKind::people || !is_empty(*record)) continue;
    if (workspace.check_rights(record->spec().name)) empty.push_back({std::string(record->spec().name), id, Verb::removed, {}});
  }
  return remove_emptied(workspace, empty);
}

}  // namespace

Result<void> remove_emptied(Workspace& workspace, std::span<const RecordChange> removals) {
  constexpr std::size_t kChangesPerCommand = 200;  // a commit holds 512 events, and a change may be several
  while (!removals.empty()) {
    const auto part = removals.first(std::min(kChangesPerCommand, removals.size()));
    removals = removals.subspan(part.size());
    Command command;
    command.is_upkeep = true;  // nobody takes back one half of it
    command.changes.assign(part.begin(), part.end());
    EVENHAND_TRY(const Receipt removed, workspace.submit(command));
    (void)removed;
  }
  return {};
}

Result<void> follow_erasures(Workspace& workspace) {
  Workspace::State& state = workspace.state();
  const auto own = std::find_if(state.spaces.begin(), state.spaces.end(), [](const Space& space) { return space.kind == SpaceKind::people; });
  if (own == state.spaces.end() || !workspace.is_holder()) return {};
  const Access& access = own->fold.access();
  // Grows with each: a destroyed key is one fewer of the others.
  const std::size_t orders = access.erased().size() + 2 * state.keystore->destroyed().size() + state.keystore->person_keys().size();
  if (access.erased().empty() && state.keystore->destroyed().empty()) return {};
  Arrival last = 0;
  {
    EVENHAND_TRY(const LogReadView view, own->log.read());
    last = view.last_arrival();
  }
  if (state.followed.arrival == last && state.followed.orders == orders) return {};
  EVENHAND_TRY(Traces traces, find_traces(workspace, *own));
  const bool is_admin = access.find_grant(state.keystore->device().public_key(), Capability::admin).has_value();
  if (is_admin && !traces.due.empty()) {
    AuthorityDrafts drafts;
    for (const KeyId& key : traces.due) drafts.push_back({std::string(authority_type::kErasure), encode(ErasureOrder{key, traces.ground})});
    EVENHAND_TRY(const auto ordered, workspace.submit_authority(own->id, drafts));
    (void)ordered;
    EVENHAND_CHECK(state.carry_out_erasures(*own));
    EVENHAND_TRY(traces, find_traces(workspace, *own));
  }
  EVENHAND_CHECK(remove_empty(workspace, traces.touched));
  state.followed = {last, orders};
  return {};
}

}  // namespace evenhand
