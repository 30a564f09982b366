// Reading a workspace: records, by id, by words.
#include <algorithm>
#include <set>
#include <tuple>

#include "core/codec/archive.h"
#include "core/engine/entry_guard.h"
#include "core/engine/share.h"
#include "core/engine/workspace_state.h"
#include "core/policy/name_key.h"
#include "core/record/body.h"
#include "core/record/declared_types.h"

namespace evenhand {

namespace {

Bytes seal_context(const EntityId& entity, std::uint16_t field) { return encode(entity, field); }

// The stored body of one event, found by its reference.
Result<Bytes> body_of(const Space& space, const Reference& reference) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const LogReadView::Place place, view.find(reference));
  EVENHAND_TRY(const CommitView commit, view.commit_at(place.arrival));
  Bytes body;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    if (i == place.index) body.assign(event.body.begin(), event.body.end());
    return i != place.index;
  }));
  return body;
}

bool comes_first(const Record& a, const Record& b) {
  const bool ordered = a.spec().find_field("position") != nullptr;
  const std::int64_t a_at = ordered ? a.integer("position").value_or(1 << 30) : 0;
  const std::int64_t b_at = ordered ? b.integer("position").value_or(1 << 30) : 0;
  return std::tie(a_at, a.id()) < std::tie(b_at, b.id());
}

bool is_one_of(std::string_view types, std::string_view type) {
  if (types.empty()) return true;
  while (!types.empty()) {
    const std::size_t bar = types.find('|');
    if (types.substr(0, bar) == type) return true;
    types = bar == std::string_view::npos ? std::string_view{} : types.substr(bar + 1);
  }
  return false;
}

}  // namespace

Result<void> Workspace::State::open_sealed(const Space& space, const RecordSpec& spec, EntityState& entity) const {
  for (FieldState& field : entity.fields) {
    const FieldSpec* known = spec.find_field(field.field);
    for (Written& written : field.values) {
      if (!written.is_sealed || written.value.size() != Hash::kSize + KeyId::kSize) continue;
      const KeyId id = *KeyId::from(ByteView(written.value).last(KeyId::kSize));
      const SealKey* key = keystore->find_key(id);
      if (key == nullptr) continue;
      EVENHAND_TRY(const Bytes body, body_of(space, written.by));
      EVENHAND_TRY(const auto changes, decode_body_untrusted(body));
      for (const FieldChange& change : changes) {
        if (change.field != field.field) continue;
        auto plain = unseal(*key, change.value, seal_context(entity.id, field.field));
        if (!plain) continue;
        written.value = std::move(*plain);
        written.is_sealed = false;
      }
    }
    // A sealed set travels whole, as one value; opened, it stands like any other set.
    // Of sets written unseen by each other every item shows, so that nobody's is lost.
    if (known == nullptr || !is_items(*known)) continue;
    std::erase_if(field.values, [&](const Written& written) {
      const auto items = written.is_sealed ? Result<ItemsChange>(ItemsChange{}) : decode_untrusted<ItemsChange>(written.value, known->name);
      if (written.is_sealed || !items) return false;
      for (const Bytes& item : items->added) field.items.push_back({item, written.by});
      return true;
    });
    std::sort(field.items.begin(), field.items.end());
  }
  return {};
}

namespace {

/// Where a word on two records may speak of them: in a shared space only of what stands there too, so that no partner
/// decides about anything of our own; at home, of whatever stands at its own home.
bool may_speak_of(const Space& said_in, const Space& space, const RecordSpec& type) {
  return said_in.kind == SpaceKind::cycle ? said_in.id == space.id : home_of(type) == space.kind;
}

/// Type and cycle of a record as it stands where such a word reaches; nothing: it is not there, or removed. What a
/// partner wrote under the id of a record of our own makes that record no shared one; only an organisation stands in
/// several spaces under one id.
Result<std::optional<std::pair<std::string, std::string>>> spoken_of(const std::vector<Space>& spaces, const Space& said_in, const EntityId& id) {
  std::optional<std::pair<std::string, std::string>> found;
  for (const Space& space : spaces) {
    EVENHAND_TRY(auto entity, space.fold.find(id));
    const RecordSpec* type = entity ? find_record_type(entity->type) : nullptr;
    if (type == nullptr) continue;
    const bool is_our_own = home_of(*type) == space.kind && space.kind != SpaceKind::cycle && type->name != "organisation";
    if (is_our_own && said_in.kind == SpaceKind::cycle) return std::optional<std::pair<std::string, std::string>>();
    if (!may_speak_of(said_in, space, *type) || entity->lifecycle == Lifecycle::removed) continue;
    const Record record(*type, std::move(*entity));
    found.emplace(type->name, type->find_field("cycle") == nullptr ? "" : record.text("cycle"));
  }
  return found;
}

}  // namespace

Result<SameOrDifferent> Workspace::State::same_or_different() const {
  std::vector<Record> decisions;
  const RecordSpec& spec = *find_record_type("duplicate");
  for (const Space& space : spaces) {
    if (!shows_in(spec, space.kind)) continue;
    std::vector<Record> here;
    EVENHAND_CHECK(space.fold.for_each("duplicate", [&](const EntityState& entity) {
      if (entity.lifecycle != Lifecycle::removed) here.emplace_back(spec, entity);
      return true;
    }));
    for (Record& decision : here) {
      std::set<std::optional<std::pair<std::string, std::string>>> kinds;
      for (const EntityId& id : decision.references("records")) {
        EVENHAND_TRY(auto kind, spoken_of(spaces, space, id));
        kinds.insert(std::move(kind));
      }
      const bool are_alike = kinds.size() == 1 && kinds.begin()->has_value();
      if (are_alike) decisions.push_back(std::move(decision));
    }
  }
  return SameOrDifferent(decisions);
}

Result<SameOrDifferent> Workspace::same_or_different() const { return state_->same_or_different(); }

Result<std::optional<SpaceId>> Workspace::shared_by(const EntityId& a, const EntityId& b) const {
  for (const Space& space : state_->spaces) {
    if (space.kind != SpaceKind::cycle) continue;
    EVENHAND_TRY(const std::optional<EntityState> first, space.fold.find(a));
    EVENHAND_TRY(const std::optional<EntityState> second, space.fold.find(b));
    if (first && second) return std::optional(space.id);
  }
  return std::optional<SpaceId>();
}

Result<std::vector<Record>> Workspace::records(std::string_view type) const {
  const RecordSpec* spec = find_record_type(type);
  if (spec == nullptr) return not_found("there is no record type \"" + std::string(type) + "\"");
  std::vector<Record> records;
  std::set<EntityId> seen;  // one organisation may stand in several cycle spaces
  std::set<EntityId> gone;  // originals that were removed; only beside one that stands a copy is not shown
  for (const bool at_home : {true, false}) {
    for (const Space& space : state_->spaces) {
      if (!shows_in(*spec, space.kind) || (home_of(*spec) == space.kind) != at_home) continue;
      std::set<EntityId> copies;
      if (!at_home) {
        for (const EntityId& own : seen) {
          if (!gone.contains(own)) copies.insert(copy_id_of(space.id, own));
        }
      }
      Result<void> inner;
      EVENHAND_CHECK(space.fold.for_each(type, [&](const EntityState& entity) {
        if (copies.contains(entity.id) || !seen.insert(entity.id).second) return true;
        if (entity.lifecycle == Lifecycle::removed) return gone.insert(entity.id), true;
        EntityState opened = entity;
        inner = state_->open_sealed(space, *spec, opened);
        if (inner) records.emplace_back(*spec, std::move(opened));
        return inner.ok();
      }));
      EVENHAND_CHECK(inner);
    }
  }
  std::sort(records.begin(), records.end(), comes_first);
  if (type == "duplicate") return records;
  EVENHAND_TRY(const SameOrDifferent same, state_->same_or_different());
  if (same.is_empty()) return records;
  std::erase_if(records, [&](const Record& record) { return same.leader_of(record.id()) != record.id(); });
  for (Record& record : records) {
    EntityState pointed = record.state();
    point_to_leaders(*spec, pointed, same);
    record = Record(*spec, std::move(pointed));
  }
  return records;
}

Result<std::pair<Space*, std::optional<Record>>> Workspace::State::locate(const EntityId& id) {
  for (const bool at_home : {true, false}) {
    for (Space& space : spaces) {
      EVENHAND_TRY(std::optional<EntityState> entity, space.fold.find(id));
      const RecordSpec* spec = entity ? find_record_type(entity->type) : nullptr;
      if (spec == nullptr || !shows_in(*spec, space.kind) || (home_of(*spec) == space.kind) != at_home) continue;
      EVENHAND_CHECK(open_sealed(space, *spec, *entity));
      return std::pair(&space, std::optional(Record(*spec, std::move(*entity))));
    }
  }
  return std::pair<Space*, std::optional<Record>>(nullptr, std::nullopt);
}

Result<bool> Workspace::is_published(const EntityId& id) const {
  for (const Space& space : state_->spaces) {
    EVENHAND_TRY(const bool came, came_read_only(*this, space, id));
    if (came) return true;
  }
  return false;
}

Result<std::optional<Record>> Workspace::find(const EntityId& id) const {
  EVENHAND_TRY(auto located, state_->locate(id));
  return std::move(located.second);
}

Result<Record> Workspace::find_by_words(std::string_view types, std::string_view words) const {
  if (const auto id = EntityId::from_hex(words)) {
    EVENHAND_TRY(std::optional<Record> record, find(*id));
    if (record && is_one_of(types, record->spec().name)) return std::move(*record);
  }
  const std::string wanted = name_key(words);
  std::vector<Record> exact;
  std::vector<Record> partial;
  for (const RecordSpec* known : all_record_types()) {
    const RecordSpec& spec = *known;
    if (!is_one_of(types, spec.name)) continue;
    EVENHAND_TRY(const std::vector<Record> all, records(spec.name));
    for (const Record& record : all) {
      const bool short_name = spec.find_field("short_name") != nullptr && name_key(record.text("short_name")) == wanted;
      const bool ods = spec.find_field("ods_code") != nullptr && name_key(record.text("ods_code")) == wanted;
      const std::string title = name_key(record.title());
      const bool short_id = wanted.size() == record.short_id().size() && name_key(record.short_id()) == wanted;
      if (!wanted.empty() && (short_name || ods || title == wanted || short_id)) exact.push_back(record);
      else if (!wanted.empty() && title.find(wanted) != std::string::npos) partial.push_back(record);
    }
  }
  const std::vector<Record>& found = exact.empty() ? partial : exact;
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    const std::string_view type = types.substr(0, types.find('|'));
    const std::string kind = types.empty() ? "record" : plain_type(type);
    return not_found("there is no " + kind + " \"" + std::string(words) + "\"", "", types.empty() ? "" : "See: " + words_for(type, "list"));
  }
  std::string list;
  for (std::size_t i = 0; i < found.size() && i < 5; ++i) list += (i == 0 ? "" : ", ") + found[i].short_id() + " " + found[i].title();
  return refused("\"" + std::string(words) + "\" names " + std::to_string(found.size()) + " records: " + list, "", "Use the eight letters in front.");
}

}  // namespace evenhand
