// Disputes as people see them: all versions, what stood before, who and when, and for long texts the joined text on offer.
#include "core/engine/conflicts.h"

#include <algorithm>
#include <set>

#include "core/codec/archive.h"
#include "core/engine/bookkeeping.h"
#include "core/engine/record_events.h"
#include "core/record/declared_types.h"

namespace evenhand {

namespace {

// Every register of a declared type stands for itself when its definition is not here.
constexpr FieldSpec unknown_field(std::uint16_t id) { return {id, "", FieldType::word, DataClass::none, MergeRule::single, "", "", "", ""}; }

bool asks(const RecordSpec& record, const EntityState& state, const FieldState& field) {
  const FieldSpec* const spec = record.find_field(field.field);
  return spec != nullptr && spec->merge != MergeRule::withdrawal && field.is_conflicted() && !is_kept_beside(record, *spec, state);
}

/// One record's disputes.
class Dispute {
 public:
  /// `spec` null: a declared type without its definition.
  Dispute(const Space& space, const Keystore& keys, const RecordSpec* spec, const EntityState& state, const RecordEvents& events)
      : space_(space), keys_(keys), spec_(spec), state_(state), events_(events) {}

  std::vector<Conflict> all() const {
    std::vector<Conflict> found;
    if (state_.lifecycle == Lifecycle::removed_and_edited) found.push_back(about_removal());
    for (const FieldState& field : state_.fields) {
      if (spec_ == nullptr && field.is_conflicted()) found.push_back(about_field(unknown_field(field.field), field));
      if (spec_ != nullptr && asks(*spec_, state_, field)) found.push_back(about_field(*spec_->find_field(field.field), field));
    }
    for (Conflict& conflict : found) settle_parties(conflict);
    return found;
  }

 private:
  Conflict base() const {
    Conflict conflict;
    conflict.entity = state_.id;
    conflict.type = state_.type;
    conflict.title = spec_ == nullptr ? short_id_of(state_.id) : Record(*spec_, state_).title();
    conflict.needs_definition = spec_ == nullptr;
    conflict.heads = state_.heads;
    conflict.view = view_of(state_.heads);
    return conflict;
  }

  Conflict::Version version_by(const RecordEvent& event) const {
    Conflict::Version version;
    version.by = event.reference;
    version.claimed = event.claimed;
    version.author = author_of(space_, event.device);
    version.author.party = event.device.hex();
    return version;
  }

  // The bytes that an event gave a field, opened when its key is here.
  std::optional<Bytes> value_in(const RecordEvent& event, std::uint16_t field) const {
    const OwnedChange* change = event.find(field);
    if (change == nullptr) return std::nullopt;
    if (event.key.is_zero() || change->value.empty()) return change->value;
    const SealKey* key = keys_.find_key(event.key);
    if (key == nullptr) return std::nullopt;
    auto plain = unseal(*key, change->value, encode(state_.id, field));
    return plain ? std::optional(std::move(*plain)) : std::nullopt;
  }

  void fill(Conflict::Version& version, const FieldSpec& field, const std::optional<Bytes>& bytes) const {
    version.is_sealed = !bytes;
    version.is_cleared = bytes && bytes->empty();
    const auto value = bytes && !bytes->empty() ? decode_value(field, *bytes) : Result<Value>(corrupt("none"));
    if (spec_ == nullptr) return void(version.value = version.is_cleared ? "(cleared)" : "(its definition is not here)");
    version.value = version.is_sealed ? "(sealed)" : version.is_cleared ? "(cleared)" : value ? to_text(field, *value) : "(not understood)";
  }

  // Among what all versions had in their past, the last writer of the field by causal order.
  std::optional<Conflict::Version> before(const FieldSpec& field, const std::vector<Conflict::Version>& versions) const {
    const auto& order = events_.order.order();
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      const RecordEvent& event = events_.events[*at];
      if (event.standing != Standing::counts || event.find(field.id) == nullptr) continue;
      const bool is_common = std::all_of(versions.begin(), versions.end(), [&](const Conflict::Version& version) {
        const auto writer = events_.find(version.by);
        return writer && events_.order.precedes(*at, *writer);
      });
      if (!is_common) continue;
      Conflict::Version found = version_by(event);
      fill(found, field, value_in(event, field.id));
      return found;
    }
    return std::nullopt;
  }

  Conflict about_field(const FieldSpec& spec, const FieldState& field) const {
    Conflict conflict = base();
    conflict.field = spec_ == nullptr ? "field " + std::to_string(spec.id) : std::string(spec.name);
    for (const Written& written : field.values) {
      const auto at = events_.find(written.by);
      if (!at) continue;
      Conflict::Version version = version_by(events_.events[*at]);
      fill(version, spec, written.is_sealed ? std::nullopt : std::optional(written.value));
      conflict.versions.push_back(std::move(version));
    }
    conflict.before = before(spec, conflict.versions);
    if (spec.merge == MergeRule::text) offer_joined(conflict);
    return conflict;
  }

  void offer_joined(Conflict& conflict) const {
    const auto words = [](const Conflict::Version& version) { return version.is_cleared ? std::string() : version.value; };
    const auto is_readable = [](const Conflict::Version& version) { return !version.is_sealed; };
    if (!std::all_of(conflict.versions.begin(), conflict.versions.end(), is_readable) || (conflict.before && conflict.before->is_sealed)) return;
    std::vector<const Conflict::Version*> by_hash;
    for (const Conflict::Version& version : conflict.versions) by_hash.push_back(&version);
    std::sort(by_hash.begin(), by_hash.end(), [](const auto* a, const auto* b) { return std::tie(a->by.hash, a->by) < std::tie(b->by.hash, b->by); });
    std::vector<std::string> texts;
    for (const Conflict::Version* version : by_hash) texts.push_back(words(*version));
    ParagraphMerge merge = merge_paragraphs(conflict.before ? words(*conflict.before) : "", texts);
    conflict.merged = std::move(merge.merged);
    conflict.clashes = std::move(merge.clashes);
  }

  // Removals that no edit came after, and edits that no removal came after.
  Conflict about_removal() const {
    Conflict conflict = base();
    const auto& order = events_.order.order();
    for (const std::size_t at : order) {
      const RecordEvent& event = events_.events[at];
      const bool counts = event.standing == Standing::counts && event.kind.verb != Verb::joined && event.kind.verb != Verb::not_understood;
      const bool is_last = std::none_of(order.begin(), order.end(), [&](std::size_t later) { return events_.order.precedes(at, later); });
      if (!counts || !is_last) continue;
      Conflict::Version version = version_by(event);
      version.value = event.kind.verb == Verb::removed ? "removed" : "edited";
      for (const OwnedChange& change : event.changes) {
        const FieldSpec* field = spec_ == nullptr ? nullptr : spec_->find_field(change.field);
        if (field != nullptr) version.value += (version.value == "edited" ? ": " : ", ") + std::string(field->name);
      }
      conflict.versions.push_back(std::move(version));
    }
    std::sort(conflict.versions.begin(), conflict.versions.end(), [](const auto& a, const auto& b) { return a.by < b.by; });
    return conflict;
  }

  static void settle_parties(Conflict& conflict) {
    std::set<std::string> organisations;
    std::set<std::string> devices;
    for (const Conflict::Version& version : conflict.versions) {
      organisations.insert(version.author.organisation);
      devices.insert(version.author.party);
    }
    const bool by_organisation = organisations.size() == conflict.versions.size();
    if (!by_organisation && devices.size() == conflict.versions.size()) return;
    for (Conflict::Version& version : conflict.versions) version.author.party = by_organisation ? version.author.organisation : version.by.chain.hex();
  }

  const Space& space_;
  const Keystore& keys_;
  const RecordSpec* spec_;
  const EntityState& state_;
  const RecordEvents& events_;
};

}  // namespace

std::string view_of(const std::vector<Reference>& heads) {
  std::string view;
  for (const Reference& head : heads) view += (view.empty() ? "" : ".") + head.hash.hex().substr(0, 8);
  return view;
}

std::string Conflict::parties() const {
  std::set<std::string> parties;
  for (const Version& version : versions) parties.insert(version.author.party);
  std::string text;
  for (const std::string& party : parties) text += (text.empty() ? "" : " against ") + party;
  return text;
}

Result<std::vector<Conflict>> Workspace::conflicts() const {
  std::vector<Conflict> conflicts;
  for (const Space& space : state_->spaces) {
    std::vector<EntityState> disputed;
    EVENHAND_CHECK(space.fold.for_each({}, [&](const EntityState& entity) {
      const RecordSpec* spec = find_record_type(entity.type);
      const bool is_unknown = spec == nullptr && is_declared_type(entity.type);
      if ((spec == nullptr && !is_unknown) || (spec != nullptr && is_for_nobody_to_decide(*spec)) || entity.lifecycle == Lifecycle::removed) return true;
      const bool fields = std::any_of(entity.fields.begin(), entity.fields.end(), [&](const FieldState& f) { return is_unknown ? f.is_conflicted() : asks(*spec, entity, f); });
      if (fields || entity.lifecycle == Lifecycle::removed_and_edited) disputed.push_back(entity);
      return true;
    }));
    for (EntityState& entity : disputed) {
      const RecordSpec* spec = find_record_type(entity.type);
      if (spec != nullptr) EVENHAND_CHECK(state_->open_sealed(space, *spec, entity));
      EVENHAND_TRY(const RecordEvents events, read_events(space, entity.id));
      for (Conflict& conflict : Dispute(space, *state_->keystore, spec, entity, events).all()) conflicts.push_back(std::move(conflict));
    }
  }
  return conflicts;
}

namespace {

// The space that shows the record, a shared copy's too, and its events there.
Result<std::pair<const Space*, RecordEvents>> events_where_shown(Workspace::State& state, const EntityId& id) {
  EVENHAND_TRY(const auto located, state.locate(id));
  const Space* const space = located.first;
  if (space == nullptr) return not_found("there is no such record", short_id_of(id));
  EVENHAND_TRY(RecordEvents events, read_events(*space, id));
  return std::pair(space, std::move(events));
}

std::string fields_of(const RecordEvent& event) {
  if (event.kind.verb == Verb::removed) return "removed";
  std::string names;
  for (const OwnedChange& change : event.changes) {
    const FieldSpec* field = event.kind.record == nullptr ? nullptr : event.kind.record->find_field(change.field);
    if (field != nullptr) names += (names.empty() ? "" : ", ") + std::string(field->name);
  }
  return names.empty() ? std::string("kept") : names;
}

}  // namespace

Result<std::string> Workspace::changed_since(const EntityId& id, const std::vector<Reference>& seen) const {
  EVENHAND_TRY(const auto shown, events_where_shown(*state_, id));
  const auto& [space, all] = shown;
  std::string since;
  for (const std::size_t at : all.order.order()) {
    const RecordEvent& event = all.events[at];
    const bool was_seen = std::any_of(seen.begin(), seen.end(), [&](const Reference& head) {
      const auto known = all.find(head);
      return event.reference == head || (known && all.order.precedes(at, *known));
    });
    if (was_seen || event.kind.verb == Verb::joined) continue;
    const Conflict::Author author = author_of(*space, event.device);
    since += (since.empty() ? "" : "; ") + fields_of(event) + " by " + author.organisation + (author.device_label.empty() ? "" : ", " + author.device_label);
  }
  return since;
}

Result<std::vector<Reference>> Workspace::heads_seen(const EntityId& id, std::string_view view) const {
  EVENHAND_TRY(const auto shown, events_where_shown(*state_, id));
  std::vector<Reference> heads;
  while (!view.empty()) {
    const std::string_view wanted = view.substr(0, view.find('.'));
    view = wanted.size() == view.size() ? std::string_view{} : view.substr(wanted.size() + 1);
    const auto& events = shown.second.events;
    const auto at = std::find_if(events.begin(), events.end(), [&](const RecordEvent& event) { return event.reference.hash.hex().substr(0, 8) == wanted; });
    if (at == events.end()) return not_found("this record never stood as \"" + std::string(wanted) + "\" here", short_id_of(id), "Look again with: evenhand conflict show " + short_id_of(id));
    heads.push_back(at->reference);
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

namespace {

// Does the field, or for "" the record's life, still stand as the event left it?
bool still_holds(const EntityState& now, const RecordEvent& decision, std::uint16_t field) {
  if (field == 0) return now.lifecycle == (decision.kind.verb == Verb::removed ? Lifecycle::removed : Lifecycle::live) && now.heads.size() == 1 && now.heads.front() == decision.reference;
  const FieldState* current = now.find(field);
  return current != nullptr && current->values.size() == 1 && current->values.front().by == decision.reference;
}

// Was there a dispute that this event settled? Its parents are several, or it says so itself.
bool is_decision(const RecordEvent& event) {
  return event.standing == Standing::counts && (event.kind.verb == Verb::decided || (event.kind.verb == Verb::removed && event.parents.size() > 1));
}

}  // namespace

Result<Workspace::Reopening> Workspace::reopening_of(const EntityId& id, std::string_view field) const {
  EVENHAND_TRY(const auto shown, events_where_shown(*state_, id));
  const auto& [space, all] = shown;
  EVENHAND_TRY(const std::optional<EntityState> now, space->fold.find(id));
  const RecordSpec& spec = *find_record_type(now->type);
  const FieldSpec* wanted = field.empty() ? nullptr : spec.find_field(field);
  if (!field.empty() && wanted == nullptr) return not_found("a " + plain_type(now->type) + " has no field \"" + std::string(field) + "\"");
  std::set<Reference> undone;
  for (const RecordEvent& event : all.events) undone.insert(event.undoes());
  const RecordEvent* decision = nullptr;
  for (const std::size_t at : all.order.order()) {
    const RecordEvent& event = all.events[at];
    const bool about_it = wanted == nullptr || event.find(wanted->id) != nullptr;
    if (is_decision(event) && about_it && !undone.contains(event.reference)) decision = &event;
  }
  if (decision == nullptr) return not_found("nobody decided anything about this record that could be taken back", short_id_of(id));
  Reopening reopened{{now->type, id, Verb::undone, {}}, {}, {}};
  std::vector<std::pair<std::uint16_t, std::string>> fields;
  for (const OwnedChange& decided : decision->changes) {
    const FieldSpec* known = spec.find_field(decided.field);
    if (known != nullptr && !is_items(*known) && (wanted == nullptr || known == wanted)) fields.emplace_back(known->id, std::string(known->name));
  }
  if (fields.empty()) fields.emplace_back(0, "");
  for (const auto& [number, name] : fields) (still_holds(*now, *decision, number) ? reopened.fields : reopened.left_alone).push_back(name);
  if (reopened.fields.empty()) {
    EVENHAND_TRY(const std::string since, changed_since(id, {decision->reference}));
    return stale("what was decided was changed again since: " + since, short_id_of(id), "Look with: " + words_for(now->type, "history") + " " + short_id_of(id));
  }
  reopened.change.undoes = decision->reference;
  reopened.change.reopen = reopened.fields;
  reopened.change.seen = now->heads;
  return reopened;
}

}  // namespace evenhand
