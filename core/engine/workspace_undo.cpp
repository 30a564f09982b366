// Undo: what takes the last action of this device back.
#include <algorithm>
#include <map>
#include <set>

#include "core/codec/archive.h"
#include "core/engine/action_list.h"
#include "core/engine/workspace_state.h"
#include "core/record/body.h"

namespace evenhand {

namespace {

// One event of this device, read back in full for undo.
struct OwnEvent {
  Reference reference;
  EventKind kind;
  EntityId entity;
  BatchId batch;
  bool is_creation = false;
  bool is_sealed = false;
  bool is_gone = false;  ///< its body was erased
  std::vector<OwnedChange> changes;
  Reference undoes;
  std::vector<Reference> same_act;  ///< of a creation: the events of its commit that complete the record
};

Result<std::vector<OwnEvent>> read_commit(const CommitView& commit) {
  EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
  std::vector<OwnEvent> events;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    OwnEvent own;
    own.reference = {commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
    own.kind = kind_of(event.header.type);
    own.entity = event.header.entity;
    own.batch = event.header.batch;
    own.is_creation = event.header.parent_count() == 0;
    own.is_sealed = !event.header.key.is_zero();
    own.is_gone = event.body_state == BodyState::absent;
    const auto changes = decode_body_untrusted(event.body);
    for (const FieldChange& change : changes ? *changes : std::vector<FieldChange>{}) {
      if (change.field == common_field::kUndoes && change.value.size() == Reference::kBytes) own.undoes = Reference::read(change.value.data());
      own.changes.push_back({change.field, Bytes(change.value.begin(), change.value.end())});
    }
    events.push_back(std::move(own));
    return true;
  }));
  return events;
}

// Sealed values are compared by the hash that stands for them.
bool holds(const Written& now, ByteView value) {
  if (!now.is_sealed) return std::equal(now.value.begin(), now.value.end(), value.begin(), value.end());
  return now.value.size() == Hash::kSize + KeyId::kSize && *Hash::from(ByteView(now.value).first(Hash::kSize)) == sha256(value);
}

bool contains(const std::vector<Reference>& all, const Reference& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

// Open and sealed fields of a new record are two events of one commit; they are taken back as the one act that they are.
std::vector<OwnEvent> acts_of(const std::vector<OwnEvent>& commit) {
  std::vector<OwnEvent> acts;
  for (const OwnEvent& event : commit) {
    const auto creation = std::find_if(acts.begin(), acts.end(), [&](const OwnEvent& act) { return act.is_creation && act.entity == event.entity; });
    if (creation == acts.end()) {
      acts.push_back(event);
      continue;
    }
    creation->changes.insert(creation->changes.end(), event.changes.begin(), event.changes.end());
    creation->same_act.push_back(event.reference);
  }
  return acts;
}

// True when the record holds what its creation gave it and nothing else.
bool stands_as_created(const EntityState& now, const OwnEvent& creation) {
  for (const FieldState& field : now.fields) {
    const auto given = std::find_if(creation.changes.begin(), creation.changes.end(), [&](const OwnedChange& c) { return c.field == field.field; });
    if (given == creation.changes.end()) {
      if (!field.items.empty() || std::any_of(field.values.begin(), field.values.end(), [](const Written& w) { return !w.value.empty(); })) return false;
    } else if (std::any_of(field.items.begin(), field.items.end(), [&](const ItemAdded& a) { return a.by != creation.reference && !contains(creation.same_act, a.by); })) {
      return false;
    } else if (field.values.size() > 1 || (field.values.size() == 1 && !holds(field.values.front(), given->value))) {
      return false;
    }
  }
  return true;
}

// What takes an event back: a removal for a creation, else the earlier values of the fields that it set.
Result<std::optional<RecordChange>> reversal_of(Space& space, const OwnEvent& event) {
  if (event.kind.is_declared && event.kind.record == nullptr) {
    return refused("this record is of a type whose definition is not here, so it cannot be taken back", short_id_of(event.entity), "Get the plugin that declares it.");
  }
  if (event.kind.record == nullptr) return std::optional<RecordChange>();
  EVENHAND_TRY(const std::optional<EntityState> now, space.fold.find(event.entity));
  if (!now) return std::optional<RecordChange>();
  RecordChange change{std::string(event.kind.record->name), event.entity, Verb::undone, {}};
  change.undoes = event.reference;
  EVENHAND_TRY(change.seen, space.fold.heads(event.entity));
  if (event.is_creation) {
    if (!stands_as_created(*now, event)) {
      return stale("this " + plain_type(change.type) + " was changed after it was added, so adding it is not undone by itself",
                   short_id_of(event.entity), "Remove it with: " + words_for(change.type, "remove") + " " + short_id_of(event.entity));
    }
    change.verb = Verb::removed;
    return std::optional(change);
  }
  EVENHAND_TRY(const EntityState before, space.fold.state_before(space.log, event.entity, event.reference));
  if (event.kind.verb == Verb::removed) {
    const bool is_empty = std::all_of(before.fields.begin(), before.fields.end(), [](const FieldState& field) { return field.values.empty() && field.items.empty(); });
    if (is_empty) return stale("what was kept in this " + plain_type(change.type) + " was erased since, so removing it is not undone", short_id_of(event.entity));
    return std::optional(change);
  }
  for (const OwnedChange& changed : event.changes) {
    const FieldSpec* field = event.kind.record->find_field(changed.field);
    if (field == nullptr) continue;
    if (is_items(*field) && event.is_sealed) return refused("sealed values are not undone; enter the earlier value again", short_id_of(event.entity));
    if (is_items(*field)) {
      const auto items = decode_untrusted<ItemsChange>(changed.value, field->name);
      if (!items) continue;
      EVENHAND_TRY(Value added, decode_items(*field, items->added));
      EVENHAND_TRY(Value removed, decode_items(*field, items->removed));
      change.remove.push_back({std::string(field->name), std::move(added)});
      change.add.push_back({std::string(field->name), std::move(removed)});
      continue;
    }
    const FieldState* current = now->find(changed.field);
    if (current == nullptr || current->values.size() != 1 || !holds(current->values.front(), changed.value)) {
      return stale(std::string(field->name) + " was changed again since, so it is not undone by itself", short_id_of(event.entity),
                   "Look with: " + words_for(change.type, "history") + " " + short_id_of(event.entity));
    }
    const FieldState* earlier = before.find(changed.field);
    if (earlier != nullptr && earlier->is_conflicted()) {
      change.reopen.emplace_back(field->name);  // picking one version silently would be worse
      continue;
    }
    if (earlier == nullptr || earlier->values.empty() || earlier->values.front().value.empty()) {
      change.clear.emplace_back(field->name);
      continue;
    }
    if (earlier->values.front().is_sealed) return refused("sealed values are not undone; enter the earlier value again", short_id_of(event.entity));
    EVENHAND_TRY(Value value, decode_value(*field, earlier->values.front().value));
    change.set.push_back({std::string(field->name), std::move(value)});
  }
  return std::optional(change);
}

// A batch that is not closed shows nothing, so there is nothing of it to take back.
Result<bool> is_shown(const Space& space, const BatchId& batch) {
  if (batch.is_zero()) return true;
  EVENHAND_TRY(std::optional<EntityState> state, space.fold.find(EntityId{batch.bytes}));
  return state && state->type == "batch" && Record(*find_record_type("batch"), std::move(*state)).text("status") == "closed";
}

// This device's commits in one space, oldest first.
Result<std::vector<std::vector<OwnEvent>>> own_commits(const Space& space, const ChainId& chain) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  std::vector<std::vector<OwnEvent>> commits;
  Result<void> inner;
  EVENHAND_CHECK(view.scan_chain(chain, 1, [&](Arrival, const CommitView& commit) {
    auto events = read_commit(commit);
    if (!events) return inner = events.error(), false;
    commits.push_back(std::move(*events));
    return true;
  }));
  EVENHAND_CHECK(inner);
  return commits;
}

// A definition that went ahead of the first record of its type stays when the record is taken back: others may use it by now.
void leave_out_definitions(std::vector<OwnEvent>& events) {
  const auto is_definition = [](const OwnEvent& event) { return event.kind.record != nullptr && event.kind.record->name == "schema"; };
  if (!std::all_of(events.begin(), events.end(), is_definition)) std::erase_if(events, is_definition);
}

// One commit of an action, in the space where it stands.
struct Part {
  Space* space = nullptr;
  std::vector<OwnEvent> events;
};

// The record by which a space names one of its members. It was noted like a person's action once (until 2026-11).
bool is_naming_of_member(const Part& part) {
  if (part.events.size() != 1) return false;
  const OwnEvent& event = part.events.front();
  if (!event.is_creation || !event.batch.is_zero() || event.kind.record == nullptr || event.kind.record->name != "organisation") return false;
  const std::vector<Member>& members = part.space->fold.access().members();
  return std::any_of(members.begin(), members.end(), [&](const Member& member) { return member.organisation == event.entity; });
}

// The last action that is not taken back yet, from what this device wrote down as it acted; empty when there is none.
Result<std::vector<Part>> last_action(Workspace::State& state) {
  std::map<Reference, Part> commits;  // by their first event
  std::set<Reference> undone;
  for (Space& space : state.spaces) {
    EVENHAND_TRY(const Workspace::State::Pen pen, state.pen_for(space, Lane::data));
    EVENHAND_TRY(auto own, own_commits(space, pen.chain.id()));
    for (std::vector<OwnEvent>& events : own) {
      for (const OwnEvent& event : events) {
        if (!event.undoes.is_none()) undone.insert(event.undoes);
      }
      const Reference first = events.front().reference;
      leave_out_definitions(events);
      commits.emplace(first, Part{&space, std::move(events)});
    }
  }
  const auto is_settled = [&](const OwnEvent& event) { return event.is_gone || !event.undoes.is_none() || undone.contains(event.reference); };
  EVENHAND_TRY(const ActionList actions, read_actions(state.folder));
  for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
    std::vector<Part> parts;
    bool may_go = true;
    for (const Reference& first : *action) {
      const auto at = commits.find(first);
      if (at == commits.end()) continue;  // it was never saved, or under an earlier incarnation
      const std::vector<OwnEvent>& events = at->second.events;
      EVENHAND_TRY(const bool shown, is_shown(*at->second.space, events.front().batch));
      may_go = may_go && shown && std::none_of(events.begin(), events.end(), is_settled);
      parts.push_back(at->second);
    }
    if (parts.size() == 1 && is_naming_of_member(parts.front())) continue;
    if (may_go && !parts.empty()) return parts;
  }
  return std::vector<Part>();
}

}  // namespace

Result<std::string> Workspace::undo() {
  if (!is_holder() && !state_->hands_over) return unavailable("this workspace was opened for reading only", state_->folder);
  EVENHAND_TRY(const std::vector<Part> parts, last_action(*state_));
  if (parts.empty()) return not_found("there is nothing to undo on this device");
  const OwnEvent& first = parts.front().events.front();
  if (!first.batch.is_zero()) return undo_batch(first.batch);
  Command command;
  command.is_import = true;  // what stood before may stand again
  if (parts.size() == 1) command.in_space = parts.front().space->id;  // an organisation's own record stands in several spaces under one id
  for (const Part& part : parts) {
    const std::vector<OwnEvent> acts = acts_of(part.events);
    for (auto event = acts.rbegin(); event != acts.rend(); ++event) {
      EVENHAND_TRY(std::optional<RecordChange> change, reversal_of(*part.space, *event));
      if (change) command.changes.push_back(std::move(*change));
    }
  }
  EVENHAND_TRY(const Receipt receipt, submit(command));
  (void)receipt;
  return (first.kind.record == nullptr ? "change" : plain_type(first.kind.record->name)) + " " + short_id_of(first.entity);
}

Result<std::string> Workspace::undo_batch(const BatchId& batch) {
  const EntityId id{batch.bytes};
  bool found = false;
  for (const Space& space : state_->spaces) {
    EVENHAND_TRY(const std::optional<EntityState> record, space.fold.find(id));
    if (!record || record->type != "batch") continue;
    found = true;
    Command command;
    command.is_import = true;
    command.batch = batch;
    command.in_space = space.id;
    RecordChange change{"batch", id, Verb::undone, {{"status", std::string("undone")}}};
    change.undoes = record->heads.front();
    command.changes.push_back(std::move(change));
    EVENHAND_TRY(const Receipt receipt, submit(command));
    (void)receipt;
  }
  if (!found) return not_found("there is no such import", short_id_of(id));
  return "import " + short_id_of(id);
}

}  // namespace evenhand
