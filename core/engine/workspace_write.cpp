// Writing to a workspace: commands, authority, undo.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/plan.h"
#include "core/record/body.h"

namespace evenhand {

namespace {

// One event of this device, read back in full for undo.
struct OwnEvent {
  Reference reference;
  EventKind kind;
  EntityId entity;
  BatchId batch;
  ClaimedTime claimed;
  bool is_creation = false;
  bool is_sealed = false;
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
    own.claimed = event.header.claimed;
    own.is_creation = event.header.parent_count() == 0;
    own.is_sealed = !event.header.key.is_zero();
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

// All events of one record that came before `limit`, folded: the record as it stood then.
Result<EntityState> state_before(const Space& space, const EntityId& entity, const Reference& limit) {
  EVENHAND_TRY(const std::vector<Place> places, space.fold.places(entity));
  EVENHAND_TRY(const LogReadView view, space.log.read());
  std::vector<FoldEvent> events;
  std::vector<CausalOrder::Node> nodes;
  for (const Place& place : places) {
    EVENHAND_TRY(const CommitView commit, view.commit_at(place.arrival));
    EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
    EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
      if (i != place.index) return true;
      FoldEvent taken{{commit.chain(), commit.first_seq() + i, shorten(hashes[i])}, event, Effect::full};
      if (event.body_state == BodyState::absent) taken.effect = Effect::missing;
      CausalOrder::Node node{taken.reference, {}};
      for (std::size_t p = 0; p < event.header.parent_count(); ++p) node.parents.push_back(event.header.parent(p));
      nodes.push_back(std::move(node));
      events.push_back(taken);
      return false;
    }));
  }
  const CausalOrder order = CausalOrder::make(nodes);
  CausalOrder::Marks is_limit(events.size(), 0);
  for (std::size_t i = 0; i < events.size(); ++i) is_limit[i] = events[i].reference == limit ? 1 : 0;
  const CausalOrder::Marks before_limit = order.marks_after(is_limit);
  std::vector<FoldEvent> earlier;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (before_limit[i] != 0) earlier.push_back(events[i]);
  }
  return fold_entity(entity, earlier).state;
}

}  // namespace

Result<void> check_not_retired(const Space& space) {
  if (!space.fold.access().is_retired()) return {};
  const auto& charter = space.fold.access().charter();
  return refused("the space \"" + (charter ? charter->title : space.id.hex().substr(0, 16)) + "\" was retired: it can be read, and takes no further changes", "",
                 "Choose another one with: evenhand space use NAME   or found one with: evenhand space add NAME");
}

Result<void> Workspace::check_rights(std::string_view type) const {
  const RecordSpec* spec = find_record_type(type);
  if (spec == nullptr) return not_found("there is no record type \"" + std::string(type) + "\"");
  return state_->check_rights(std::as_const(*state_).space_of(home_of(*spec)), type);
}

Result<void> Workspace::State::check_rights(const Space& space, std::string_view type) const {
  const Capability needs = needed_for(std::string(type) + ".changed");
  const PublicKey device = keystore->device().public_key();
  EVENHAND_CHECK(check_not_retired(space));
  if (space.fold.access().find_grant(device, needs)) return {};
  if (!space.fold.access().charter()) {
    return refused("this space was joined, and nothing of it has come yet", "rights", "Exchange with the partner who invited you, then try again.");
  }
  const Device* known = space.fold.access().find_device(device);
  return refused("this device may not write a " + std::string(type) + ": it needs \"" + Capabilities(needs).words() + "\"", "rights",
                 known == nullptr ? "Ask an admin of the space to admit this device."
                                  : "It holds: " + known->capabilities.words() + ". Ask an admin of the space for a grant.");
}

Result<Receipt> Workspace::submit(const Command& command) {
  constexpr int kTries = 3;
  return state_->hands_over ? hand_over(command, kTries) : submit(command, [](const Receipt&) { return Result<void>(); });
}

Result<Receipt> Workspace::submit(const Command& command, const std::function<Result<void>(const Receipt&)>& about_to_write) {
  if (!is_holder()) return unavailable("this workspace was opened for reading only", state_->folder);
  Plan plan(*this, *state_, command);
  EVENHAND_CHECK(plan.make());
  return plan.carry_out(about_to_write);
}

Result<Receipt> Workspace::rehearse(const Command& command) {
  if (!is_holder() && !state_->hands_over) return unavailable("this workspace was opened for reading only", state_->folder);
  Plan plan(*this, *state_, command);
  EVENHAND_CHECK(plan.make());
  return plan.receipt();
}

namespace {

// What a retired space still takes: nobody's content, but erasures, removals and the keys that follow from them.
bool is_taken_when_retired(std::string_view type) {
  using namespace authority_type;
  return type == kErasure || type == kRedaction || type == kRemoved || type == kLeft || type == kEpoch || type == kShared;
}

}  // namespace

Result<std::vector<Reference>> Workspace::submit_authority(SpaceKind kind, const AuthorityDrafts& events) {
  return submit_authority(state_->space_of(kind).id, events);
}

Result<std::vector<Reference>> Workspace::submit_authority(const SpaceId& id, const AuthorityDrafts& events) {
  EVENHAND_CHECK(hold());
  EVENHAND_CHECK(state_->check_views());
  Space* space = state_->find_space(id);
  if (space == nullptr) return not_found("there is no such space here", id.hex().substr(0, 16), "See: evenhand space list");
  const auto grant = space->fold.access().find_grant(state_->keystore->device().public_key(), Capability::admin);
  if (!grant) return refused("this device is no admin of the space", "rights", "Ask an admin of the space.");
  if (!std::all_of(events.begin(), events.end(), [](const auto& event) { return is_taken_when_retired(event.first); })) EVENHAND_CHECK(check_not_retired(*space));
  EVENHAND_TRY(const std::vector<Reference> made, state_->write_authority(*space, *grant, events));
  EVENHAND_CHECK(state_->tend_keys(*space));
  return made;
}

std::vector<Reference> next_parents(const Access& access) {
  std::vector<Reference> parents = access.heads();
  if (parents.size() > kParentsMax) parents.resize(kParentsMax);  // the next event but one names the rest
  return parents;
}

Result<std::vector<Reference>> Workspace::State::write_authority(Space& space, const Reference& grant, const AuthorityDrafts& events) {
  constexpr std::size_t kCommitRoomBytes = kCommitBytesMax - kBodyBytesMax - 4096;  // the next event fits for sure
  EVENHAND_TRY(const Pen pen, pen_for(space, Lane::authority));
  CommitBuilder builder(pen.chain, keystore->device(), pen.last_seq, pen.head);
  std::vector<Reference> heads = next_parents(space.fold.access());
  std::vector<Reference> made;
  std::vector<Bytes> commits;
  std::size_t bytes = 0;
  for (const auto& [type, body] : events) {
    EventDraft draft;
    draft.type = type;
    draft.must_understand = true;
    draft.entity = authority_entity(space.id);
    draft.actor = organisation;
    draft.grant = grant;
    draft.parents = heads;
    draft.claimed = clock.now();
    draft.body = body;
    if (bytes + body.size() > kCommitRoomBytes || builder.event_count() == kEventsPerCommitMax) {
      commits.push_back(builder.finish());
      bytes = 0;
    }
    EVENHAND_TRY(const Reference reference, builder.add(draft, random));
    bytes += body.size() + EventHeader::kBytesMax;
    heads = {reference};
    made.push_back(reference);
  }
  if (builder.event_count() > 0) commits.push_back(builder.finish());
  for (const Bytes& commit : commits) {
    EVENHAND_TRY(const std::string unshown, append(space, commit));
    (void)unshown;  // it stands; the next write says what is wrong
  }
  return made;
}

namespace {

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
Result<std::optional<RecordChange>> reversal_of(const Space& space, const OwnEvent& event) {
  if (event.kind.record == nullptr) return std::optional<RecordChange>();
  EVENHAND_TRY(const std::optional<EntityState> now, space.fold.find(event.entity));
  if (!now) return std::optional<RecordChange>();
  RecordChange change{std::string(event.kind.record->name), event.entity, Verb::undone, {}};
  change.undoes = event.reference;
  EVENHAND_TRY(change.seen, space.fold.heads(event.entity));
  if (event.is_creation) {
    if (!stands_as_created(*now, event)) {
      return stale("this " + change.type + " was changed after it was added, so adding it is not undone by itself",
                   short_id_of(event.entity), "Remove it with: evenhand " + change.type + " remove " + short_id_of(event.entity));
    }
    change.verb = Verb::removed;
    return std::optional(change);
  }
  EVENHAND_TRY(const EntityState before, state_before(space, event.entity, event.reference));
  if (event.kind.verb == Verb::removed) return std::optional(change);
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
                   "Look with: evenhand " + change.type + " history " + short_id_of(event.entity));
    }
    const FieldState* earlier = before.find(changed.field);
    if (earlier == nullptr || earlier->values.empty() || earlier->values.front().value.empty()) {
      change.clear.emplace_back(field->name);
      continue;
    }
    if (earlier->is_conflicted()) {
      return refused(std::string(field->name) + " was in dispute before, and undoing would pick one version silently", short_id_of(event.entity),
                     "Decide again instead.");
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

}  // namespace

Result<std::string> Workspace::undo() {
  if (!is_holder() && !state_->hands_over) return unavailable("this workspace was opened for reading only", state_->folder);
  const Space* best_space = nullptr;
  std::vector<OwnEvent> best;
  for (Space& space : state_->spaces) {
    EVENHAND_TRY(const State::Pen pen, state_->pen_for(space, Lane::data));
    EVENHAND_TRY(const auto commits, own_commits(space, pen.chain.id()));
    std::vector<Reference> undone;
    for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
      const bool is_undo = std::any_of(commit->begin(), commit->end(), [](const OwnEvent& e) { return !e.undoes.is_none(); });
      for (const OwnEvent& event : *commit) {
        if (!event.undoes.is_none()) undone.push_back(event.undoes);
      }
      const bool is_undone = std::find(undone.begin(), undone.end(), commit->front().reference) != undone.end();
      EVENHAND_TRY(const bool shown, is_shown(space, commit->front().batch));
      if (is_undo || is_undone || !shown) continue;
      if (best_space == nullptr || best.front().claimed < commit->front().claimed) {
        best_space = &space;
        best = *commit;
      }
      break;
    }
  }
  if (best_space == nullptr) return not_found("there is nothing to undo on this device");
  Command command;
  command.is_import = true;  // what stood before may stand again
  if (!best.front().batch.is_zero()) return undo_batch(best.front().batch);
  command.in_space = best_space->id;  // an organisation's own record stands in several spaces under one id
  const std::vector<OwnEvent> acts = acts_of(best);
  for (auto event = acts.rbegin(); event != acts.rend(); ++event) {
    EVENHAND_TRY(std::optional<RecordChange> change, reversal_of(*best_space, *event));
    if (change) command.changes.push_back(std::move(*change));
  }
  EVENHAND_TRY(const Receipt receipt, submit(command));
  (void)receipt;
  const OwnEvent& first = best.front();
  return std::string(first.kind.record == nullptr ? "change" : first.kind.record->name) + " " + short_id_of(first.entity);
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
