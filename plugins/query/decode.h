/// Reads the bytes that a plugin is given (docs/formats/plugin-input.md) into columns.
#pragma once

#include <map>
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
  std::map<std::string, Table, std::less<>> tables;  ///< one for each type wanted, even without rows
};

/// Types and fields that `wanted` does not name are passed over.
/// Errors: corrupt (not such bytes), refused (too many rows). Lifetime: the values view `bytes`.
Result<Input> decode_untrusted(std::string_view bytes, const Catalogue& wanted, Pool& pool);

}  // namespace evenhand::query
