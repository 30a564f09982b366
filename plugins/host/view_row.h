/// One row of a view: a cell for each column that the manifest declares.
///
/// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "plugins/host/input_writer.h"
#include "plugins/host/amount.h"

namespace evenhand::plugins {

/// Text or number, as its column says; neither: empty.
struct ViewCell {
  std::optional<std::string> text;
  std::optional<std::int64_t> number;
  std::uint8_t decimals = 0;

  std::optional<Amount> amount() const { return number ? std::optional(Amount(*number, decimals)) : std::nullopt; }
  bool operator==(const ViewCell&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text, number, decimals);
  }
};

/// As wide as the columns.
using ViewRow = std::vector<ViewCell>;

/// What a plugin answered, held against the columns. Errors: corrupt (another type, a field that no column declares,
/// text where a number is declared, several texts), naming the field.
Result<ViewRow> row_from_untrusted(const InputRow& answered, const ProjectionEntry& projection);

Bytes encode_row(const ViewRow& row);
/// Errors: corrupt.
Result<ViewRow> decode_row(ByteView bytes, std::size_t columns);

/// As a plugin reads it, under the type "<plugin>/<projection>".
InputRow input_row(const ViewRow& row, const std::string& type, const EntityId& record, const std::vector<ColumnEntry>& columns);
InputField input_field(const ViewCell& cell, const ColumnEntry& column);

}  // namespace evenhand::plugins
