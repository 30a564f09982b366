#include "plugins/host/view_row.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand::plugins {

namespace {

Error wrong(const InputField& field, const char* what) {
  return corrupt(std::string("it gave ") + what, "column \"" + field.name + "\"", "Tell the plugin's author.");
}

}  // namespace

Result<ViewRow> row_from_untrusted(const InputRow& answered, const ProjectionEntry& projection) {
  if (answered.type != projection.id) {
    return corrupt("it gave rows of the type \"" + answered.type + "\", not \"" + projection.id + "\"", "", "Tell the plugin's author.");
  }
  ViewRow row(projection.columns.size());
  for (const InputField& field : answered.fields) {
    const auto column = std::find_if(projection.columns.begin(), projection.columns.end(), [&](const ColumnEntry& one) { return one.name == field.name; });
    if (column == projection.columns.end()) return wrong(field, "a column that its manifest does not declare");
    ViewCell& cell = row[static_cast<std::size_t>(column - projection.columns.begin())];
    if (column->type == ColumnType::number) {
      if (!field.number) return wrong(field, "text where a number is declared");
      cell.number = field.number;
      cell.decimals = static_cast<std::uint8_t>(field.decimals);
      continue;
    }
    if (field.number) return wrong(field, "a number where text is declared");
    if (field.texts.size() > 1) return wrong(field, "several texts for one column");
    if (!field.texts.empty()) cell.text = field.texts.front();
  }
  return row;
}

Bytes encode_row(const ViewRow& row) { return encode(row); }

Result<ViewRow> decode_row(ByteView bytes, std::size_t columns) {
  EVENHAND_TRY(ViewRow row, decode_untrusted<ViewRow>(bytes, "a row of a view"));
  if (row.size() != columns) return corrupt("a row of a view has other columns than the plugin declares");
  for (const ViewCell& cell : row) {
    if (cell.decimals > Amount::kDecimals) return corrupt("a row of a view has a number with too many decimals");
  }
  return row;
}

InputField input_field(const ViewCell& cell, const ColumnEntry& column) {
  if (const auto amount = cell.amount()) return amount->field(column.name);
  return {column.name, 0, cell.text ? std::vector<std::string>{*cell.text} : std::vector<std::string>{}};
}

InputRow input_row(const ViewRow& row, const std::string& type, const EntityId& record, const std::vector<ColumnEntry>& columns) {
  InputRow made{type, record.hex(), {}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (row[i].text || row[i].number) made.fields.push_back(input_field(row[i], columns[i]));
  }
  return made;
}

}  // namespace evenhand::plugins
