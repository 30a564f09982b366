#include "plugins/document/xlsx.h"

#include <stdlib.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "plugins/document/flat.h"
#include "plugins/document/text.h"

namespace evenhand::document {
namespace {

constexpr std::size_t kCellUnits = 32'000;  // Excel holds 32,767 UTF-16 units; room for the words below
constexpr std::size_t kSheetsMax = 1000;

/// A folder of our own that goes with everything in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code problem;
    std::string pattern = (std::filesystem::temp_directory_path(problem) / "evenhand-xlsx-XXXXXX").string();
    if (!problem && mkdtemp(pattern.data())) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Seconds from 1970 to the start of a day YYYY-MM-DD.
/// libxlsxwriter takes 0 for "now", so a day must always be given.
time_t seconds_at(const std::string& day) {
  int year = std::stoi(day.substr(0, 4));
  const int month = std::stoi(day.substr(5, 2)), date = std::stoi(day.substr(8, 2));
  year -= month <= 2;
  const int era = year / 400, of_era = year - era * 400;
  const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1;
  const long days = era * 146097L + of_era * 365L + of_era / 4 - of_era / 100 + of_year - 719468;
  return static_cast<time_t>(days) * 86400;
}

/// A number and as many of the caption's letters as Excel allows in a sheet's name.
std::string sheet_name(std::size_t number, const std::string& caption) {
  std::string name;
  for (const char c : one_line(caption, 100)) {
    if (std::string_view("[]:*?/\\'").find(c) == std::string_view::npos) name += c;
  }
  name = std::to_string(number) + " " + name;
  name = std::string(first_units(name, 31));
  while (name.ends_with(' ')) name.pop_back();
  return name;
}

std::string cell_text(const std::string& text) {
  const std::string clean = cleaned(text);
  const std::string_view kept = first_units(clean, kCellUnits);
  return kept.size() == clean.size() ? clean : std::string(kept) + " […] cut here; the HTML file holds the rest";
}

class Workbook {
 public:
  Workbook(const Document& document, lxw_workbook* book) : document_(document), book_(book) {
    head_ = format();
    format_set_bold(head_);
    format_set_bottom(head_, LXW_BORDER_MEDIUM);
    format_set_bg_color(head_, 0xE8EDEE);
    text_ = format();
    row_head_ = format();
    format_set_bold(row_head_);
    gap_ = format();
    format_set_italic(gap_);
    link_ = format();
    format_set_font_color(link_, 0x004B93);
    format_set_underline(link_, LXW_UNDERLINE_SINGLE);
  }
  Result<void> write();

 private:
  lxw_format* format() {
    lxw_format* made = workbook_add_format(book_);
    format_set_font_name(made, "Arial");
    format_set_font_size(made, 11);
    format_set_text_wrap(made);
    format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
    return made;
  }
  void properties();
  void cover(const std::vector<Table>& tables, const std::vector<std::string>& names);
  lxw_worksheet* sheet(const std::string& name);
  void head_row(lxw_worksheet* to, const Table& table);
  void table(lxw_worksheet* to, const Table& table);
  void cell(lxw_worksheet* to, lxw_row_t row, lxw_col_t column, const Cell& cell, bool row_head);
  lxw_format* number_format(unsigned decimals);
  void keep(lxw_error problem) {
    if (problem != LXW_NO_ERROR && problem_ == LXW_NO_ERROR) problem_ = problem;
  }

  const Document& document_;
  lxw_workbook* book_;
  lxw_format *head_, *text_, *row_head_, *gap_, *link_;
  std::map<unsigned, lxw_format*> numbers_;
  lxw_error problem_ = LXW_NO_ERROR;
};

Result<void> Workbook::write() {
  std::vector<Table> tables = tables_of(document_);
  Table prose = prose_of(document_);
  if (tables.size() > kSheetsMax) return refused("The document has more than 1000 tables, too many for a workbook", {}, "Use HTML, CSV or JSON.");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tables.size(); ++i) names.push_back(sheet_name(i + 1, tables[i].caption));
  names.push_back("Notes");
  tables.push_back(std::move(prose));
  properties();
  cover(tables, names);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (lxw_worksheet* made = sheet(names[i])) table(made, tables[i]);
  }
  if (problem_ != LXW_NO_ERROR) return unavailable(std::string("The workbook could not be written: ") + lxw_strerror(problem_));
  return {};
}

void Workbook::properties() {
  // The library takes char* but only reads.
  std::string title = one_line(document_.title, 200), status = one_line(status_line(document_), 200), author = "Evenhand";
  lxw_doc_properties properties = {};
  properties.title = title.data();
  properties.subject = status.data();
  properties.author = author.data();
  properties.created = seconds_at(document_.date.empty() ? "2000-01-01" : document_.date);
  keep(workbook_set_properties(book_, &properties));
}

lxw_worksheet* Workbook::sheet(const std::string& name) {
  lxw_worksheet* made = workbook_add_worksheet(book_, name.c_str());
  if (!made) return keep(LXW_ERROR_SHEETNAME_ALREADY_USED), nullptr;
  worksheet_set_landscape(made);
  worksheet_set_paper(made, 9);  // A4
  worksheet_fit_to_pages(made, 1, 0);
  worksheet_repeat_rows(made, 0, 0);
  worksheet_freeze_panes(made, 1, 0);
  std::string line;
  for (const char c : one_line(status_line(document_), 110)) line += c == '&' ? "&&" : std::string(1, c);
  if (!line.empty()) keep(worksheet_set_header(made, ("&L&\"Arial,Bold\"" + line).c_str()));
  keep(worksheet_set_footer(made, "&L&A&RPage &P of &N"));
  return made;
}

void Workbook::cover(const std::vector<Table>& tables, const std::vector<std::string>& names) {
  lxw_worksheet* made = sheet("Cover");
  if (!made) return;
  lxw_row_t row = 0;
  const auto add = [&](const std::string& item, const std::string& value, lxw_format* item_format, lxw_format* value_format) {
    if (value.empty()) return;
    keep(worksheet_write_string(made, row, 0, item.c_str(), item_format));
    keep(worksheet_write_string(made, row++, 1, cell_text(value).c_str(), value_format));
  };
  add("Item", "Value", head_, head_);
  add("Title", document_.title, row_head_, text_);
  add("Subtitle", document_.subtitle, row_head_, text_);
  for (const Status& status : document_.status) add("Status", status.text, row_head_, row_head_);
  add("As it stood on", document_.date, row_head_, text_);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string place = "internal:'" + names[i] + "'!A1";
    const std::string shown = one_line(tables[i].caption, 200);
    keep(worksheet_write_string(made, row, 0, ("Sheet " + names[i]).c_str(), row_head_));
    keep(worksheet_write_url_opt(made, row++, 1, place.c_str(), link_, shown.c_str(), nullptr));
  }
  worksheet_set_column(made, 0, 0, 34, nullptr);
  worksheet_set_column(made, 1, 1, 80, nullptr);
}

void Workbook::head_row(lxw_worksheet* to, const Table& table) {
  constexpr std::size_t kRowsLookedAt = 300, kNarrowest = 10, kWidest = 60;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto column = static_cast<lxw_col_t>(c);
    keep(worksheet_write_string(to, 0, column, cell_text(table.columns[c].title).c_str(), head_));
    std::size_t width = std::max(kNarrowest, std::min<std::size_t>(characters_in(table.columns[c].title), 24) + 2);
    for (std::size_t r = 0; r < std::min(table.rows.size(), kRowsLookedAt); ++r) {
      width = std::max(width, characters_in(words(table.rows[r][c])) + 2);
    }
    worksheet_set_column(to, column, column, static_cast<double>(std::min(width, kWidest)), nullptr);
  }
}

void Workbook::table(lxw_worksheet* to, const Table& table) {
  head_row(to, table);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      cell(to, static_cast<lxw_row_t>(r + 1), static_cast<lxw_col_t>(c), table.rows[r][c], c == 0 && table.row_headers);
    }
  }
}

void Workbook::cell(lxw_worksheet* to, lxw_row_t row, lxw_col_t column, const Cell& cell, bool row_head) {
  // A whole number above 2^53 is not what a spreadsheet would show, so it goes as text.
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto* number = std::get_if<Number>(&cell);
  if (number && number->value <= kExact && number->value >= -kExact) {
    const double value = static_cast<double>(number->value) / std::pow(10.0, static_cast<double>(number->decimals));
    keep(worksheet_write_number(to, row, column, value, number_format(number->decimals)));
    return;
  }
  const auto* text = std::get_if<Text>(&cell);
  if (text && text->text.empty()) return;
  // Links go as words: Excel caps them in number and length, and follows them on one careless click.
  const std::string said = text && !text->link.empty() ? text->text + " (" + text->link + ")" : words(cell);
  lxw_format* format = text || number ? (row_head ? row_head_ : text_) : gap_;
  keep(worksheet_write_string(to, row, column, cell_text(said).c_str(), format));
}

lxw_format* Workbook::number_format(unsigned decimals) {
  lxw_format*& made = numbers_[decimals];
  if (!made) {
    made = format();
    format_set_num_format(made, (decimals == 0 ? std::string("0") : "0." + std::string(decimals, '0')).c_str());
  }
  return made;
}

}  // namespace

Result<std::string> write_xlsx(const Document& document) {
  const ScratchFolder folder;
  if (folder.path().empty()) return unavailable("No temporary folder could be made for the workbook", {}, "Free some space and try again.");
  const std::string file = folder.path() + "/workbook.xlsx";
  std::string scratch = folder.path();
  lxw_workbook_options options = {};
  options.tmpdir = scratch.data();
  lxw_workbook* book = workbook_new_opt(file.c_str(), &options);
  if (!book) return unavailable("The workbook could not be started");
  const auto written = Workbook(document, book).write();
  const lxw_error closed = workbook_close(book);  // also frees it
  EVENHAND_CHECK(written);
  if (closed != LXW_NO_ERROR) return unavailable(std::string("The workbook could not be written: ") + lxw_strerror(closed));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in || bytes.str().empty()) return unavailable("The workbook could not be read back");
  return bytes.str();
}

}  // namespace evenhand::document
