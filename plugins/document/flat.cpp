#include "plugins/document/flat.h"

#include <algorithm>

namespace evenhand::document {
namespace {

bool has_maximum(const Cell& cell) {
  const auto* number = std::get_if<Number>(&cell);
  return number && number->maximum;
}

bool has_maximum(const Table& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return has_maximum(row[column]); });
}

/// Collects the blocks that are prose, each under the last heading before it.
struct Prose {
  Table table;
  std::string heading = "(before the first heading)";

  void add(const std::string& kind, const std::string& text) {
    table.rows.push_back({Text{heading}, Text{kind}, Text{text}});
  }
  void operator()(const Heading& one) {
    heading = one.text;
    add("Heading", one.text);
  }
  void operator()(const Paragraph& one) { add("Paragraph", text_of_runs(one.runs)); }
  void operator()(const List& one) {
    for (const Item& item : one.items) add("List item", text_of_runs(item.runs));
  }
  void operator()(const Table& one) {
    if (!one.note.empty()) add("Note to table", one.caption + ": " + one.note);
  }
  void operator()(const Banner& one) { add(word(one.kind), one.text); }
  void operator()(const Chart& one) { add("Chart in words", one.title + ": " + one.alternative); }
  void operator()(const Facts&) {}
  void operator()(const PageBreak&) {}
  void operator()(const SectionStart&) {}
  void operator()(const SectionEnd&) {}
};

}  // namespace

Table flat(const Table& table) {
  Table wide;
  wide.caption = table.caption;
  wide.note = table.note;
  wide.row_headers = table.row_headers;
  wide.rows.resize(table.rows.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool split = has_maximum(table, c);
    wide.columns.push_back(table.columns[c]);
    if (split) wide.columns.push_back({table.columns[c].title + " (out of)", ColumnKind::number});
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      Cell cell = table.rows[r][c];
      auto* number = std::get_if<Number>(&cell);
      Cell maximum = Text{};
      if (number && number->maximum) maximum = Number{*number->maximum, number->decimals};
      if (number) number->maximum.reset();
      wide.rows[r].push_back(std::move(cell));
      if (split) wide.rows[r].push_back(std::move(maximum));
    }
  }
  return wide;
}

std::vector<Table> tables_of(const Document& document) {
  std::vector<Table> tables;
  for (const Block& block : document.blocks) {
    if (const auto* table = std::get_if<Table>(&block)) tables.push_back(flat(*table));
    if (const auto* facts = std::get_if<Facts>(&block)) tables.push_back(flat(table_of(*facts)));
    if (const auto* chart = std::get_if<Chart>(&block)) tables.push_back(flat(table_of(*chart)));
  }
  return tables;
}

Table prose_of(const Document& document) {
  Prose prose;
  prose.table.caption = "Notes and text";
  prose.table.columns = {{"Under heading"}, {"Sort"}, {"Text"}};
  for (const Block& block : document.blocks) std::visit(prose, block);
  return std::move(prose.table);
}

std::string text_of_runs(const std::vector<Run>& runs) {
  std::string text;
  for (const Run& run : runs) text += run.link.empty() ? run.text : run.text + " (" + run.link + ")";
  return text;
}

}  // namespace evenhand::document
