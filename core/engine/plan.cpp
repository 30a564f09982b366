#include "core/engine/plan.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/definitions.h"
#include "core/engine/entry_guard.h"
#include "core/record/body.h"

namespace evenhand {

namespace {

bool is_personal(const FieldSpec& field) {
  return field.data_class == DataClass::personal || field.data_class == DataClass::special;
}

bool has_personal_fields(const RecordSpec& spec) {
  return std::any_of(spec.fields.begin(), spec.fields.end(), is_personal);
}

// In the people space whole records are sealed; elsewhere only the fields that are personal.
bool is_sealed_whole(const RecordSpec& spec) { return spec.home == HomeSpace::people && has_personal_fields(spec); }

ContentClass content_class_of(const RecordSpec& spec, const std::vector<OwnedChange>& fields) {
  DataClass highest = DataClass::none;
  for (const OwnedChange& change : fields) {
    const FieldSpec* field = spec.find_field(change.field);
    if (field != nullptr) highest = std::max(highest, field->data_class);
  }
  return static_cast<ContentClass>(highest);
}

Bytes seal_context(const EntityId& entity, std::uint16_t field) { return encode(entity, field); }

Result<const FieldSpec*> field_named(const RecordSpec& spec, std::string_view name) {
  const FieldSpec* field = spec.find_field(name);
  if (field == nullptr) {
    return refused("a record of type " + plain_type(spec.name) + " has no field \"" + std::string(name) + "\"", "", "See: " + words_for(spec.name, "add") + " --help");
  }
  return field;
}

}  // namespace

Plan::Plan(Workspace& workspace, Workspace::State& state, const Command& command, ToldFindings told)
    : workspace_(workspace), state_(state), command_(command), told_(std::move(told)) {}

Result<void> Plan::make() {
  EVENHAND_CHECK(state_.check_views());
  for (const RecordChange& change : command_.changes) EVENHAND_CHECK(plan_change(change));
  return {};
}

Result<Plan::Target> Plan::target_of(const RecordChange& change) {
  Target target;
  target.spec = find_record_type(change.type);
  if (target.spec == nullptr) return not_found("there is no record type \"" + change.type + "\"", "", "See: evenhand --help");
  target.id = change.entity.is_zero() ? state_.random.make_id<EntityId>() : change.entity;
  target.space = command_.in_space ? state_.find_space(*command_.in_space) : &state_.space_of(command_.space.value_or(home_of(*target.spec)));
  if (target.space == nullptr) return not_found("there is no such space here", command_.in_space->hex().substr(0, 16), "See: evenhand space list");
  if (command_.space || command_.in_space) {
    EVENHAND_TRY(std::optional<EntityState> here, target.space->fold.find(target.id));
    if (here) {
      EVENHAND_CHECK(state_.open_sealed(*target.space, *target.spec, *here));
      target.before.emplace(*target.spec, std::move(*here));
    }
  } else {
    EVENHAND_TRY(auto located, state_.locate(target.id));
    EVENHAND_TRY(target.space, located.first == nullptr && !command_.is_import ? state_.home_for_new(*target.spec, change) : Result<Space*>(located.first ? located.first : target.space));
    target.before = std::move(located.second);
  }
  EVENHAND_TRY(target.heads, target.space->fold.heads(target.id));
  if (target.before && target.before->spec().name != target.spec->name) {
    return refused("that record is a " + plain_type(target.before->spec().name) + ", not a " + plain_type(change.type), target.before->short_id());
  }
  target.is_new = !target.before && !last_step_.contains(target.id);
  target.is_beside = command_.is_import && change.verb == Verb::changed && !change.seen.empty();
  // A person who enters a removed record again has it back; a file brought in again does not.
  target.is_back = target.before && target.before->is_removed() && (!command_.is_import || target.is_beside);
  if (target.is_new && change.verb != Verb::changed) return not_found("there is no such " + plain_type(change.type), short_id_of(target.id));
  return target;
}

Result<void> Plan::check_not_read_only(const Target& target) const {
  if (!target.before) return {};
  if (target.before->state().is_read_only) {
    return refused("a newer version wrote something here that must be understood before editing", target.before->short_id(), "Install the newer version.");
  }
  if (command_.is_import) return {};
  EVENHAND_TRY(const bool published, came_read_only(workspace_, *target.space, target.id));
  if (!published) return {};
  return refused("published figures are read-only", std::string(target.spec->name) + " " + target.before->short_id(),
                 "Add a record of your own beside it, or a gap that says what is wrong.");
}

Result<void> Plan::check_still_current(const RecordChange& change, const Target& target) const {
  if (change.seen.empty() || target.is_beside) return {};
  std::vector<Reference> seen = change.seen;
  std::sort(seen.begin(), seen.end());
  if (seen == target.heads) return {};
  EVENHAND_TRY(const std::string since, workspace_.changed_since(target.id, seen));
  return stale("this record was changed after you looked at it" + (since.empty() ? "" : ": " + since), plain_type(target.spec->name) + " " + short_id_of(target.id),
               "Look again with: " + words_for(target.spec->name, "history") + " " + short_id_of(target.id));
}

Result<void> Plan::check_reference(const FieldSpec& field, const Value& value) const {
  if (command_.is_import) return {};
  std::vector<EntityId> ids;
  if (const auto* one = std::get_if<EntityId>(&value)) ids.push_back(*one);
  if (const auto* many = std::get_if<std::vector<EntityId>>(&value)) ids = *many;
  for (const EntityId& id : ids) {
    EVENHAND_TRY(const std::optional<Record> record, workspace_.find(id));
    const bool in_command = last_step_.contains(id);
    if ((!record || record->is_removed()) && !in_command) return not_found(std::string(field.name) + " names a record that is not here", id.hex());
    if (record && ("|" + std::string(field.choices) + "|").find("|" + std::string(record->spec().name) + "|") == std::string::npos) {
      return refused(std::string(field.name) + " must name a " + std::string(field.choices) + ", not a " + std::string(record->spec().name));
    }
  }
  return {};
}

Result<void> Plan::set_field(const FieldSpec& field, const Value& value, const Target& target, std::vector<OwnedChange>& fields) {
  EVENHAND_CHECK(check_reference(field, value));
  EVENHAND_TRY(Bytes bytes, encode_value(field, value));
  if (target.before && !target.is_back && !target.is_beside && !target.before->is_conflicted(field.name)) {
    const auto now = target.before->values(field.name);
    if (now.size() == 1 && now.front() == value) return {};  // nothing new; what is written beside others' words says it all the same
  }
  fields.push_back({field.id, std::move(bytes)});
  return {};
}

Result<void> Plan::change_items(const FieldSpec& field, const RecordChange& change, const Target& target, std::vector<OwnedChange>& fields) {
  std::vector<Bytes> now;
  if (target.before) {
    const auto current = target.before->values(field.name);
    if (!current.empty()) {
      EVENHAND_TRY(now, encode_items(field, current.front()));
    }
  }
  std::vector<Bytes> wanted = now;
  const auto contains = [](const std::vector<Bytes>& list, const Bytes& item) { return std::find(list.begin(), list.end(), item) != list.end(); };
  for (const FieldValue& set : change.set) {
    if (set.field != field.name) continue;
    EVENHAND_CHECK(check_reference(field, set.value));
    EVENHAND_TRY(wanted, encode_items(field, set.value));
  }
  for (const FieldValue& added : change.add) {
    if (added.field != field.name) continue;
    EVENHAND_CHECK(check_reference(field, added.value));
    EVENHAND_TRY(const std::vector<Bytes> items, encode_items(field, added.value));
    for (const Bytes& item : items) {
      if (!contains(wanted, item)) wanted.push_back(item);
    }
  }
  for (const FieldValue& removed : change.remove) {
    if (removed.field != field.name) continue;
    EVENHAND_TRY(const std::vector<Bytes> items, encode_items(field, removed.value));
    std::erase_if(wanted, [&](const Bytes& item) { return contains(items, item); });
  }
  if (std::find(change.clear.begin(), change.clear.end(), field.name) != change.clear.end()) wanted.clear();
  std::sort(wanted.begin(), wanted.end());
  if (wanted == now) return {};
  ItemsChange delta;
  if (is_sealed_whole(*target.spec)) {
    delta.added = std::move(wanted);  // what nobody else can read cannot be merged item by item
  } else {
    std::set_difference(wanted.begin(), wanted.end(), now.begin(), now.end(), std::back_inserter(delta.added));
    std::set_difference(now.begin(), now.end(), wanted.begin(), wanted.end(), std::back_inserter(delta.removed));
  }
  fields.push_back({field.id, encode(delta)});
  return {};
}

Result<std::vector<OwnedChange>> Plan::fields_of(const RecordChange& change, const Target& target) {
  std::vector<OwnedChange> fields;
  for (const auto* list : {&change.set, &change.add, &change.remove}) {
    for (const FieldValue& named : *list) {
      EVENHAND_TRY(const FieldSpec* const known, field_named(*target.spec, named.field));
      (void)known;
    }
  }
  for (const FieldSpec& field : target.spec->fields) {
    const bool cleared = std::find(change.clear.begin(), change.clear.end(), field.name) != change.clear.end();
    if (is_items(field)) {
      EVENHAND_CHECK(change_items(field, change, target, fields));
      continue;
    }
    const auto set = std::find_if(change.set.rbegin(), change.set.rend(), [&](const FieldValue& v) { return v.field == field.name; });
    if (set != change.set.rend()) {
      EVENHAND_CHECK(set_field(field, set->value, target, fields));
    } else if (cleared) {
      if (field.required) return refused(std::string(field.name) + " must not be empty");
      if (target.before && !target.before->values(field.name).empty()) fields.push_back({field.id, {}});
    } else if (field.required && target.is_new) {
      const std::string flag = is_declared_type(change.type) ? "--set " + std::string(field.name) : "--" + std::string(field.name);
      return refused("a new " + plain_type(change.type) + " needs " + flag, "", field.example.empty() ? "" : "For example: " + flag + " \"" + std::string(field.example) + "\"");
    }
  }
  return fields;
}

// The record as it would stand must be possible at all: the arithmetic guard.
Result<void> Plan::check_whole(const RecordChange& change, const Target& target) {
  if (change.verb == Verb::removed) return {};
  const auto value_after = [&](std::string_view name) -> std::optional<Value> {
    for (auto set = change.set.rbegin(); set != change.set.rend(); ++set) {
      if (set->field == name) return set->value;
    }
    if (std::find(change.clear.begin(), change.clear.end(), name) != change.clear.end()) return std::nullopt;
    return target.before ? target.before->value(name) : std::nullopt;
  };
  for (const Impossible& impossible : find_impossible(*target.spec, value_after)) {
    if (!command_.is_import && !impossible.is_warning) return refused(impossible.message, impossible.field, "Correct the figures; nothing was saved.");
    receipt_.warnings.push_back(impossible.message);
  }
  return {};
}

// All errors of one record are told at once, with the names of those who found them.
Result<void> Plan::ask_examiner(const RecordChange& change, const Target& target, const std::vector<OwnedChange>& fields) {
  const bool is_edit = change.verb == Verb::changed || change.verb == Verb::decided;
  if (!state_.examiner || !is_edit || (command_.is_import && !told_)) return {};  // an import asked before its first commit
  EVENHAND_TRY(Record after, record_after(*target.spec, target.id, target.before, fields));
  const std::vector<Finding> findings = state_.examiner({target.before, std::move(after), command_.is_import});
  if (told_) return told_(change, findings), Result<void>();
  std::string errors;
  std::string places;
  for (const Finding& finding : findings) {
    const std::string words = finding.text + " (" + finding.from + ")";
    if (finding.weight == FindingWeight::warning) receipt_.warnings.push_back(words);
    if (finding.weight == FindingWeight::not_checked) receipt_.warnings.push_back("Not checked: " + words);
    if (finding.weight != FindingWeight::error) continue;
    errors += (errors.empty() ? "" : "; ") + words;
    if (!finding.field.empty()) places += (places.empty() ? "" : ", ") + finding.field;
  }
  return errors.empty() ? Result<void>() : refused(std::move(errors), std::move(places), "Correct it; nothing was saved.");
}

// Whose key seals the record: the person that it is about, else the record itself.
Result<EntityId> Plan::key_owner_of(const RecordChange& change, const Target& target) const {
  if (target.spec->find_field("person") == nullptr) return target.id;
  for (const FieldValue& set : change.set) {
    if (set.field == "person" && std::holds_alternative<EntityId>(set.value)) return std::get<EntityId>(set.value);
  }
  if (target.before) {
    if (const auto person = target.before->reference("person")) return *person;
  }
  return target.id;
}

Result<void> Plan::plan_change(const RecordChange& change) {
  EVENHAND_TRY(const Target target, target_of(change));
  EVENHAND_CHECK(state_.check_rights(*target.space, change.type));
  EVENHAND_CHECK(check_not_read_only(target));
  EVENHAND_CHECK(check_still_current(change, target));
  receipt_.entities.push_back(target.id);
  EVENHAND_TRY(const std::vector<OwnedChange> fields, fields_of(change, target));
  EVENHAND_CHECK(check_not_disputed(change, target, fields));
  EVENHAND_CHECK(check_whole(change, target));
  if (fields.empty() && change.verb == Verb::changed && !target.is_new) return {};
  if (is_declared_type(target.spec->name)) EVENHAND_CHECK(plan_definition(*target.spec, *target.space));
  EVENHAND_CHECK(ask_examiner(change, target, fields));
  ++receipt_.records_written;
  EVENHAND_TRY(const EntityId owner, key_owner_of(change, target));
  // A bare removal says nothing of anybody: unsealed, it still counts when what was kept about the person is erased.
  const bool says_something = !fields.empty() || !change.reason.empty();
  if (is_sealed_whole(*target.spec)) return add_step(change, target, fields, says_something, owner), Result<void>();
  std::vector<OwnedChange> open;
  std::vector<OwnedChange> sealed;
  for (const OwnedChange& field : fields) {
    (is_personal(*target.spec->find_field(field.field)) ? sealed : open).push_back(field);
  }
  if (!open.empty() || sealed.empty()) add_step(change, target, std::move(open), false, owner);
  if (!sealed.empty()) add_step(change, target, std::move(sealed), true, owner);
  return {};
}

// Whoever gets the first record of a declared type gets its definition in the same commit. It is nobody's entry: no part of
// the receipt's records, nor of a batch, whose undo must not take it from others.
Result<void> Plan::plan_definition(const RecordSpec& type, Space& space) {
  if (!definitions_.emplace(space.id, type.name).second) return {};
  EVENHAND_TRY(const bool stands, definition_stands(space, type));
  if (stands) return {};
  const RecordChange change = definition_change(type);
  EVENHAND_CHECK(state_.check_rights(space, change.type));
  Step step{space.id, {}, find_record_type(change.type), {}, false, {}, std::nullopt};
  for (const FieldValue& value : change.set) {
    const FieldSpec& field = *step.spec->find_field(value.field);
    EVENHAND_TRY(Bytes bytes, encode_value(field, value.value));
    step.fields.push_back({field.id, std::move(bytes)});
  }
  step.draft.type = event_type(*step.spec, Verb::changed);
  step.draft.schema_version = step.spec->version;
  step.draft.entity = change.entity;
  step.draft.actor = state_.organisation;
  step.draft.claimed = state_.clock.now();
  step.draft.content_class = content_class_of(*step.spec, step.fields);
  EVENHAND_TRY(step.draft.parents, space.fold.heads(change.entity));
  steps_.push_back(std::move(step));
  return {};
}

void Plan::add_step(const RecordChange& change, const Target& target, std::vector<OwnedChange> fields, bool is_sealed, const EntityId& owner) {
  Step step{target.space->id, {}, target.spec, std::move(fields), is_sealed, owner, std::nullopt};
  step.draft.type = event_type(*target.spec, change.verb);
  step.draft.schema_version = target.spec->version;
  step.draft.entity = target.id;
  step.draft.actor = state_.organisation;
  step.draft.batch = command_.batch;
  step.draft.claimed = state_.clock.now();
  step.draft.content_class = content_class_of(*target.spec, step.fields);
  if (!change.reason.empty()) step.fields.push_back({common_field::kReason, encode(change.reason)});
  if (!change.undoes.is_none()) {
    Bytes reference(Reference::kBytes);
    change.undoes.write(reference.data());
    step.fields.push_back({common_field::kUndoes, std::move(reference)});
  }
  if (!change.reopen.empty()) {
    std::vector<std::uint16_t> ids;
    for (const std::string& name : change.reopen) ids.push_back(name.empty() ? std::uint16_t{0} : target.spec->find_field(name)->id);
    std::sort(ids.begin(), ids.end());
    step.fields.push_back({common_field::kReopened, encode(ids)});
  }
  const auto last = last_step_.find(target.id);
  if (target.is_beside) {
    step.draft.parents = change.seen;
  } else if (last != last_step_.end()) {
    step.follows = last->second;
  } else {
    step.draft.parents = target.heads;
  }
  if (!target.is_beside) last_step_[target.id] = steps_.size();
  steps_.push_back(std::move(step));
}

Result<Bytes> Plan::body_of(const Step& step) {
  if (!step.is_sealed) return encode_body(step.fields);
  EVENHAND_TRY(const SealKey key, state_.keystore->make_person_key(step.key_owner, state_.random));
  std::vector<OwnedChange> sealed;
  for (const OwnedChange& field : step.fields) {
    const bool stays_open = field.value.empty() || common_field::is_never_sealed(field.field);
    sealed.push_back(stays_open ? field : OwnedChange{field.field, seal(key, field.value, seal_context(step.draft.entity, field.field), state_.random)});
  }
  return encode_body(std::move(sealed));
}

// Everything is built before anything is written: what one space refuses must not stand half-done in another.
Result<Receipt> Plan::carry_out(const std::function<Result<void>(const Receipt&)>& about_to_write) {
  std::vector<Reference> made(steps_.size());
  std::vector<IntendedCommit> commits;
  std::vector<Reference> first_events;
  for (Space& space : state_.spaces) {
    const auto here = [&](const Step& step) { return step.space == space.id; };
    if (std::none_of(steps_.begin(), steps_.end(), here)) continue;
    EVENHAND_CHECK(check_not_retired(space));
    EVENHAND_TRY(const Workspace::State::Pen pen, state_.pen_for(space, Lane::data));
    CommitBuilder builder(pen.chain, state_.keystore->device(), pen.last_seq, pen.head);
    std::optional<Reference> first;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      Step& step = steps_[i];
      if (!here(step)) continue;
      const auto grant = space.fold.access().find_grant(pen.chain.device, needed_for(step.draft.type));
      if (!grant) return refused("this device may not write here", step.draft.type);
      step.draft.grant = *grant;
      if (step.follows) step.draft.parents = {made[*step.follows]};
      if (!first && pen.stands_on) step.fields.push_back(*pen.stands_on);
      // More heads than an event may name are brought together first.
      while (step.draft.parents.size() > kParentsMax) {
        EventDraft join = step.draft;
        join.type = event_type(*step.spec, Verb::joined);
        join.content_class = 0;
        join.body.clear();
        join.parents.assign(step.draft.parents.begin(), step.draft.parents.begin() + kParentsMax);
        EVENHAND_TRY(const Reference joined, builder.add(join, state_.random));
        if (!first) first = joined;
        step.draft.parents.erase(step.draft.parents.begin(), step.draft.parents.begin() + kParentsMax);
        step.draft.parents.push_back(joined);
      }
      EVENHAND_TRY(step.draft.body, body_of(step));
      if (step.is_sealed) step.draft.key = state_.keystore->find_person_key(step.key_owner)->id;
      EVENHAND_TRY(made[i], builder.add(step.draft, state_.random));
      if (!first) first = made[i];
      receipt_.events.push_back(made[i]);
    }
    first_events.push_back(*first);
    commits.push_back({space.id, builder.finish()});
  }
  EVENHAND_CHECK(about_to_write(receipt_));
  if (commits.empty()) return receipt_;
  if (!command_.is_upkeep) EVENHAND_CHECK(state_.note_action(command_.batch, first_events));
  EVENHAND_TRY(std::vector<std::string> unshown, state_.append_all(commits));
  receipt_.warnings.insert(receipt_.warnings.end(), unshown.begin(), unshown.end());
  return receipt_;
}

}  // namespace evenhand
