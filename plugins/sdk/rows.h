/// Rows that a plugin gives back: what a projection, a validator, an export or a command answers.
///
///     sdk::Rows rows;
///     rows.row("walk_by_service", walk.id()).text("service", walk.reference("service")).number("steps", 1200);
///
/// Standard library only. Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/abi/input_tags.h"

namespace evenhand::sdk {

namespace row_bytes {

inline void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7F) | 0x80);
  to += static_cast<char>(value);
}
inline void put(std::string& to, evenhand_input_tag tag, std::string_view value) {
  put_varint(to, tag);
  put_varint(to, value.size());
  to += value;
}
inline void put_number(std::string& to, evenhand_input_tag tag, std::uint64_t value) {
  std::string bytes;
  put_varint(bytes, value);
  put(to, tag, bytes);
}
inline void put_signed(std::string& to, evenhand_input_tag tag, std::int64_t value) {
  put_number(to, tag, (static_cast<std::uint64_t>(value) << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}
inline std::string header() { return std::string(EVENHAND_INPUT_MAGIC) + static_cast<char>(EVENHAND_INPUT_VERSION); }

}  // namespace row_bytes

class Rows {
 public:
  /// Begins a row; the fields that follow are its. `id`: of the record that it is about, as Row::id() gives it.
  Rows& row(std::string_view type, std::string_view id = {}) {
    finish();
    is_open_ = true;
    row_bytes::put(row_, EVENHAND_INPUT_TYPE, type);
    if (!id.empty()) row_bytes::put(row_, EVENHAND_INPUT_ID, id);
    return *this;
  }
  Rows& text(std::string_view name, std::string_view value) {
    std::string field;
    row_bytes::put(field, EVENHAND_INPUT_NAME, name);
    row_bytes::put(field, EVENHAND_INPUT_TEXT, value);
    row_bytes::put(row_, EVENHAND_INPUT_FIELD, field);
    return *this;
  }
  Rows& number(std::string_view name, std::int64_t value, unsigned decimals = 0) {
    std::string field;
    row_bytes::put(field, EVENHAND_INPUT_NAME, name);
    row_bytes::put_signed(field, EVENHAND_INPUT_NUMBER, value);
    if (decimals != 0) row_bytes::put_number(field, EVENHAND_INPUT_DECIMALS, decimals);
    row_bytes::put(row_, EVENHAND_INPUT_FIELD, field);
    return *this;
  }

  /// All of them, as they cross the border.
  std::string bytes() {
    finish();
    return row_bytes::header() + rows_;
  }

 private:
  void finish() {
    if (is_open_) row_bytes::put(rows_, EVENHAND_INPUT_ROW, row_);
    row_.clear();
    is_open_ = false;
  }
  std::string rows_, row_;
  bool is_open_ = false;
};

}  // namespace evenhand::sdk
