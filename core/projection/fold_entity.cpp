#include "core/projection/fold_entity.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <utility>

#include "core/codec/archive.h"
#include "core/projection/fold_rules.h"
#include "core/record/declared_types.h"
#include "core/record/value.h"

namespace evenhand {

namespace {

constexpr std::array<std::string_view, 5> kVerbs = {"changed", "decided", "undone", "removed", "joined"};

void insert_sorted(std::vector<Reference>& list, const Reference& reference) {
  list.insert(std::upper_bound(list.begin(), list.end(), reference), reference);
}

}  // namespace

namespace fold_rules {

bool sets_fields(Verb verb) { return verb == Verb::changed || verb == Verb::decided || verb == Verb::undone; }

Bytes stored_form(const EventHeader& header, ByteView value) {
  if (!header.is_sealed() || value.empty()) return Bytes(value.begin(), value.end());
  const Hash hash = sha256(value);
  Bytes form(hash.bytes.begin(), hash.bytes.end());
  form.insert(form.end(), header.key.bytes.begin(), header.key.bytes.end());
  return form;
}

bool is_items_field(const EventKind& kind, std::uint16_t field, const EventHeader& header) {
  if (header.is_sealed()) return false;
  if (kind.is_declared) return is_set_field(field);
  const FieldSpec* spec = kind.record == nullptr ? nullptr : kind.record->find_field(field);
  return spec != nullptr && is_items(*spec);
}

bool leaves_values(EntityState& state, const FoldEvent& event, const EventKind& kind) {
  switch (event.effect) {
    case Effect::hidden: return false;
    case Effect::erased: insert_sorted(state.erased, event.reference); return false;
    case Effect::missing: insert_sorted(state.missing, event.reference); return false;
    case Effect::full: break;
  }
  if (kind.verb == Verb::not_understood) {
    insert_sorted(state.not_understood, event.reference);
    if ((event.view.header.flags & event_flag::kMustUnderstand) != 0) state.is_read_only = true;
    return false;
  }
  return true;
}

EventKind kind_for(EntityState& state, const FoldEvent& event, const FoldBasis& basis) {
  EventKind kind = kind_of(event.view.header.type, basis);
  if (event.effect != Effect::full && event.effect != Effect::erased && event.effect != Effect::missing) return kind;
  const std::string_view type = event.view.header.type.substr(0, event.view.header.type.rfind('.'));
  if (state.type.empty()) state.type = std::string(type);
  if (state.type != type) kind.verb = Verb::not_understood;
  return kind;
}

std::optional<Reopening> reopening_in(const EventView& event, const FoldBasis& basis) {
  if (kind_of(event.header.type, basis).verb != Verb::undone) return std::nullopt;
  const auto changes = decode_body_untrusted(event.body);
  Reopening reopening;
  for (const FieldChange& change : changes ? *changes : std::vector<FieldChange>{}) {
    if (change.field == common_field::kUndoes && change.value.size() == Reference::kBytes) reopening.of = Reference::read(change.value.data());
    if (change.field != common_field::kReopened) continue;
    const auto fields = decode_untrusted<std::vector<std::uint16_t>>(change.value, "reopened");
    if (fields) reopening.fields = *fields;
  }
  if (reopening.of.is_none() || reopening.fields.empty()) return std::nullopt;
  return reopening;
}

}  // namespace fold_rules

using namespace fold_rules;

Capability needed_for(std::string_view type) {
  const std::string_view record = type.substr(0, type.rfind('.'));
  for (const std::string_view name : {"cycle", "framework", "policy", "organisation", "plugin"}) {
    if (record == name) return Capability::admin;
  }
  for (const std::string_view name : {"workshop", "tally", "grade", "grade_adoption"}) {
    if (record == name) return Capability::facilitate;
  }
  return record == "approval" ? Capability::sign_off : Capability::contribute;
}

const RecordSpec* FoldBasis::find(std::string_view name) const {
  const auto at = std::find_if(records.begin(), records.end(), [&](const RecordSpec& record) { return record.name == name; });
  return at == records.end() ? find_declared_type(name) : &*at;
}

EventKind kind_of(std::string_view type, const FoldBasis& basis) {
  static thread_local std::unordered_map<std::string, EventKind> known;
  static thread_local std::string key;
  static thread_local EventKind last;  // of `key`: events of one type come in runs
  static thread_local const RecordSpec* of = nullptr;  // a process that folds by two bases remembers for one at a time
  if (std::exchange(of, basis.records.data()) != basis.records.data()) {
    known.clear();
    key.clear();
  }
  if (key == type && !key.empty()) return last;
  key.assign(type);
  if (const auto at = known.find(key); at != known.end()) return last = at->second;
  EventKind kind;
  kind.needs = needed_for(type);
  const std::size_t dot = type.rfind('.');
  if (dot != std::string_view::npos) {
    kind.record = basis.find(type.substr(0, dot));
    kind.is_declared = is_declared_type(type.substr(0, dot));
    for (std::size_t i = 0; i < kVerbs.size(); ++i) {
      if (kVerbs[i] == type.substr(dot + 1) && (kind.record != nullptr || kind.is_declared)) kind.verb = static_cast<Verb>(i);
    }
  }
  if (kind.is_declared && kind.record == nullptr) return key.clear(), kind;  // its definition may come any time
  if (known.size() < 4096) known.emplace(key, kind);  // foreign types must not fill memory
  return last = kind;
}

std::string event_type(const RecordSpec& record, Verb verb) {
  EVENHAND_ASSERT(verb != Verb::not_understood, "only verbs that we know are written");
  return std::string(record.name) + "." + std::string(kVerbs[static_cast<std::size_t>(verb)]);
}

bool stands_after_all(const EntityState& state, const EventView& event, const FoldBasis& basis) {
  const EventHeader& header = event.header;
  if (reopening_in(event, basis)) return false;
  if (header.parent_count() != state.heads.size()) return false;
  for (std::size_t i = 0; i < state.heads.size(); ++i) {
    if (header.parent(i) != state.heads[i]) return false;
  }
  return true;
}

namespace {

void apply_items_after_all(FieldState& field, const Reference& by, ByteView value) {
  const auto change = decode_untrusted<ItemsChange>(value, "items");
  if (!change) return;
  for (const Bytes& item : change->removed) {
    std::erase_if(field.items, [&](const ItemAdded& added) { return added.item == item; });
  }
  for (const Bytes& item : change->added) field.items.push_back({item, by});
  std::sort(field.items.begin(), field.items.end());
}

void apply_fields_after_all(EntityState& state, const FoldEvent& event, const EventKind& kind) {
  const EventHeader& header = event.view.header;
  static thread_local std::vector<FieldChange> changes;
  if (!decode_body_untrusted(event.view.body, changes)) return;  // a body that hashes right and makes no sense has no fields
  for (const FieldChange& change : changes) {
    if (change.field > common_field::kRecordIdMax) continue;
    FieldState& field = state.make(change.field);
    if (is_items_field(kind, change.field, header)) {
      apply_items_after_all(field, event.reference, change.value);
      continue;
    }
    field.values.resize(1);
    Written& written = field.values.front();
    written.by = event.reference;
    written.is_sealed = header.is_sealed();
    if (written.is_sealed) {
      written.value = stored_form(header, change.value);
    } else {
      written.value.assign(change.value.begin(), change.value.end());
    }
  }
}

}  // namespace

void apply_after_all(EntityState& state, const FoldEvent& event, const FoldBasis& basis) {
  const EventKind kind = kind_for(state, event, basis);
  if (leaves_values(state, event, kind)) {
    if (kind.verb == Verb::removed) {
      state.lifecycle = Lifecycle::removed;
    } else if (sets_fields(kind.verb)) {
      state.lifecycle = Lifecycle::live;
      apply_fields_after_all(state, event, kind);
    }
  }
  state.heads.assign(1, event.reference);
  ++state.event_count;
  state.updated = event.view.header.claimed;
}

namespace {

/// The events in their order, when each names the one before it and nothing else; they may come in any order. Not with the undo
/// of a decision, nor with two events whose hashes begin alike.
bool find_line(std::span<const FoldEvent> events, std::vector<std::uint32_t>& line, const FoldBasis& basis) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  const auto count = static_cast<std::uint32_t>(events.size());
  const auto name_of = [](const Reference& reference) {
    std::uint64_t name;
    std::memcpy(&name, reference.hash.bytes.data(), sizeof name);
    return name;
  };
  static thread_local std::vector<std::pair<std::uint64_t, std::uint32_t>> named;
  named.clear();
  for (std::uint32_t i = 0; i < count; ++i) named.emplace_back(name_of(events[i].reference), i);
  std::sort(named.begin(), named.end());
  const auto is_alike = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::adjacent_find(named.begin(), named.end(), is_alike) != named.end()) return false;

  static thread_local std::vector<std::uint32_t> next;
  next.assign(count, kNone);
  std::uint32_t first = kNone;
  for (std::uint32_t i = 0; i < count; ++i) {
    const EventHeader& header = events[i].view.header;
    if (header.parent_count() > 1 || (header.parent_count() == 0 && first != kNone) || reopening_in(events[i].view, basis)) return false;
    if (header.parent_count() == 0) {
      first = i;
      continue;
    }
    const Reference parent = header.parent(0);
    const auto at = std::lower_bound(named.begin(), named.end(), std::pair(name_of(parent), std::uint32_t{0}));
    if (at == named.end() || events[at->second].reference != parent || next[at->second] != kNone) return false;
    next[at->second] = i;
  }
  line.clear();
  for (std::uint32_t at = first; at != kNone; at = next[at]) line.push_back(at);
  return line.size() == count;
}

}  // namespace

Folded fold_entity(const EntityId& id, std::span<const FoldEvent> events, const FoldBasis& basis) {
  static thread_local std::vector<std::uint32_t> line;
  if (!find_line(events, line, basis)) return fold_by_ancestry(id, events, basis);
  Folded folded;
  folded.state.id = id;
  for (const std::uint32_t at : line) apply_after_all(folded.state, events[at], basis);
  return folded;
}

}  // namespace evenhand
