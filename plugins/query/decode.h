/// Reads the bytes that a plugin is given (docs/formats/plugin-input.md) into columns.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "plugins/query/table.h"

namespace evenhand::query {

inline constexpr std::size_t kRowsMax = 2'000'000;        ///< of all types in one input
inline constexpr std::size_t kCellsMax = std::size_t{24} << 20;  ///< of all types in one input

struct Input {
  std::string asked;
  std::map<std::string, std::string, std::less<>> options;
  std::map<std::string, Table, std::less<>> tables;  ///< one for each type, even without rows
};

/// The words in a text that could be names of fields: whatever is not among them is asked for nowhere in it.
using Names = std::set<std::string, std::less<>>;
Names names_in(std::string_view text);

/// Types that `types` does not name are passed over, and so are fields that are not among `names`: they are missing in
/// every row. Ids are read where another type
/// refers to them. Errors: corrupt (not such bytes), refused (too many rows). Lifetime: the values view `bytes`.
Result<Input> decode_untrusted(std::string_view bytes, const Catalogue& types, const Names& names, Pool& pool);

}  // namespace evenhand::query
