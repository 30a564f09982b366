/// What each field of a computed row holds, for the data dictionary. Their names: plugins/sdk/computed.h.
#pragma once

#include <span>
#include <string_view>

namespace evenhand::dictionary {

struct ComputedField {
  std::string_view row;      ///< "score"; empty: on every row that has a field of that name
  std::string_view field;
  std::string_view type;     ///< in the words of a record's fields
  std::string_view unit;     ///< empty: none
  std::string_view meaning;
  std::string_view example;
};

/// Null pointer: nobody has described it, which a unit test does not allow.
const ComputedField* find_computed_field(std::string_view row, std::string_view field);
/// All of them.
std::span<const ComputedField> computed_fields();

}  // namespace evenhand::dictionary
