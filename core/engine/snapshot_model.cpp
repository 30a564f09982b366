#include "core/engine/snapshot_model.h"

#include <algorithm>
#include <tuple>

#include "core/record/declared_types.h"

namespace evenhand {

namespace {

std::string text_in(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  return value != nullptr && value->is_string() ? value->text() : std::string();
}

// References stand as ids in a snapshot, not as labels of a file.
Result<Value> value_in(const FieldSpec& field, const Json& json) {
  const auto id_of = [](const Json& one) { return one.is_string() ? EntityId::from_hex(one.text()) : std::nullopt; };
  if (field.type == FieldType::reference) {
    const auto id = id_of(json);
    if (!id) return corrupt("this field of a snapshot names no record", std::string(field.name));
    return Value(*id);
  }
  if (field.type == FieldType::references) {
    std::vector<EntityId> ids;
    for (const Json& item : json.is_array() ? json.items() : std::vector<Json>{}) {
      const auto id = id_of(item);
      if (!id) return corrupt("this field of a snapshot names no record", std::string(field.name));
      ids.push_back(*id);
    }
    return Value(std::move(ids));
  }
  return value_from_json(field, json, {});
}

// Fields that a later version added are left out; attachments are not part of a document.
Result<void> put_all(EntityState& state, const RecordSpec& spec, const Json& fields, bool is_disputed) {
  if (!fields.is_object()) return corrupt("a record of a snapshot has no fields", std::string(spec.name));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FieldSpec* field = spec.find_field(fields.keys()[i]);
    if (field == nullptr || field->type == FieldType::blob) continue;
    const Json& said = fields.items()[i];
    if (is_disputed && !said.is_array()) return corrupt("a disputed field of a snapshot has no versions", std::string(field->name));
    for (const Json& one : is_disputed ? said.items() : std::vector<Json>{said}) {
      EVENHAND_TRY(const Value value, value_in(*field, one));
      EVENHAND_CHECK(put_value(state.make(field->id), *field, value));
    }
  }
  return {};
}

}  // namespace

Result<void> put_value(FieldState& field, const FieldSpec& spec, const Value& value) {
  if (!is_items(spec)) {
    EVENHAND_TRY(Bytes bytes, encode_value(spec, value));
    Reference by;
    by.seq = field.values.size() + 1;
    field.values.push_back({by, false, std::move(bytes)});
    return {};
  }
  EVENHAND_TRY(const std::vector<Bytes> items, encode_items(spec, value));
  for (const Bytes& item : items) field.items.push_back({item, {}});
  std::sort(field.items.begin(), field.items.end());
  return {};
}

Result<void> SnapshotModel::add(const Json& record) {
  const RecordSpec* spec = record.is_object() ? find_record_type(text_in(record, "type")) : nullptr;
  // A plugin's type whose definition is not here: the signature still covers it, only this program cannot show it.
  if (spec == nullptr && record.is_object() && is_declared_type(text_in(record, "type"))) return {};
  const auto id = record.is_object() ? EntityId::from_hex(text_in(record, "id")) : std::nullopt;
  const Json* fields = record.is_object() ? record.find("fields") : nullptr;
  if (spec == nullptr || !id || fields == nullptr) return corrupt("a snapshot holds a record without type, id or fields", text_in(record, "id"));
  EntityState state;
  state.id = *id;
  state.type = std::string(spec->name);
  EVENHAND_CHECK(put_all(state, *spec, *fields, false));
  if (const Json* disputed = record.find("disputed")) EVENHAND_CHECK(put_all(state, *spec, *disputed, true));
  if (const Json* published = record.find("published"); published != nullptr && published->boolean().value_or(false)) published_.insert(*id);
  records_.emplace_back(*spec, std::move(state));
  return {};
}

Result<SnapshotModel> SnapshotModel::decode_untrusted(std::string_view bytes) {
  EVENHAND_TRY(const Json json, parse_json(bytes));
  const Json* records = json.is_object() ? json.find("records") : nullptr;
  if (records == nullptr || !records->is_array() || text_in(json, "format") != "evenhand-snapshot/1") return corrupt("this is no snapshot that this version reads", "snapshot");
  SnapshotModel model;
  const auto organisation = EntityId::from_hex(text_in(json, "organisation"));
  const auto cycle = EntityId::from_hex(text_in(json, "cycle"));
  if (!organisation || !cycle) return corrupt("a snapshot names its organisation and cycle", "snapshot");
  model.scope_ = text_in(json, "scope");
  model.organisation_ = *organisation;
  model.cycle_ = *cycle;
  for (const Json& record : records->items()) EVENHAND_CHECK(model.add(record));
  return model;
}

Result<std::vector<Record>> SnapshotModel::records(std::string_view type) const {
  std::vector<Record> found;
  for (const Record& record : records_) {
    if (record.spec().name == type) found.push_back(record);
  }
  const auto place = [](const Record& one) { return one.spec().find_field("position") == nullptr ? 0 : one.integer("position").value_or(1 << 30); };
  std::sort(found.begin(), found.end(), [&](const Record& a, const Record& b) { return std::tuple(place(a), a.id()) < std::tuple(place(b), b.id()); });
  return found;
}

Result<std::optional<Record>> SnapshotModel::find(const EntityId& id) const {
  const auto at = std::find_if(records_.begin(), records_.end(), [&](const Record& one) { return one.id() == id; });
  return at == records_.end() ? std::optional<Record>() : std::optional(*at);
}

}  // namespace evenhand
