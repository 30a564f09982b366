#include "plugins/document/model.h"

namespace evenhand::document {

std::string digits(std::int64_t value, unsigned decimals) {
  const bool negative = value < 0;
  const auto bits = static_cast<std::uint64_t>(value);
  std::string text = std::to_string(negative ? ~bits + 1 : bits);
  if (decimals > 0) {
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    text.insert(text.size() - decimals, 1, '.');
  }
  return negative ? "-" + text : text;
}

namespace {
struct Words {
  std::string operator()(const Text& cell) const { return cell.text; }
  std::string operator()(const Number& cell) const {
    const std::string value = digits(cell.value, cell.decimals);
    return cell.maximum ? value + " of " + digits(*cell.maximum, cell.decimals) : value;
  }
  std::string operator()(const Masked& cell) const {
    return "hidden: " + (cell.why.empty() ? std::string("small number") : cell.why);
  }
  std::string operator()(const Missing& cell) const {
    return cell.owed.empty() ? "not known" : "not known: " + cell.owed + " owed";
  }
};
}  // namespace

std::string words(const Cell& cell) { return std::visit(Words{}, cell); }

std::string word(BannerKind kind) {
  switch (kind) {
    case BannerKind::note: return "Note";
    case BannerKind::draft: return "Draft";
    case BannerKind::demonstration: return "Demonstration";
    case BannerKind::assumption: return "Assumption";
    case BannerKind::gap: return "Gap";
  }
  return "Note";
}

std::string word(StatusKind kind) {
  switch (kind) {
    case StatusKind::draft: return "draft";
    case StatusKind::demonstration: return "demonstration";
    case StatusKind::other: return "other";
  }
  return "other";
}

std::string status_line(const Document& document) {
  std::string line;
  for (const Status& status : document.status) {
    if (!line.empty()) line += line.back() == '.' ? " " : ". ";
    line += status.text;
  }
  return line;
}

Table table_of(const Chart& chart) {
  Table table;
  table.caption = chart.title + " (numbers behind the chart)";
  table.row_headers = true;
  table.columns.push_back({"Item", ColumnKind::text});
  for (const Series& series : chart.series) table.columns.push_back({series.name, ColumnKind::number});
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    std::vector<Cell> row = {Text{chart.labels[i]}};
    for (const Series& series : chart.series) row.push_back(series.values[i]);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table table_of(const Facts& facts) {
  Table table;
  table.caption = facts.caption;
  table.row_headers = true;
  table.columns = {{"Fact", ColumnKind::text}, {"Value", ColumnKind::text}};
  for (const Fact& fact : facts.facts) table.rows.push_back({Text{fact.name}, fact.value});
  return table;
}

}  // namespace evenhand::document
