#include "plugins/kit/sample_model.h"

#include <algorithm>

#include "core/engine/snapshot_model.h"
#include "core/record/declared_types.h"
#include "plugins/kit/dice.h"

namespace evenhand::plugins {

namespace {

/// FNV-1a twice: ids need to differ, not to be hard to guess.
EntityId id_from(const std::string& words) {
  EntityId id;
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t hash = 14695981039346656037ULL + half;
    for (const char letter : words) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
    for (std::size_t i = 0; i < 8; ++i) id.bytes[half * 8 + i] = static_cast<std::uint8_t>(hash >> (8 * i));
  }
  return id;
}

std::int64_t position_of(const Record& record) {
  return record.spec().find_field("position") ? record.integer("position").value_or(1'000'000) : 0;
}

}  // namespace

Result<void> SampleModel::add_text(const std::string& name, std::string_view json_text) {
  EVENHAND_TRY(const Json json, parse_json(json_text));
  const Json* records = json.find("records");
  if (!records) return corrupt("a data file needs records", name);
  for (const Json& record : records->items()) {
    const Json* label = record.find("id");
    if (label) labels_[name][label->text()] = id_from(name + "/" + label->text());
  }
  const std::size_t before = records_.size();
  for (const Json& record : records->items()) EVENHAND_CHECK(add_record(name, record));
  const Json* published = json.find("published_figures");
  for (std::size_t i = before; i < records_.size() && published && published->boolean().value_or(false); ++i) published_.insert(records_[i].id());
  return {};
}

Result<void> SampleModel::add_record(const std::string& name, const Json& json) {
  const Json* type = json.find("type");
  const RecordSpec* spec = type ? find_type(type->text()) : nullptr;
  if (!spec) return refused("no such record type", name + (type ? ": " + type->text() : ""));
  EntityState state;
  state.type = std::string(spec->name);
  const Json* label = json.find("id");
  state.id = id_from(name + "/" + (label ? label->text() : std::to_string(records_.size())));
  const Json* given = json.find("fields");
  if (!given || !given->is_object()) return corrupt("a record needs its fields", name + ": " + std::string(spec->name));
  const Json& fields = *given;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const FieldSpec* field = spec->find_field(fields.keys()[i]);
    if (!field) return refused("no such field", name + ": " + std::string(spec->name) + "." + fields.keys()[i]);
    if (field->type == FieldType::blob) continue;
    EVENHAND_TRY(const Value value, value_from_json(*field, fields.items()[i], labels_[name]));
    EVENHAND_CHECK(put_value(state.make(field->id), *field, value));
  }
  records_.emplace_back(*spec, std::move(state));
  return {};
}

Result<std::vector<Record>> SampleModel::records(std::string_view type) const {
  std::vector<Record> found;
  for (const Record& record : records_) {
    if (record.spec().name == type) found.push_back(record);
  }
  std::stable_sort(found.begin(), found.end(), [](const Record& a, const Record& b) {
    return std::pair(position_of(a), a.id()) < std::pair(position_of(b), b.id());
  });
  return found;
}

Result<std::optional<Record>> SampleModel::find(const EntityId& id) const {
  for (const Record& record : records_) {
    if (record.id() == id) return std::optional(record);
  }
  return std::optional<Record>();
}

Result<void> SampleModel::set(const EntityId& id, std::string_view field, const Value& value) {
  for (Record& record : records_) {
    if (record.id() != id) continue;
    const FieldSpec* spec = record.spec().find_field(field);
    if (!spec) return not_found("no such field", std::string(field));
    EntityState state = record.state();
    FieldState anew;
    anew.field = spec->id;
    EVENHAND_CHECK(put_value(anew, *spec, value));
    state.make(spec->id) = std::move(anew);
    record = Record(record.spec(), std::move(state));
    return {};
  }
  return not_found("no such record", id.hex());
}

const RecordSpec* SampleModel::find_type(const std::string& name) const {
  const auto is_it = [&](const RecordSpec* one) { return short_type(one->name) == name; };
  const auto declared = std::find_if(declared_.begin(), declared_.end(), is_it);
  return declared != declared_.end() ? *declared : find_record_type(name);
}

EntityState SampleModel::blank(const RecordSpec& spec, const std::string& label) const {
  EntityState state;
  state.type = std::string(spec.name);
  state.id = id_from(label + "/" + state.type);
  for (const FieldSpec& field : spec.fields) {
    const auto is_target = [&](const Record& one) { return ("|" + std::string(field.choices) + "|").find("|" + std::string(one.spec().name) + "|") != std::string::npos; };
    const auto target = std::find_if(records_.begin(), records_.end(), is_target);
    if (field.type == FieldType::reference && target != records_.end()) EVENHAND_ASSERT(put_value(state.make(field.id), field, target->id()).ok(), "a reference is a value");
    if (field.type != FieldType::choice) continue;
    // What the host only hands on when a person let it through, it lets through here.
    const std::string_view wanted = field.name == "triage" ? "publishable" : field.choices.substr(0, field.choices.find('|'));
    EVENHAND_ASSERT(put_value(state.make(field.id), field, std::string(wanted)).ok(), "a choice is a value");
  }
  return state;
}

void SampleModel::add_blank(const RecordSpec& spec) { records_.emplace_back(spec, blank(spec, "blank")); }

void SampleModel::add_example(const RecordSpec& spec, std::size_t number) {
  EntityState state = blank(spec, "example " + std::to_string(number));
  for (const FieldSpec& field : spec.fields) {
    if (field.type == FieldType::reference || field.type == FieldType::references || field.type == FieldType::blob || field.example.empty()) continue;
    const auto value = parse_value(field, field.example);
    FieldState made;
    made.field = field.id;
    if (value && put_value(made, field, *value)) state.make(field.id) = std::move(made);
  }
  records_.emplace_back(spec, std::move(state));
}

void SampleModel::shuffle(std::uint64_t seed) {
  Dice dice(seed);
  for (std::size_t left = records_.size(); left > 1; --left) std::swap(records_[left - 1], records_[dice.below(left)]);
}

SampleModel SampleModel::arrived(std::size_t count, std::uint64_t seed) const {
  Dice dice(seed);
  SampleModel early = *this;
  early.records_.erase(early.records_.begin() + static_cast<std::ptrdiff_t>(std::min(count, records_.size())), early.records_.end());
  for (std::size_t i = 0; i < early.records_.size(); ++i) {
    const RecordSpec& spec = early.records_[i].spec();
    if (!spec.fields.empty() && dice.one_in(4)) early.clear(early.records_[i].id(), spec.fields[dice.below(spec.fields.size())]);
  }
  return early;
}

Record& SampleModel::at(const EntityId& id) {
  const auto found = std::find_if(records_.begin(), records_.end(), [&](const Record& one) { return one.id() == id; });
  EVENHAND_ASSERT(found != records_.end(), "a sample asks for a record that is not there");
  return *found;
}

void SampleModel::clear(const EntityId& id, const FieldSpec& field) {
  Record& record = at(id);
  EntityState state = record.state();
  std::erase_if(state.fields, [&](const FieldState& one) { return one.field == field.id; });
  record = Record(record.spec(), std::move(state));
}

EntityId SampleModel::id_of(const std::string& name, const std::string& label) const { return labels_.at(name).at(label); }

void SampleModel::add_conflict(const EntityId& id, std::string_view field, const Value& value) {
  for (Record& record : records_) {
    if (record.id() != id) continue;
    EntityState state = record.state();
    const FieldSpec* spec = record.spec().find_field(field);
    EVENHAND_ASSERT(spec && put_value(state.make(spec->id), *spec, value).ok(), "a sample asks for a field that is not there");
    record = Record(record.spec(), std::move(state));
  }
}

}  // namespace evenhand::plugins
