// What this process knows of declared types. Entries are never changed and never go, so what is handed out needs no lock.
#include "core/record/declared_types.h"

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace evenhand {

namespace {

/// A definition with the specs that look into it.
struct Known {
  explicit Known(const TypeDefinition& from) : definition(from), canonical(from.canonical()), type(from.type()) {
    for (const TypeDefinition::Field& field : definition.fields) {
      fields.push_back({field.id, field.name, field.type, field.data_class, field.merge, field.choices, field.unit, field.meaning, field.example, field.is_required});
    }
    spec = {0, type, definition.plural, definition.home, definition.meaning, definition.title_field, fields};
  }
  Known(const Known&) = delete;
  Known& operator=(const Known&) = delete;

  const TypeDefinition definition;
  const std::string canonical;
  const std::string type;
  std::vector<FieldSpec> fields;
  RecordSpec spec;
};

struct Registry {
  std::shared_mutex mutex;
  std::map<std::string_view, std::unique_ptr<const Known>> types;  // keys look into the values
  std::size_t bytes = 0;
};

// Never destroyed: specs are used until the last moment of the program.
Registry& registry() {
  static Registry& one = *new Registry;
  return one;
}

const Known* find_known(std::string_view type) {
  if (!is_declared_type(type)) return nullptr;
  Registry& all = registry();
  const std::shared_lock lock(all.mutex);
  const auto at = all.types.find(type);
  return at == all.types.end() ? nullptr : at->second.get();
}

}  // namespace

Result<const RecordSpec*> declare_record_type(const TypeDefinition& definition) {
  auto known = std::make_unique<const Known>(definition);
  Registry& all = registry();
  const std::unique_lock lock(all.mutex);
  if (const auto at = all.types.find(known->type); at != all.types.end()) return &at->second->spec;
  if (all.types.size() >= kDeclaredTypesMax || all.bytes + known->canonical.size() > kDeclaredBytesMax) {
    return refused("no more record types can be declared; " + std::to_string(all.types.size()) + " are", definition.name);
  }
  all.bytes += known->canonical.size();
  const RecordSpec* spec = &known->spec;
  const std::string_view key = known->type;
  all.types.emplace(key, std::move(known));
  return spec;
}

Result<const RecordSpec*> declare_record_type(std::string_view definition_json) {
  EVENHAND_TRY(const TypeDefinition definition, TypeDefinition::parse_untrusted(definition_json));
  return declare_record_type(definition);
}

const RecordSpec* find_declared_type(std::string_view type) {
  const Known* known = find_known(type);
  return known == nullptr ? nullptr : &known->spec;
}

std::vector<const RecordSpec*> declared_record_types() {
  Registry& all = registry();
  const std::shared_lock lock(all.mutex);
  std::vector<const RecordSpec*> types;
  for (const auto& [name, known] : all.types) types.push_back(&known->spec);
  return types;
}

std::vector<const RecordSpec*> all_record_types() {
  std::vector<const RecordSpec*> types;
  for (const RecordSpec& spec : vocabulary()) types.push_back(&spec);
  for (const RecordSpec* declared : declared_record_types()) types.push_back(declared);
  return types;
}

std::string_view definition_of(const RecordSpec& type) {
  const Known* known = find_known(type.name);
  return known == nullptr ? std::string_view() : known->canonical;
}

std::string_view plugin_of(const RecordSpec& type) {
  const Known* known = find_known(type.name);
  return known == nullptr ? std::string_view() : known->definition.plugin;
}

}  // namespace evenhand
