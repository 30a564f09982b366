// Definitions of declared record types: any text. What is read has one canonical form, a name that is one, and fields that
// every reader of records may rely on.
#include <algorithm>

#include "core/record/declared_types.h"
#include "core/record/value.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = TypeDefinition::parse_untrusted(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!read) return 0;
  const std::string canonical = read->canonical();
  EVENHAND_ASSERT(canonical.size() <= kDefinitionBytesMax, "a definition is bounded");
  const auto again = TypeDefinition::parse_untrusted(canonical);
  EVENHAND_ASSERT(again.ok() && again->canonical() == canonical && again->type() == read->type(), "a definition has one canonical form");
  EVENHAND_ASSERT(is_declared_type(read->type()) && short_type(read->type()) == read->name, "its name is one of a declared type");
  EVENHAND_ASSERT(read->home != HomeSpace::people && !read->fields.empty() && read->fields.size() <= kDeclaredFieldsMax, "nothing about people, and bounded");
  bool has_title = false;
  for (const TypeDefinition::Field& field : read->fields) {
    const FieldSpec spec{field.id, field.name, field.type, field.data_class, field.merge, field.choices, field.unit, field.meaning, field.example, field.is_required};
    EVENHAND_ASSERT(field.data_class <= DataClass::free_text, "nothing about people");
    EVENHAND_ASSERT(is_set_field(field.id) == is_items(spec) && (field.merge == MergeRule::items) == is_items(spec), "the number tells the shape");
    EVENHAND_ASSERT(std::count_if(read->fields.begin(), read->fields.end(), [&](const auto& other) { return other.id == field.id || other.name == field.name; }) == 1, "fields are told apart");
    has_title = has_title || (field.name == read->title_field && !is_items(spec));
  }
  EVENHAND_ASSERT(has_title, "records have a title");
  return 0;
}
