/// Record types that a plugin declares as data: fields, data class, merge rule out of core's list.
///
/// A declared type is named by its content: "walk-" and 32 hexadecimal digits, the first 16 bytes of SHA-256 over its
/// canonical definition, the plugin's id among it. So one name is one definition everywhere and for ever, whatever arrives
/// first, and a changed definition is another type. The number of a field tells its shape (is_set_field), so that a replica
/// without the definition folds, merges and digests such records as every other one does; only their words need it.
///
/// Declared types hold nothing about people: that stays in core's own types (docs/decisions/0050-declared-types.md).
/// Threads: every function may be called from any thread. Lifetime: what is declared stays for the whole program.
/// Format: docs/formats/declared-types.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/codec/json.h"
#include "core/record/vocabulary.h"

namespace evenhand {

inline constexpr std::size_t kDefinitionBytesMax = 32768;  ///< of a canonical definition; it is a value of the record type schema
inline constexpr std::size_t kDeclaredFieldsMax = 64;
inline constexpr std::size_t kDeclaredChoicesMax = 64;      ///< of one field
inline constexpr std::size_t kDeclaredTypesMax = 4096;      ///< known to one process
inline constexpr std::size_t kDeclaredBytesMax = 16777216;  ///< of all their definitions

/// Fields of a declared type: multi-value registers from 1 up, observed-remove sets from here up. Never changed.
inline constexpr std::uint16_t kFirstSetField = 16384;
inline constexpr std::uint16_t kLastSetField = 32767;
/// Is a field of a declared type a set? Its number says so, whether or not the definition is known.
constexpr bool is_set_field(std::uint16_t field) { return field >= kFirstSetField && field <= kLastSetField; }

/// True for a well-formed declared name ("walk-0123…"), known here or not.
bool is_declared_type(std::string_view type);
/// What people read: "walk" for "walk-0123…"; every other type as it is.
std::string_view short_type(std::string_view type);
/// The record that holds the definition of a declared type, in every space: the 32 digits of its name.
EntityId schema_record_of(std::string_view declared_type);

/// A definition, parsed and checked.
struct TypeDefinition {
  struct Field {
    std::uint16_t id = 0;
    std::string name;
    FieldType type = FieldType::word;
    DataClass data_class = DataClass::none;
    MergeRule merge = MergeRule::single;
    std::string choices;  ///< joined by |, as in FieldSpec
    std::string unit;
    std::string meaning;
    std::string example;
    bool is_required = false;
  };
  std::string plugin;
  std::string name;  ///< without digits
  std::string plural;
  HomeSpace home = HomeSpace::organisation;
  std::string meaning;
  std::string title_field;
  std::vector<Field> fields;  ///< in the order of the definition

  /// A whole definition, "plugin" included. Errors: corrupt (no JSON), refused, with the path of what is wrong.
  static Result<TypeDefinition> parse_untrusted(std::string_view json);
  /// The same as it stands in a manifest: an object without "plugin". `path` begins the paths of errors.
  static Result<TypeDefinition> from_json(std::string_view plugin, const Json& type, std::string_view path);

  /// One text per definition, whatever the order of keys it was read from.
  std::string canonical() const;
  /// The name of the type: "walk-…".
  std::string type() const;
};

/// Makes a type known to this process; known already: gives that one. Errors: refused (kDeclaredTypesMax or
/// kDeclaredBytesMax are reached).
Result<const RecordSpec*> declare_record_type(const TypeDefinition& definition);
/// Parses and declares. Errors: those of both.
Result<const RecordSpec*> declare_record_type(std::string_view definition_json);

/// Null when nobody declared it here. find_record_type() asks this too.
const RecordSpec* find_declared_type(std::string_view type);
/// All that are known, ascending by name.
std::vector<const RecordSpec*> declared_record_types();
/// The vocabulary, then the declared ones.
std::vector<const RecordSpec*> all_record_types();
/// The canonical definition of a declared type, and the plugin that declared it; empty for a type of the vocabulary.
std::string_view definition_of(const RecordSpec& type);
std::string_view plugin_of(const RecordSpec& type);

}  // namespace evenhand
