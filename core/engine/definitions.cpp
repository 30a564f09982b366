#include "core/engine/definitions.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

const RecordSpec& schema_type() { return *find_record_type("schema"); }

// All values of a field, disputed or not: an edit by somebody else must not take a definition away.
std::vector<std::string> texts_of(const EntityState& schema, std::string_view field) {
  std::vector<std::string> texts;
  const FieldState* state = schema.find(schema_type().find_field(field)->id);
  for (const Written& written : state == nullptr ? std::vector<Written>{} : state->values) {
    if (written.is_sealed || written.value.empty()) continue;
    if (auto text = decode_untrusted<std::string>(written.value, field)) texts.push_back(std::move(*text));
  }
  return texts;
}

/// The definition that one value holds, when it is the one that the record is named after.
Result<TypeDefinition> definition_in(const EntityState& schema, const std::string& text) {
  EVENHAND_TRY(TypeDefinition definition, TypeDefinition::parse_untrusted(text));
  const std::vector<std::string> names = texts_of(schema, "name");
  if (std::find(names.begin(), names.end(), definition.type()) == names.end()) return refused("the definition is not the one that its name was made from");
  return definition;
}

}  // namespace

std::string plain_type(std::string_view type) {
  std::string plain(short_type(type));
  std::replace(plain.begin(), plain.end(), '_', '-');
  return plain;
}

std::string words_for(std::string_view type, std::string_view verb) {
  return is_declared_type(type) ? "evenhand record " + std::string(verb) + " " + plain_type(type) : "evenhand " + plain_type(type) + " " + std::string(verb);
}

RecordChange definition_change(const RecordSpec& type) {
  RecordChange change{"schema", schema_record_of(type.name), Verb::changed, {}};
  change.set = {{"name", std::string(type.name)}, {"plugin", std::string(plugin_of(type))}, {"definition", std::string(definition_of(type))}};
  return change;
}

Result<bool> definition_stands(const Space& space, const RecordSpec& type) {
  EVENHAND_TRY(std::optional<EntityState> there, space.fold.find(schema_record_of(type.name)));
  if (!there) return false;
  if (there->type != "schema") return true;  // somebody took the record for something else; there is no way to write it then
  const Record record(schema_type(), std::move(*there));
  return record.text("name") == type.name && record.text("definition") == definition_of(type);
}

Result<std::vector<UnreadableDefinition>> unreadable_definitions(const Workspace& workspace) {
  std::map<EntityId, std::string> found;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_CHECK(space.fold.for_each("schema", [&](const EntityState& schema) {
      if (schema.lifecycle == Lifecycle::removed) return true;
      const std::vector<std::string> texts = texts_of(schema, "definition");
      if (texts.empty()) found.emplace(schema.id, "it holds no definition");
      for (const std::string& text : texts) {
        if (const auto definition = definition_in(schema, text); !definition) found.emplace(schema.id, definition.error().sentence());
      }
      return true;
    }));
  }
  std::vector<UnreadableDefinition> all;
  for (auto& [id, why] : found) all.push_back({id, std::move(why)});
  return all;
}

Result<std::map<std::string, std::size_t>> types_without_definition(const Workspace& workspace) {
  std::map<std::string, std::size_t> counts;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<std::string> types, space.fold.types());
    for (const std::string& type : types) {
      if (!is_declared_type(type) || find_record_type(type) != nullptr) continue;
      EVENHAND_CHECK(space.fold.for_each(type, [&](const EntityState& entity) {
        if (entity.lifecycle != Lifecycle::removed) ++counts[type];
        return true;
      }));
    }
  }
  return counts;
}

// What cannot be read is left to find_problems(); that there are too many shows as records without a definition.
Result<void> Workspace::State::learn_types() {
  for (const Space& space : spaces) {
    std::uint64_t& seen = definitions_seen[space.id];
    if (seen == space.fold.definitions_moved()) continue;
    EVENHAND_CHECK(space.fold.for_each("schema", [&](const EntityState& schema) {
      for (const std::string& text : texts_of(schema, "definition")) {
        const auto definition = definition_in(schema, text);
        if (definition) (void)declare_record_type(*definition).ok();
      }
      return true;
    }));
    seen = space.fold.definitions_moved();
  }
  return {};
}

Result<std::string> Workspace::declare(std::string_view definition_json) {
  EVENHAND_TRY(const TypeDefinition definition, TypeDefinition::parse_untrusted(definition_json));
  for (const TypeDefinition::Field& field : definition.fields) {
    const bool names_records = field.type == FieldType::reference || field.type == FieldType::references;
    for (std::string_view left = names_records ? std::string_view(field.choices) : std::string_view(); !left.empty();) {
      const std::string_view target = left.substr(0, left.find('|'));
      if (find_record_type(target) == nullptr) return refused("there is no record type \"" + std::string(target) + "\"", "fields." + field.name, "Declare that one first.");
      left.remove_prefix(std::min(left.size(), target.size() + 1));
    }
  }
  EVENHAND_TRY(const RecordSpec* const spec, declare_record_type(definition));
  EVENHAND_TRY(const bool stands, definition_stands(std::as_const(*state_).space_of(SpaceKind::organisation), *spec));
  if (stands) return std::string(spec->name);
  Command command;
  command.space = SpaceKind::organisation;
  command.changes.push_back(definition_change(*spec));
  EVENHAND_TRY(const Receipt receipt, submit(command));
  (void)receipt;
  return std::string(spec->name);
}

}  // namespace evenhand
