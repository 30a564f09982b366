/// Fields that are on their way out: read and merged for ever, but nobody should write or read them anew.
///
/// A table of its own beside the vocabulary's rows, keyed by name: few fields will ever stand here, and a row of the vocabulary never changes.
/// Threads: constant data.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace evenhand {

struct Deprecation {
  std::string_view type;     ///< record type
  std::string_view field;
  std::uint16_t since;       ///< version of the record type
  std::string_view instead;  ///< what to use now: another field of the same type, or "type.field"
  /// "since version 3; use \"text\""
  std::string words() const;
};

/// Those of the vocabulary that ships.
std::span<const Deprecation> deprecations();
/// Null: the field is in use.
const Deprecation* find_deprecation(std::span<const Deprecation> among, std::string_view type, std::string_view field);

}  // namespace evenhand
