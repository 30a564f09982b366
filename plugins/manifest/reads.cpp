// What a plugin may see, held against what there is and against the data class that it declares.
#include <algorithm>
#include <charconv>

#include "plugins/manifest/examination.h"
#include "plugins/sdk/computed.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kReadTypesMax = 256;
constexpr std::size_t kReadFieldsMax = 256;  // of one type

const char* const kLookUp = "Look it up in docs/data-dictionary.md.";

/// One entry of reads, and what its fields are held against.
struct Source {
  std::string name;                 ///< without versions
  std::vector<std::string> fields;  ///< that there are; empty for a foreign one
  bool is_foreign = false;          ///< another plugin's: only the form of names can be checked
  DataClass lowest = DataClass::none;  ///< that reading any of it takes: personal for people's records
  const RecordSpec* record = nullptr;
  const TypeDefinition* own = nullptr;
};

DataClass class_of(const Source& source, std::string_view field) {
  if (source.record != nullptr) return source.record->find_field(field)->data_class;
  if (source.own != nullptr) {
    const auto& fields = source.own->fields;
    return std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.name == field; })->data_class;
  }
  // A plugin's type holds at most free text (core/record/declared_types.h); its projections show what it read, at their own plugin's class.
  return source.is_foreign && is_declared_type(source.name) ? DataClass::free_text : DataClass::none;
}

class ReadsReader {
 public:
  explicit ReadsReader(Examination& all) : all_(all) {}

  void read(const Json& reads) {
    if (!reads.is_object()) {
      refuse("plugin.wrong-type", reads, "reads", std::string(reads.kind_words()), "an object: each type with a list of its fields", "Write { } here when it reads nothing.");
      return;
    }
    if (reads.size() > kReadTypesMax) {
      refuse("plugin.too-many", reads, "reads", std::to_string(reads.size()) + " types", "at most " + std::to_string(kReadTypesMax), "Take some away.");
      return;
    }
    for (std::size_t i = 0; i < reads.size() && !all_.findings.is_full(); ++i) read_type(reads.keys()[i], reads.items()[i]);
  }

  bool reads_foreign() const { return reads_foreign_; }
  DataClass highest() const { return highest_; }

 private:
  void refuse(std::string_view code, const Json& at, std::string path, std::string found, std::string wanted, std::string next) {
    all_.findings.refuse(code, at.line(), std::move(path), std::move(found), std::move(wanted), std::move(next));
  }

  void read_type(const std::string& key, const Json& fields) {
    const std::string path = json_path("reads", key);
    const std::size_t at = key.find('@');
    auto source = find_source(key.substr(0, at), path, fields);
    if (!source) return;
    if (at != std::string::npos) read_versions(*source, key.substr(at + 1), path, fields);
    if (all_.manifest.reads.contains(source->name)) {
      refuse("plugin.twice", fields, path, in_quotes(source->name) + " a second time", "each type once", "Join the two.");
      return;
    }
    check_people(*source, path, fields);
    read_fields(*source, path, fields);
  }

  std::optional<Source> find_source(const std::string& name, const std::string& path, const Json& at) {
    Source source{name, {}, false, DataClass::none, find_core_type(name), nullptr};
    if (source.record != nullptr) {
      for (const FieldSpec& field : source.record->fields) source.fields.emplace_back(field.name);
      if (source.record->home == HomeSpace::people) source.lowest = DataClass::personal;
      return source;
    }
    for (const auto& kind : sdk::computed::kKinds) {
      if (kind.type != name) continue;
      source.fields.assign(kind.fields.begin(), kind.fields.end());
      source.lowest = DataClass::aggregate;
      return source;
    }
    if (const auto own = all_.own_types.find(name); own != all_.own_types.end()) {
      source.own = &own->second;
      for (const auto& field : own->second.fields) source.fields.push_back(field.name);
      return source;
    }
    if (all_.refused_types.contains(name)) return std::nullopt;
    source.is_foreign = true;
    if (is_declared_type(name)) return source;
    if (name.find('/') != std::string::npos) return find_projection(std::move(source), path, at);
    refuse("plugin.unknown-type", at, path, in_quotes(name), "a record type, a computed row, a type of this manifest, or a projection as \"<plugin id>/<id>\"",
           did_you_mean(name, known_types(), kLookUp));
    return std::nullopt;
  }

  // "<plugin id>/<projection id>" or, for what the host keeps of it, "<plugin id>/<projection id>/<aggregate id>".
  std::optional<Source> find_projection(Source source, const std::string& path, const Json& at) {
    const std::string_view name = source.name;
    const std::string_view plugin = name.substr(0, name.find('/'));
    const std::string_view rest = name.substr(plugin.size() + 1);
    const std::string_view id = rest.substr(0, rest.find('/'));
    const std::string_view aggregate = id.size() == rest.size() ? std::string_view() : rest.substr(id.size() + 1);
    const bool has_aggregate = id.size() != rest.size();
    if (!is_plugin_id(plugin) || !is_contribution_id(id) || (has_aggregate && !is_contribution_id(aggregate))) {
      refuse("plugin.bad-name", at, path, in_quotes(name), "\"<plugin id>/<projection id>\", with \"/<aggregate id>\" for its aggregates", "Write it in this form.");
      return std::nullopt;
    }
    if (plugin != all_.manifest.id) return source;
    source.is_foreign = false;
    std::vector<std::string> known;
    for (const ProjectionEntry& projection : all_.manifest.projections) {
      if (projection.id == id && add_columns(projection, aggregate, source)) return source;
      known.push_back(all_.manifest.id + "/" + projection.id);
      for (const AggregateEntry& one : projection.aggregates) known.push_back(known.back() + "/" + one.id);
    }
    refuse("plugin.unknown-type", at, path, in_quotes(name), "a projection of this manifest", did_you_mean(name, known, "Add it to contributes.projections."));
    return std::nullopt;
  }

  static bool add_columns(const ProjectionEntry& projection, std::string_view aggregate, Source& source) {
    if (aggregate.empty()) {
      for (const ColumnEntry& column : projection.columns) source.fields.push_back(column.name);
      return true;
    }
    for (const AggregateEntry& one : projection.aggregates) {
      if (one.id != aggregate) continue;
      source.fields = one.group;
      for (const MeasureEntry& measure : one.measures) source.fields.push_back(measure.name);
      return true;
    }
    return false;
  }

  std::vector<std::string> known_types() const {
    std::vector<std::string> names;
    for (const RecordSpec& record : vocabulary()) names.emplace_back(record.name);
    for (const auto& kind : sdk::computed::kKinds) names.emplace_back(kind.type);
    for (const auto& [name, definition] : all_.own_types) names.push_back(name);
    return names;
  }

  void read_versions(const Source& source, std::string_view text, const std::string& path, const Json& at) {
    const auto number = [](std::string_view digits) {
      std::uint16_t value = 0;
      const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return problem == std::errc() && end == digits.data() + digits.size() ? value : std::uint16_t{0};
    };
    const std::size_t dash = text.find('-');
    const VersionRange range{number(text.substr(0, dash)), number(dash == std::string_view::npos ? text : text.substr(dash + 1))};
    const std::string there = source.record == nullptr ? "no version: only record types of the program have some" : "version " + std::to_string(source.record->version);
    if (range.from == 0 || range.to < range.from) {
      refuse("plugin.schema-version", at, path, in_quotes(text), "a version or a range of them, such as \"evidence@1\" or \"evidence@1-3\"", "Write it in this form.");
    } else if (source.record == nullptr || source.record->version < range.from || source.record->version > range.to) {
      refuse("plugin.schema-version", at, path, "versions " + std::string(text), there,
             source.record == nullptr ? "Take the \"@\" and what follows away." : "Get the plugin for this version of the program.");
    } else {
      all_.manifest.read_versions.emplace(source.name, range);
    }
  }

  void check_people(const Source& source, const std::string& path, const Json& at) {
    raise(source.lowest);
    if (source.lowest < DataClass::personal || !all_.data_class || *all_.data_class >= source.lowest) return;
    refuse("plugin.people-class", at, path, "the data class " + std::string(to_word(*all_.data_class)) + " for records of a people space",
           "the data class personal or special", "Declare \"personal\", or do not read them.");
  }

  void read_fields(const Source& source, const std::string& path, const Json& fields) {
    auto& known = all_.manifest.reads[source.name];
    reads_foreign_ = reads_foreign_ || source.is_foreign;
    if (!fields.is_array()) {
      refuse("plugin.wrong-type", fields, path, std::string(fields.kind_words()), "a list of field names", "Write [ ] with the fields that it reads.");
      return;
    }
    if (fields.size() > kReadFieldsMax) {
      refuse("plugin.too-many", fields, path, std::to_string(fields.size()) + " fields", "at most " + std::to_string(kReadFieldsMax), "Take some away.");
      return;
    }
    for (const Json& field : fields.items()) {
      if (all_.findings.is_full()) return;
      if (check_field(source, path, field) && !known.insert(field.text()).second) {
        refuse("plugin.twice", field, json_path(path, field.text()), in_quotes(field.text()) + " a second time", "each field once", "Take one of the two away.");
      }
    }
  }

  bool check_field(const Source& source, const std::string& path, const Json& field) {
    if (!field.is_string()) {
      refuse("plugin.wrong-type", field, path, std::string(field.kind_words()), "the name of a field", "Write it between quotes.");
      return false;
    }
    const std::string& name = field.text();
    const std::string at = json_path(path, name);
    const bool is_there = source.is_foreign ? is_field_name(name) : std::find(source.fields.begin(), source.fields.end(), name) != source.fields.end();
    if (!is_there) {
      refuse("plugin.unknown-field", field, at, in_quotes(name), source.is_foreign ? "the name of a field" : "a field of " + source.name + ": " + listed(source.fields),
             did_you_mean(name, source.fields, source.record != nullptr ? kLookUp : "Choose one of them."));
      return false;
    }
    if (const Deprecation* given_up = source.record != nullptr ? find_deprecation(all_.deprecated, source.name, name) : nullptr) {
      all_.findings.warn("plugin.deprecated-field", field.line(), at, in_quotes(name) + ", deprecated since version " + std::to_string(given_up->since) + " of " + source.name,
                         "a field that is in use", "Read \"" + std::string(given_up->instead) + "\" in its place.");
    }
    if (const auto of_type = all_.manifest.given_up.find(source.name); source.own != nullptr && of_type != all_.manifest.given_up.end()) {
      if (const auto words = of_type->second.find(name); words != of_type->second.end()) {
        all_.findings.warn("plugin.deprecated-field", field.line(), at, in_quotes(name) + ", deprecated " + words->second, "a field that is in use", "Read the field that stands in its place.");
      }
    }
    const DataClass own = class_of(source, name);
    raise(own);
    if (all_.data_class && own > *all_.data_class) {
      refuse("plugin.class-too-low", field, at, "a field of the class " + std::string(to_word(own)), "at most " + std::string(to_word(*all_.data_class)) + ", which data_class declares",
             "Declare \"" + std::string(to_word(own)) + "\", or do not read the field.");
    }
    return true;
  }

  void raise(DataClass to) { highest_ = std::max(highest_, to); }

  Examination& all_;
  bool reads_foreign_ = false;
  DataClass highest_ = DataClass::none;
};

}  // namespace

void examine_reads(Examination& all, const Json& reads) {
  ReadsReader reader(all);
  reader.read(reads);
  all.highest_read = reader.highest();
  all.reads_foreign = reader.reads_foreign();
}

}  // namespace evenhand::plugins
