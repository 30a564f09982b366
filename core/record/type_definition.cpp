// Reading what a plugin declares. Everything that could be wrong is refused here, so that a known type can be used like any other.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/record/declared_types.h"

namespace evenhand {

namespace {

constexpr std::size_t kTypeNameBytesMax = 20;  // with "-", digits and verb it fits the type of an event
constexpr std::size_t kFieldNameBytesMax = 40;
constexpr std::size_t kPluginIdBytesMax = 100;
constexpr std::size_t kLineBytesMax = 300;
constexpr std::size_t kUnitBytesMax = 60;
constexpr std::size_t kChoiceBytesMax = 100;
constexpr std::size_t kDefinitionDepthMax = 5;
constexpr std::size_t kDefinitionNodesMax = 10'000;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view text, std::size_t bytes_max, bool with_digits) {
  const auto is_allowed = [&](char c) { return is_lower(c) || c == '_' || (with_digits && is_digit(c)); };
  return !text.empty() && text.size() <= bytes_max && is_lower(text.front()) && std::all_of(text.begin(), text.end(), is_allowed);
}

bool is_plugin_id(std::string_view id) {
  const auto is_allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-'; };
  return !id.empty() && id.size() <= kPluginIdBytesMax && std::all_of(id.begin(), id.end(), is_allowed);
}

bool is_line(std::string_view text, std::size_t bytes_max) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return text.size() <= bytes_max && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

Result<void> check_keys(const Json& json, std::initializer_list<std::string_view> known, const std::string& path) {
  if (!json.is_object()) return refused("this must be an object, not " + std::string(json.kind_words()), path);
  for (const std::string& key : json.keys()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return refused("a declared type has no such member", json_path(path, key));
  }
  return {};
}

enum class Presence { needed, optional };

/// One line of text under a key; empty when it is optional and not there.
Result<std::string> line_in(const Json& json, std::string_view key, const std::string& path, Presence presence, std::size_t bytes_max = kLineBytesMax) {
  const Json* found = json.find(key);
  if (found == nullptr && presence == Presence::optional) return std::string();
  if (found == nullptr) return refused("a declared type needs this", json_path(path, key));
  if (!found->is_string() || found->text().empty()) return refused("this must be text", json_path(path, key));
  if (!is_line(found->text(), bytes_max)) return refused("this must be one line of at most " + std::to_string(bytes_max) + " bytes", json_path(path, key));
  return found->text();
}

/// A word out of a closed list of an enum that to_word() knows.
template <class Enum>
Result<Enum> word_in(const Json& json, std::string_view key, const std::string& path, Enum last) {
  EVENHAND_TRY(const std::string word, line_in(json, key, path, Presence::needed));
  std::string list;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto one = static_cast<Enum>(i);
    if (to_word(one) == word) return one;
    list += (list.empty() ? "" : ", ") + std::string(to_word(one));
  }
  return refused("\"" + word.substr(0, kFieldNameBytesMax) + "\" is none of: " + list, json_path(path, key));
}

bool is_reference(FieldType type) { return type == FieldType::reference || type == FieldType::references; }
bool is_set(FieldType type) { return type == FieldType::words || type == FieldType::references; }

// Which record types a reference may name: of the vocabulary, or declared ones by their whole name; never people.
Result<void> check_target(const std::string& target, const std::string& path) {
  if (!is_declared_type(target) && !is_name(target, kFieldNameBytesMax, false)) return refused("this is no name of a record type", path);
  const auto all = vocabulary();
  const auto known = std::find_if(all.begin(), all.end(), [&](const RecordSpec& spec) { return spec.name == target; });
  if (known != all.end() && known->home == HomeSpace::people) return refused("a declared type cannot name people: they stay in the types of the program itself", path);
  return {};
}

Result<std::string> choices_in(const Json& json, FieldType type, const std::string& path) {
  const Json* found = json.find("choices");
  const std::string at = json_path(path, "choices");
  if (type != FieldType::choice && !is_reference(type)) {
    return found == nullptr ? Result<std::string>(std::string()) : refused("only a choice has choices, and a reference the record types that it may name", at);
  }
  if (found == nullptr || !found->is_array() || found->size() == 0) return refused("this field needs a list of choices", at);
  if (found->size() > kDeclaredChoicesMax) return refused("there are more than " + std::to_string(kDeclaredChoicesMax) + " choices", at);
  std::string joined;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const std::string& one = found->items()[i].text();
    const std::string place = json_path(at, i);
    if (one.empty() || !is_line(one, kChoiceBytesMax) || one.find('|') != std::string::npos) {
      return refused("a choice is one line of 1 to " + std::to_string(kChoiceBytesMax) + " bytes without |", place);
    }
    if (!seen.insert(one).second) return refused("this choice stands twice", place);
    if (is_reference(type)) EVENHAND_CHECK(check_target(one, place));
    joined += (joined.empty() ? "" : "|") + one;
  }
  return joined;
}

bool has_only_colours(std::string_view choices) {
  while (!choices.empty()) {
    const std::string_view one = choices.substr(0, choices.find('|'));
    if (one != "red" && one != "amber" && one != "green" && one != "blue") return false;
    choices.remove_prefix(std::min(choices.size(), one.size() + 1));
  }
  return true;
}

// A rule that does not fit would read values as what they are not.
bool rule_fits(const TypeDefinition::Field& field) {
  switch (field.merge) {
    case MergeRule::single: return !is_set(field.type);
    case MergeRule::text: return field.type == FieldType::prose;
    case MergeRule::worse_rag: return field.type == FieldType::choice && has_only_colours(field.choices);
    case MergeRule::earlier_date: return field.type == FieldType::date;
    case MergeRule::not_graded: return field.type == FieldType::grade;
    case MergeRule::withdrawal: return field.type == FieldType::choice && ("|" + field.choices + "|").find("|withdrawn|") != std::string::npos;
    case MergeRule::items: return is_set(field.type);
  }
  return false;
}

Result<void> check_field(const TypeDefinition::Field& field, const std::string& path) {
  if (field.data_class > DataClass::free_text) {
    return refused("a declared type holds nothing about people: their fields stay in the types of the program itself", json_path(path, "data_class"),
                   "Use none, aggregate, pseudonymous or free text");
  }
  if (field.type == FieldType::prose && field.data_class != DataClass::free_text) return refused("long text may say anything, so its data class is free text", json_path(path, "data_class"));
  if (field.type == FieldType::blob) return refused("an attachment is a record of type file", json_path(path, "type"), "Use a reference to file");
  if (!rule_fits(field)) {
    return refused("the merge rule " + std::string(to_word(field.merge)) + " does not fit a field of type " + std::string(to_word(field.type)), json_path(path, "merge"));
  }
  // Commands fill these by themselves.
  const bool is_scope = field.name == "organisation" || field.name == "cycle";
  if (is_scope && (field.type != FieldType::reference || field.choices != field.name)) {
    return refused("a field of this name must be a reference to " + field.name, json_path(path, "type"));
  }
  if (field.name == "position" && field.type != FieldType::integer) return refused("a field of this name must be a whole number", json_path(path, "type"));
  return {};
}

Result<TypeDefinition::Field> field_in(const Json& json, const std::string& path) {
  EVENHAND_CHECK(check_keys(json, {"name", "type", "data_class", "merge", "choices", "unit", "meaning", "example", "required"}, path));
  TypeDefinition::Field field;
  EVENHAND_TRY(field.name, line_in(json, "name", path, Presence::needed));
  if (!is_name(field.name, kFieldNameBytesMax, true)) return refused("a field's name is a-z, 0-9 and _, at most " + std::to_string(kFieldNameBytesMax) + " bytes", json_path(path, "name"));
  EVENHAND_TRY(field.type, word_in(json, "type", path, FieldType::blob));
  EVENHAND_TRY(field.data_class, word_in(json, "data_class", path, DataClass::special));
  EVENHAND_TRY(field.merge, word_in(json, "merge", path, MergeRule::items));
  EVENHAND_TRY(field.choices, choices_in(json, field.type, path));
  EVENHAND_TRY(field.unit, line_in(json, "unit", path, Presence::optional, kUnitBytesMax));
  EVENHAND_TRY(field.meaning, line_in(json, "meaning", path, Presence::needed));
  EVENHAND_TRY(field.example, line_in(json, "example", path, Presence::optional));
  if (const Json* required = json.find("required")) {
    if (!required->is_boolean()) return refused("this must be true or false", json_path(path, "required"));
    field.is_required = *required->boolean();
  }
  EVENHAND_CHECK(check_field(field, path));
  return field;
}

Result<void> read_fields(const Json& json, const std::string& path, TypeDefinition& definition) {
  const Json* fields = json.find("fields");
  const std::string at = json_path(path, "fields");
  if (fields == nullptr || !fields->is_array() || fields->size() == 0) return refused("a declared type needs a list of fields", at);
  if (fields->size() > kDeclaredFieldsMax) return refused("there are more than " + std::to_string(kDeclaredFieldsMax) + " fields", at);
  std::uint16_t next_register = 1;
  std::uint16_t next_set = kFirstSetField;
  for (std::size_t i = 0; i < fields->size(); ++i) {
    EVENHAND_TRY(TypeDefinition::Field field, field_in(fields->items()[i], json_path(at, i)));
    const auto& known = definition.fields;
    if (std::any_of(known.begin(), known.end(), [&](const auto& other) { return other.name == field.name; })) {
      return refused("a field of this name stands twice", json_path(json_path(at, i), "name"));
    }
    field.id = is_set(field.type) ? next_set++ : next_register++;
    definition.fields.push_back(std::move(field));
  }
  return {};
}

Result<void> check_title(const TypeDefinition& definition, const std::string& path) {
  for (const TypeDefinition::Field& field : definition.fields) {
    if (field.name != definition.title_field) continue;
    const bool is_text = field.type == FieldType::word || field.type == FieldType::prose || field.type == FieldType::code || field.type == FieldType::date;
    return is_text ? Result<void>() : refused("the field that names a record in lists must be text", json_path(path, "title_field"));
  }
  return refused("there is no such field", json_path(path, "title_field"));
}

}  // namespace

Result<TypeDefinition> TypeDefinition::from_json(std::string_view plugin, const Json& type, std::string_view path_words) {
  const std::string path(path_words);
  EVENHAND_CHECK(check_keys(type, {"name", "plural", "home", "meaning", "title_field", "fields"}, path));
  TypeDefinition definition;
  definition.plugin = plugin;
  if (!is_plugin_id(plugin)) return refused("a plugin's id is a reversed domain name, lower case", json_path(path, "plugin"));
  EVENHAND_TRY(definition.name, line_in(type, "name", path, Presence::needed));
  if (!is_name(definition.name, kTypeNameBytesMax, false)) return refused("a type's name is a-z and _, at most " + std::to_string(kTypeNameBytesMax) + " bytes", json_path(path, "name"));
  EVENHAND_TRY(definition.plural, line_in(type, "plural", path, Presence::needed));
  EVENHAND_TRY(definition.home, word_in(type, "home", path, HomeSpace::cycle));
  if (definition.home == HomeSpace::people) {
    return refused("a declared type holds nothing about people: their records stay in the types of the program itself", json_path(path, "home"), "Use organisation or cycle");
  }
  EVENHAND_TRY(definition.meaning, line_in(type, "meaning", path, Presence::needed));
  EVENHAND_TRY(definition.title_field, line_in(type, "title_field", path, Presence::needed));
  EVENHAND_CHECK(read_fields(type, path, definition));
  EVENHAND_CHECK(check_title(definition, path));
  if (definition.canonical().size() > kDefinitionBytesMax) return refused("this definition is longer than " + std::to_string(kDefinitionBytesMax) + " bytes", path);
  return definition;
}

Result<TypeDefinition> TypeDefinition::parse_untrusted(std::string_view text) {
  const JsonLimits limits{2 * kDefinitionBytesMax, kDefinitionDepthMax, kDefinitionNodesMax, 64};  // one may be written with spaces
  EVENHAND_TRY(const Json json, parse_json(text, limits));
  if (!json.is_object()) return refused("a definition must be an object");
  EVENHAND_TRY(const std::string plugin, line_in(json, "plugin", "", Presence::needed));
  Json type = Json::object();
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json.keys()[i] != "plugin") type.set(json.keys()[i], json.items()[i]);
  }
  return from_json(plugin, type, "");
}

std::string TypeDefinition::canonical() const {
  Json list = Json::array();
  for (const Field& field : fields) {
    Json json = Json::object();
    json.set("name", field.name).set("type", to_word(field.type)).set("data_class", to_word(field.data_class)).set("merge", to_word(field.merge));
    if (!field.choices.empty()) {
      Json all = Json::array();
      for (std::string_view left = field.choices; !left.empty();) {
        const std::string_view one = left.substr(0, left.find('|'));
        all.push(one);
        left.remove_prefix(std::min(left.size(), one.size() + 1));
      }
      json.set("choices", std::move(all));
    }
    if (!field.unit.empty()) json.set("unit", field.unit);
    json.set("meaning", field.meaning);
    if (!field.example.empty()) json.set("example", field.example);
    if (field.is_required) json.set("required", true);
    list.push(std::move(json));
  }
  return write_json(Json::object().set("plugin", plugin).set("name", name).set("plural", plural).set("home", to_word(home)).set("meaning", meaning)
                        .set("title_field", title_field).set("fields", std::move(list)));
}

std::string TypeDefinition::type() const {
  const std::string text = canonical();
  return name + "-" + sha256(view_of(text)).hex().substr(0, 2 * EntityId::kSize);
}

bool is_declared_type(std::string_view type) {
  constexpr std::size_t kDigits = 2 * EntityId::kSize;
  if (type.size() < kDigits + 2 || type[type.size() - kDigits - 1] != '-') return false;
  const std::string_view digits = type.substr(type.size() - kDigits);
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return is_name(type.substr(0, type.size() - kDigits - 1), kTypeNameBytesMax, false) && std::all_of(digits.begin(), digits.end(), is_hex);
}

std::string_view short_type(std::string_view type) { return is_declared_type(type) ? type.substr(0, type.find('-')) : type; }

EntityId schema_record_of(std::string_view type) {
  EVENHAND_ASSERT(is_declared_type(type), "only declared types have a record of their definition");
  return *EntityId::from_hex(type.substr(type.find('-') + 1));
}

}  // namespace evenhand
