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
#include "plugins/sdk/tagged_bytes.h"

namespace evenhand::sdk {

inline std::string rows_header() { return std::string(EVENHAND_INPUT_MAGIC) + static_cast<char>(EVENHAND_INPUT_VERSION); }

class Rows {
 public:
  /// Begins a row; the fields that follow are its. `id`: of the record that it is about, as Row::id() gives it.
  Rows& row(std::string_view type, std::string_view id = {}) {
    finish();
    is_open_ = true;
    tagged_bytes::put_field(row_, EVENHAND_INPUT_TYPE, type);
    if (!id.empty()) tagged_bytes::put_field(row_, EVENHAND_INPUT_ID, id);
    return *this;
  }
  Rows& text(std::string_view name, std::string_view value) {
    std::string field;
    tagged_bytes::put_field(field, EVENHAND_INPUT_NAME, name);
    tagged_bytes::put_field(field, EVENHAND_INPUT_TEXT, value);
    tagged_bytes::put_field(row_, EVENHAND_INPUT_FIELD, field);
    return *this;
  }
  Rows& number(std::string_view name, std::int64_t value, unsigned decimals = 0) {
    std::string field;
    tagged_bytes::put_field(field, EVENHAND_INPUT_NAME, name);
    tagged_bytes::put_signed(field, EVENHAND_INPUT_NUMBER, value);
    if (decimals != 0) tagged_bytes::put_number(field, EVENHAND_INPUT_DECIMALS, decimals);
    tagged_bytes::put_field(row_, EVENHAND_INPUT_FIELD, field);
    return *this;
  }

  /// All of them, as they cross the border.
  std::string bytes() {
    finish();
    return rows_header() + rows_;
  }

 private:
  void finish() {
    if (is_open_) tagged_bytes::put_field(rows_, EVENHAND_INPUT_ROW, row_);
    row_.clear();
    is_open_ = false;
  }
  std::string rows_, row_;
  bool is_open_ = false;
};

}  // namespace evenhand::sdk
