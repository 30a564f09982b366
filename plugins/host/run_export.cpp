#include "plugins/host/run_export.h"

#include <algorithm>

#include "core/codec/json.h"
#include "plugins/document/check.h"
#include "plugins/document/csv.h"
#include "plugins/host/report_input.h"
#include "plugins/host/rows_reader.h"

namespace evenhand::plugins {

namespace {

Error wrong(const ExportInfo& info, const std::string& column, const char* what) {
  return corrupt(std::string("the export gave ") + what, info.full_id() + ", column \"" + column + "\"", "Tell the plugin's author.");
}

Result<document::Cell> cell_of(const ExportInfo& info, const ColumnEntry& column, const InputField& field) {
  if (column.type == ColumnType::number) {
    if (!field.number) return wrong(info, column.name, "text where a number is declared");
    return document::Cell(document::Number{*field.number, field.decimals});
  }
  if (field.number) return wrong(info, column.name, "a number where text is declared");
  std::string all;
  for (const std::string& text : field.texts) all += (all.empty() ? "" : "; ") + text;
  return document::Cell(document::Text{std::move(all)});
}

Result<std::vector<document::Cell>> cells_of(const ExportInfo& info, const InputRow& row) {
  if (row.type != info.id) return corrupt("the export gave rows of the type \"" + row.type + "\"", info.full_id(), "Tell the plugin's author.");
  std::vector<document::Cell> cells(info.columns.size(), document::Text{});
  for (const InputField& field : row.fields) {
    const auto column = std::find_if(info.columns.begin(), info.columns.end(), [&](const ColumnEntry& one) { return one.name == field.name; });
    if (column == info.columns.end()) return wrong(info, field.name, "a column that its manifest does not declare");
    EVENHAND_TRY(cells[static_cast<std::size_t>(column - info.columns.begin())], cell_of(info, *column, field));
  }
  return cells;
}

const document::Table& table_in(const document::Document& document) {
  for (const document::Block& block : document.blocks) {
    if (const auto* table = std::get_if<document::Table>(&block)) return *table;
  }
  assertion_failed("table", "an export is a document with one table", __FILE__, __LINE__);
}

Json json_of(const document::Cell& cell) {
  if (const auto* number = std::get_if<document::Number>(&cell)) {
    auto json = Json::number(document::digits(number->value, number->decimals));
    return json ? *json : Json();
  }
  const auto* text = std::get_if<document::Text>(&cell);
  return text == nullptr || text->text.empty() ? Json() : Json(text->text);
}

std::string write_json_rows(const ExportInfo& info, const document::Document& document) {
  Json status = Json::array(), columns = Json::array(), rows = Json::array();
  for (const document::Status& line : document.status) status.push(line.text);
  for (const ColumnEntry& column : info.columns) {
    columns.push(Json::object().set("name", column.name).set("title", column.title).set("type", column.type == ColumnType::number ? "number" : "text"));
  }
  for (const auto& cells : table_in(document).rows) {
    Json row = Json::object();
    for (std::size_t i = 0; i < cells.size(); ++i) row.set(info.columns[i].name, json_of(cells[i]));
    rows.push(std::move(row));
  }
  return write_json(Json::object().set("export", info.full_id()).set("title", info.title).set("status", std::move(status)).set("columns", std::move(columns)).set("rows", std::move(rows)),
                    JsonStyle::pretty);
}

std::string csv_of(const document::Table& table) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += (i == 0 ? "" : ",") + document::csv_field(table.columns[i].title);
  text += "\r\n";
  for (const auto& cells : table.rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : ",") + document::csv_field(document::words(cells[i]));
    text += "\r\n";
  }
  return text;
}

}  // namespace

std::vector<ExportInfo> exports_of(const Registry& registry) {
  std::vector<ExportInfo> all;
  for (const auto& plugin : registry.plugins()) {
    for (const ExportEntry& entry : plugin->manifest.exports) all.push_back({entry, plugin});
  }
  return all;
}

Result<ExportInfo> find_export(const Registry& registry, std::string_view id) {
  std::vector<ExportInfo> found;
  std::string known;
  for (const ExportInfo& info : exports_of(registry)) {
    if (info.id == id || info.full_id() == id) found.push_back(info);
    known += (known.empty() ? "" : ", ") + info.full_id();
  }
  if (found.size() == 1) return found.front();
  if (!found.empty()) return refused("several plugins have an export \"" + std::string(id) + "\"", known, "Say it with its plugin in front.");
  return not_found("there is no export called \"" + std::string(id) + "\"", "", known.empty() ? "No plugin here has any." : "Choose one of: " + known);
}

Result<document::Document> make_export(const Registry& registry, const Model& model, std::string_view id, const ReportOptions& options) {
  EVENHAND_TRY(const ExportInfo info, find_export(registry, id));
  EVENHAND_TRY(const Subject subject, subject_of(options.organisation ? ReportScope::one_organisation : ReportScope::all_organisations, model, options));
  EVENHAND_TRY(const MadeInput input, input_of(registry, *info.plugin, info.id, model, subject, options));
  EVENHAND_TRY(const std::string answer, info.plugin->run(EVENHAND_ABILITY_EXPORT, input.bytes));
  EVENHAND_TRY(const std::vector<InputRow> rows, decode_rows_untrusted(answer));
  document::Document document;
  document.title = info.title;
  document.status.push_back({document::StatusKind::draft, "Draft: not checked for disclosure"});
  if (subject.is_demonstration) document.status.push_back({document::StatusKind::demonstration, "Demonstration: made-up material"});
  for (const std::string& stale : input.stale) document.status.push_back({document::StatusKind::other, stale});
  document::Table table;
  table.caption = info.title;
  for (const ColumnEntry& column : info.columns) {
    table.columns.push_back({column.title.empty() ? column.name : column.title, column.type == ColumnType::number ? document::ColumnKind::number : document::ColumnKind::text});
  }
  for (const InputRow& row : rows) {
    EVENHAND_TRY(std::vector<document::Cell> cells, cells_of(info, row));
    table.rows.push_back(std::move(cells));
  }
  document.blocks.emplace_back(std::move(table));
  return document::checked(std::move(document));
}

Result<std::string> run_export(const Registry& registry, const Model& model, std::string_view id, const ReportOptions& options, Format format) {
  EVENHAND_TRY(const document::Document document, make_export(registry, model, id, options));
  if (format == Format::csv) return csv_of(table_in(document));
  if (format != Format::json) return write_document(document, format);
  EVENHAND_TRY(const ExportInfo info, find_export(registry, id));
  return write_json_rows(info, document);
}

}  // namespace evenhand::plugins
