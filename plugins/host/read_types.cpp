#include "plugins/host/read_types.h"

namespace evenhand::plugins {

std::string_view name_for(const Manifest& manifest, std::string_view type) {
  const RecordSpec* spec = is_declared_type(type) ? find_declared_type(type) : nullptr;
  return spec != nullptr && plugin_of(*spec) == manifest.id ? short_type(type) : type;
}

std::vector<const RecordSpec*> types_read_as(const Manifest& manifest, std::string_view name) {
  std::vector<const RecordSpec*> types;
  for (const RecordSpec* spec : all_record_types()) {
    if (name_for(manifest, spec->name) == name) types.push_back(spec);
  }
  return types;
}

const RecordSpec* type_written_as(const Manifest& manifest, std::string_view name) {
  for (const Json& type : manifest.types) {
    const auto definition = TypeDefinition::from_json(manifest.id, type, "");
    if (definition && definition->name == name) return find_record_type(definition->type());
  }
  return find_record_type(name);
}

}  // namespace evenhand::plugins
