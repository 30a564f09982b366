/// Reads the rows that a plugin answered. Nobody vouches for these bytes. Format: docs/formats/plugin-input.md.
///
/// Small bytes never ask for large memory: everything kept was in the bytes, and counts are bounded.
/// Threads: pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

struct RowLimits {
  std::size_t bytes_max = 67'108'864;
  std::size_t rows_max = 200'000;
  std::size_t fields_max = 64;          ///< of one row
  std::size_t values_max = 2'000'000;   ///< texts and numbers of all rows
  std::size_t text_bytes_max = 65'536;
  std::size_t name_bytes_max = 120;     ///< of a type or a field
};

/// In the order in which they were answered. Texts are UTF-8 without control characters but tab and line feed; an id is
/// empty or 32 lower-case hexadecimal digits; a field's name given twice is one field with several texts. No row has states or
/// alternatives: those are the host's to say. Tags that are not known are skipped.
/// Errors: corrupt, with the byte.
Result<std::vector<InputRow>> decode_rows_untrusted(std::string_view bytes, const RowLimits& limits = {});

}  // namespace evenhand::plugins
