#include "plugins/views/evidence.h"

#include <algorithm>

#include "plugins/views/words.h"

namespace evenhand::views {

namespace f = sdk::fields;

namespace {

std::string joined(const std::string& one, const std::string& other, const char* between) {
  return one.empty() ? other : other.empty() ? one : one + between + other;
}

std::vector<const sdk::Row*> measures_of(const sdk::Input& input, const std::string& evidence) {
  return input.rows(f::measure::kType, [&](const sdk::Row& row) { return row.reference(f::measure::kEvidence) == evidence; });
}

/// A column of the list: dropped when no piece of evidence fills it, because one sentence then says more.
struct ListColumn {
  const char* title;
  const char* owed;
  std::string_view first;
  std::string_view second;
};
constexpr ListColumn kListColumns[] = {
    {"Source and period", "a source and a period", f::evidence::kSource, f::evidence::kPeriod},
    {"Date", "a date", f::evidence::kDate, f::evidence::kDate},
    {"Owner", "an owner", f::evidence::kOwner, f::evidence::kDepartment},
};

std::string list_words(const sdk::Row& row, const ListColumn& column) {
  const std::string first = row.text(column.first);
  return column.first == column.second ? first : joined(first, row.text(column.second), ", ");
}

void add_list(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& evidence, const std::string& place) {
  std::vector<sdk::Column> columns = {sdk::text_column("Evidence")};
  std::vector<const ListColumn*> shown;
  std::string owed;
  for (const ListColumn& column : kListColumns) {
    const bool is_filled = std::any_of(evidence.begin(), evidence.end(), [&](const sdk::Row* row) { return !list_words(*row, column).empty(); });
    if (!is_filled) {
      owed += (owed.empty() ? "" : ", ") + std::string(column.owed);
      continue;
    }
    shown.push_back(&column);
    columns.push_back(sdk::text_column(column.title));
  }
  columns.push_back(sdk::number_column("Figures"));
  sdk::Table table("Evidence for " + place, std::move(columns));
  table.row_headers();
  for (const sdk::Row* row : evidence) {
    std::vector<sdk::Cell> cells = {text_cell(*row, f::evidence::kTitle, "a title")};
    for (const ListColumn* column : shown) {
      const std::string words = list_words(*row, *column);
      cells.push_back(words.empty() ? sdk::missing(column->owed) : sdk::Cell(words));
    }
    cells.push_back(sdk::number(static_cast<std::int64_t>(measures_of(input, row->id()).size())));
    table.row(cells);
  }
  document.table(table);
  if (owed.empty()) return;
  document.banner(EVENHAND_BANNER_GAP, "Not stated for any of this evidence, and owed by " +
                                           organisation_name(input, evidence.front()->reference(f::evidence::kOrganisation)) + ": " + owed + ".");
}

void add_one(sdk::Document& document, const sdk::Input& input, const sdk::Row& row, unsigned level) {
  const std::string title = name_or(row, f::evidence::kTitle, "Evidence without a title");
  const auto measures = measures_of(input, row.id());
  const auto tables = input.rows(f::data_table::kType, [&](const sdk::Row& table) {
    return table.reference(f::data_table::kEvidence) == row.id();
  });
  const bool is_disputed = row.is_conflicted(f::evidence::kText);
  if (row.is_missing(f::evidence::kText) && measures.empty() && tables.empty()) return;
  document.heading(level, title);
  if (is_disputed) {
    document.banner(EVENHAND_BANNER_GAP, "Two versions of this text stand and nobody has decided between them.");
    for (const std::string& version : row.alternatives(f::evidence::kText)) document.markdown(version);
  } else if (!row.text(f::evidence::kText).empty()) {
    document.markdown(row.text(f::evidence::kText));
  }
  const std::string population = row.text(f::evidence::kPopulation);
  if (!population.empty()) document.paragraph({sdk::bold("People covered: "), sdk::plain(population)});
  add_measures(document, measures, "Figures for \"" + title + "\"");
  for (const sdk::Row* table : tables) add_data_table(document, *table);
}

/// "95.71 percent", "3 people"; a unit that says nothing is left out.
sdk::Cell figure_cell(const sdk::Row& row, std::string_view field, std::string_view owed) {
  const auto number = row.decimal(field);
  if (!number) return text_cell(row, field, owed);
  const std::string unit = row.text(f::measure::kUnit);
  return digits(*number) + (unit == "percent" ? "%" : unit.empty() ? "" : " " + unit);
}

sdk::Cell sample_cell(const sdk::Row& row) {
  if (row.decimal(f::measure::kDenominator) || row.is_masked(f::measure::kDenominator)) {
    return number_cell(row, f::measure::kDenominator, "");
  }
  // A percentage without its n is incomplete; a plain count needs none.
  return row.text(f::measure::kUnit) == "percent" ? sdk::missing("n") : sdk::Cell("");
}

sdk::Cell compared_cell(const sdk::Row& row) {
  if (row.is_missing(f::measure::kComparator)) return "";
  const std::string name = row.text(f::measure::kComparatorName);
  const auto number = row.decimal(f::measure::kComparator);
  const std::string unit = row.text(f::measure::kUnit) == "percent" ? "%" : "";
  return number ? sdk::Cell((name.empty() ? "" : name + ": ") + digits(*number) + unit) : text_cell(row, f::measure::kComparator, "");
}

std::string target_words(const sdk::Row& row) {
  const auto target = row.decimal(f::measure::kTarget);
  if (!target) return {};
  const std::string unit = row.text(f::measure::kUnit) == "percent" ? "%" : "";
  const std::string how = plain_words(row.text(f::measure::kOperator));
  std::string words = "target " + (how.empty() ? "" : how + " ") + digits(*target) + unit;
  if (!row.text(f::measure::kDue).empty()) words += " by " + row.text(f::measure::kDue);
  return words;
}

std::string name_of(const sdk::Row& row) {
  return joined(joined(row.text(f::measure::kName), row.text(f::measure::kGroup), ", "), row.text(f::measure::kPeriod), ", ");
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t from = 0;
  for (std::size_t to = line.find('\x1F'); to != std::string::npos; to = line.find('\x1F', from)) {
    cells.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  cells.push_back(line.substr(from));
  return cells;
}

/// A number where it is one ("93.2"), hidden where the host hid it, else text.
sdk::Cell table_cell(const std::string& text) {
  if (text == "\x18") return sdk::masked();
  const std::size_t point = text.find('.');
  std::string plain = text;
  if (point != std::string::npos) plain.erase(point, 1);
  const bool is_number = !plain.empty() && plain.size() <= 15 && std::all_of(plain.begin(), plain.end(), [](char one) { return one >= '0' && one <= '9'; });
  const std::size_t decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  return is_number && decimals <= 6 ? sdk::decimal(std::stoll(plain), static_cast<unsigned>(decimals)) : sdk::Cell(text);
}

std::string table_note(const sdk::Row& table) {
  std::string note = table.text(f::data_table::kSource);
  if (!note.empty()) note = "Source: " + note + ". ";
  if (table.is_masked(f::data_table::kRows) || table.is_rounded(f::data_table::kRows)) {
    note += "Whole numbers may count people: small ones are hidden and the others rounded, as the policy says.";
  }
  return note;
}

bool is_chartable(const std::vector<std::vector<std::string>>& lines) {
  constexpr std::size_t kLabelsMax = 40;
  if (lines.size() < 3 || lines.size() > kLabelsMax || lines[0].size() < 2) return false;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].size() != lines[0].size() || lines[i][0].empty()) return false;
    for (std::size_t k = 1; k < lines[i].size(); ++k) {
      if (lines[i][k] != "\x18" && lines[i][k].find_first_not_of("0123456789.") != std::string::npos) return false;
    }
  }
  return true;
}

/// True when every cell below the head is a number or hidden.
bool is_number_column(const std::vector<std::vector<std::string>>& lines, std::size_t column) {
  if (column == 0) return false;
  return std::all_of(lines.begin() + 1, lines.end(), [&](const std::vector<std::string>& line) {
    return line.size() > column && (line[column] == "\x18" || line[column].find_first_not_of("0123456789.") == std::string::npos);
  });
}

/// What the picture shows, in words: where each series starts, ends and peaks.
std::string chart_words(const std::vector<std::vector<std::string>>& lines) {
  std::string words;
  for (std::size_t k = 1; k < lines[0].size(); ++k) {
    const auto shown = [](const std::string& text) { return text == "\x18" ? std::string("hidden") : text; };
    words += lines[0][k] + ": " + shown(lines[1][k]) + " for " + lines[1][0] + ", " + shown(lines.back()[k]) + " for " + lines.back()[0] + ". ";
  }
  return words;
}

void add_chart(sdk::Document& document, const sdk::Row& table, const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::string> labels;
  for (std::size_t i = 1; i < lines.size(); ++i) labels.push_back(lines[i][0]);
  const bool is_line = table.text(f::data_table::kChart) == "line";
  const std::string title = name_or(table, f::data_table::kTitle, "Data table");
  sdk::Chart chart = is_line ? sdk::line_chart(title, chart_words(lines), labels) : sdk::bar_chart(title, chart_words(lines), labels);
  for (std::size_t k = 1; k < lines[0].size(); ++k) {
    std::vector<sdk::Cell> values;
    for (std::size_t i = 1; i < lines.size(); ++i) values.push_back(table_cell(lines[i][k]));
    chart.series(lines[0][k], values);
  }
  document.chart(chart);
  const std::string note = table_note(table);
  if (!note.empty()) document.paragraph(note);
}

}  // namespace

std::vector<const sdk::Row*> evidence_about(const sdk::Input& input, const About& about) {
  return input.rows(f::evidence::kType, [&](const sdk::Row& row) {
    return row.text(f::evidence::kOutcome) == about.outcome && row.reference(f::evidence::kService) == about.service;
  });
}

std::string newest_date(const std::vector<const sdk::Row*>& evidence) {
  const sdk::Row* newest = nullptr;
  for (const sdk::Row* row : evidence) {
    const auto day = row->number(f::evidence::kDate);
    if (day && (!newest || *day > *newest->number(f::evidence::kDate))) newest = row;
  }
  return newest ? newest->text(f::evidence::kDate) : std::string();
}

void add_evidence(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& place,
                  unsigned level) {
  const auto evidence = evidence_about(input, about);
  if (evidence.empty()) {
    document.banner(EVENHAND_BANNER_GAP, "No evidence is on record for " + place + ".");
  } else {
    add_list(document, input, evidence, place);
  }
  for (const sdk::Row* row : evidence) add_one(document, input, *row, level);
  add_loose_measures(document, input, about, place);
}

void add_loose_measures(sdk::Document& document, const sdk::Input& input, const About& about, const std::string& place) {
  add_measures(document,
               input.rows(f::measure::kType,
                          [&](const sdk::Row& row) {
                            return row.reference(f::measure::kEvidence).empty() && row.reference(f::measure::kPlanOutcome).empty() &&
                                   row.text(f::measure::kOutcome) == about.outcome &&
                                   row.reference(f::measure::kService) == about.service;
                          }),
               "Figures for " + place);
  for (const sdk::Row& table : input.rows(f::data_table::kType)) {
    if (table.reference(f::data_table::kEvidence).empty() && table.text(f::data_table::kOutcome) == about.outcome &&
        table.reference(f::data_table::kService) == about.service) {
      add_data_table(document, table);
    }
  }
}

void add_measures(sdk::Document& document, const std::vector<const sdk::Row*>& measures, const std::string& caption) {
  if (measures.empty()) return;
  sdk::Table table(caption, {sdk::text_column("Figure"), sdk::number_column("Value"), sdk::number_column("Out of (n)"),
                             sdk::text_column("Compared with"), sdk::text_column("Remarks")});
  table.row_headers();
  bool is_rounded = false;
  for (const sdk::Row* row : measures) {
    const std::string remarks = joined(target_words(*row), row->text(f::measure::kNote), "; ");
    // A measure that only sets a target has no value yet; that is no gap.
    const bool is_target = row->is_missing(f::measure::kValue) && !row->is_missing(f::measure::kTarget);
    table.row({name_of(*row), figure_cell(*row, f::measure::kValue, is_target ? "" : "the figure"),
               is_target ? sdk::Cell("") : sample_cell(*row), compared_cell(*row), remarks});
    is_rounded = is_rounded || row->is_rounded(f::measure::kValue);
  }
  if (is_rounded) table.note("Counts of people are rounded, as the policy says.");
  document.table(table);
}

void add_data_table(sdk::Document& document, const sdk::Row& table) {
  std::vector<std::vector<std::string>> lines;
  for (const std::string& line : table.list(f::data_table::kRows)) lines.push_back(cells_of(line));
  if (lines.empty()) return;
  constexpr std::size_t kColumnsMax = 60;
  if (lines[0].size() > kColumnsMax) {
    document.paragraph("The table \"" + name_or(table, f::data_table::kTitle, "Data table") + "\" has too many columns for a page and is left out.");
    return;
  }
  const std::string wish = table.text(f::data_table::kChart);
  if ((wish == "bar" || wish == "line") && is_chartable(lines)) return add_chart(document, table, lines);
  std::vector<sdk::Column> columns;
  for (std::size_t k = 0; k < lines[0].size(); ++k) {
    columns.push_back(is_number_column(lines, k) ? sdk::number_column(lines[0][k]) : sdk::text_column(lines[0][k]));
  }
  sdk::Table shown(name_or(table, f::data_table::kTitle, "Data table"), std::move(columns));
  shown.row_headers().note(table_note(table));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::vector<sdk::Cell> cells;
    for (std::size_t k = 0; k < lines[0].size(); ++k) {
      const std::string text = k < lines[i].size() ? lines[i][k] : std::string();
      cells.push_back(k == 0 ? sdk::Cell(text) : table_cell(text));
    }
    shown.row(cells);
  }
  document.table(shown);
}

}  // namespace evenhand::views
