#include "apps/dictionary/dictionary.h"

#include "apps/dictionary/computed_fields.h"
#include "plugins/sdk/computed.h"

namespace evenhand::dictionary {

namespace {

/// "date_completed" → "kDateCompleted".
std::string constant_name(std::string_view field) {
  std::string name = "k";
  bool at_start = true;
  for (const char letter : field) {
    const bool is_lower = letter >= 'a' && letter <= 'z';
    if (letter != '_') name += at_start && is_lower ? static_cast<char>(letter - 'a' + 'A') : letter;
    at_start = letter == '_';
  }
  return name;
}

std::string constant(std::string_view name, std::string_view value) {
  return "inline constexpr std::string_view " + std::string(name) + " = \"" + std::string(value) + "\";";
}

/// A vertical bar would end a Markdown cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '|') out += '\\';
    out += letter;
  }
  return out;
}

std::string deprecated_words(std::span<const Deprecation> deprecated, const RecordSpec& record, const FieldSpec& field) {
  const Deprecation* row = find_deprecation(deprecated, record.name, field.name);
  return row != nullptr ? cell(row->words()) : "no";
}

std::string type_words(const FieldSpec& field) {
  std::string words(to_word(field.type));
  if (!field.choices.empty()) words += ": " + std::string(field.choices);
  return words;
}

std::string table_of(const RecordSpec& record, std::span<const Deprecation> deprecated) {
  std::string out = "| Id | Field | Type | Unit | Data class | Merge | Since | Deprecated | Meaning | Example |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FieldSpec& field : record.fields) {
    out += "| " + std::to_string(field.id) + " | `" + std::string(field.name) + "`" + (field.required ? " (required)" : "") +
           " | " + cell(type_words(field)) + " | " + cell(field.unit) + " | " + std::string(to_word(field.data_class)) + " | " +
           std::string(to_word(field.merge)) + " | " + std::to_string(field.since) + " | " + deprecated_words(deprecated, record, field) + " | " + cell(field.meaning) + " | " + cell(field.example) + " |\n";
  }
  return out;
}

std::string computed_rows() {
  std::string out =
      "\n## Rows that are computed\n\nA plugin reads them like records (`plugins/sdk/computed.h`). Their data class is " + std::string(to_word(DataClass::aggregate)) +
      ": none gives away anything about a person.\n";
  for (const sdk::computed::Kind& kind : sdk::computed::kKinds) {
    out += "\n### " + std::string(kind.type) + "\n\n| Field | Type | Unit | Meaning | Example |\n|---|---|---|---|---|\n";
    for (const std::string_view name : kind.fields) {
      const ComputedField* field = find_computed_field(kind.type, name);
      if (field == nullptr) continue;  // a test says which
      out += "| `" + std::string(name) + "` | " + cell(field->type) + " | " + cell(field->unit) + " | " + cell(field->meaning) + " | " + cell(field->example) + " |\n";
    }
  }
  return out;
}

}  // namespace

std::string fields_header(std::span<const Deprecation> deprecated) {
  std::string out =
      "/// The names of every record type and field. Made from core/record by `evenhand-dictionary`; do not edit.\n"
      "/// Past 400 lines because it is one list of names, one line each.\n#pragma once\n\n#include <string_view>\n\nnamespace evenhand::sdk::fields {\n";
  for (const RecordSpec& record : vocabulary()) {
    out += "\nnamespace " + std::string(record.name) + " {\n" + constant("kType", record.name) + "\n";
    for (const FieldSpec& field : record.fields) {
      const Deprecation* row = find_deprecation(deprecated, record.name, field.name);
      if (row != nullptr) out += "[[deprecated(\"use " + std::string(row->instead) + "\")]] ";
      out += constant(constant_name(field.name), field.name) + "  ///< " + std::string(field.meaning) + "\n";
    }
    out += "}  // namespace " + std::string(record.name) + "\n";
  }
  return out + "\n}  // namespace evenhand::sdk::fields\n";
}

std::string data_dictionary(std::span<const Deprecation> deprecated) {
  std::string out =
      "# Data dictionary\n\nEvery record type and field. Made from `core/record` by `evenhand-dictionary --markdown`; do not edit.\n\n"
      "Data class says what a field may give away about a living person; a document inherits the highest that it reads.\n"
      "Merge says what stands when two people changed a field without knowing of each other. Since is the version of the record\n"
      "type that brought the field; deprecated the version that gave it up, with what to use in its place: it is read and merged\n"
      "for ever, and `evenhand plugin check` warns whoever still reads it.\n\n"
      "Types that plugins declare are not listed here: `evenhand record types` shows what is declared in a workspace, with type,\n"
      "data class, merge rule and meaning of each field, and `formats/declared-types.md` what a declaration may say. Their records leave with `evenhand export` as\n"
      "files under the whole name of the type.\n";
  for (const RecordSpec& record : vocabulary()) {
    out += "\n## " + std::string(record.name) + "\n\n" + std::string(record.meaning) + ". Type " + std::to_string(record.id) +
           ", at home in the " + std::string(to_word(record.home)) + " space, named by `" + std::string(record.title_field) +
           "`.\n\n" + table_of(record, deprecated);
  }
  return out + computed_rows();
}

}  // namespace evenhand::dictionary
