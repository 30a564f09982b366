#include "plugins/document/csv.h"

#include <algorithm>

#include "plugins/document/flat.h"
#include "plugins/document/text.h"

namespace evenhand::document {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What digits() writes: an optional minus, digits, and optionally a point and digits.
bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point == std::string_view::npos ? "0" : text.substr(point + 1);
  return !whole.empty() && !rest.empty() && std::all_of(whole.begin(), whole.end(), is_digit) &&
         std::all_of(rest.begin(), rest.end(), is_digit);
}

bool could_be_formula(std::string_view text) {
  static constexpr std::string_view kBlanks[] = {" ", "\xC2\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF", "\xE2\x80\x8B"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
    }
  }
  static constexpr std::string_view kStarts[] = {"=", "+", "-", "@", "\t", "\r", "\n", std::string_view("\0", 1),
                                                 "＝", "＋", "－", "＠"};
  return std::any_of(std::begin(kStarts), std::end(kStarts), [&](std::string_view start) { return text.starts_with(start); });
}

std::string row_of(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() && &field == &fields.front() ? "" : ",") + csv_field(field);
  return line + "\r\n";
}

std::string bytes_of(const Table& table) {
  std::vector<std::string> fields;
  for (const Column& column : table.columns) fields.push_back(column.title);
  std::string bytes = row_of(fields);
  for (const auto& row : table.rows) {
    fields.clear();
    for (const Cell& cell : row) fields.push_back(words(cell));
    bytes += row_of(fields);
  }
  return bytes;
}

std::string slug(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((lower >= 'a' && lower <= 'z') || is_digit(lower)) name += lower;
    else if (!name.empty() && name.back() != '-') name += '-';
    if (name.size() >= 48) break;
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "table" : name;
}

std::string name_of(std::size_t number, const std::string& caption, const Document& document) {
  std::string name = (number < 10 ? "0" : "") + std::to_string(number) + "-" + slug(caption);
  for (const StatusKind kind : {StatusKind::draft, StatusKind::demonstration}) {
    const bool has = std::any_of(document.status.begin(), document.status.end(), [&](const Status& one) { return one.kind == kind; });
    if (has) name += "." + word(kind);
  }
  return name + ".csv";
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string field = cleaned(text);
  if (could_be_formula(text) && !is_plain_number(text)) field.insert(0, 1, '\'');
  // Quoted also for ";" and tab: some spreadsheets split there whatever the file says.
  const bool quoted = field.find_first_of(",\"\n;\t") != std::string::npos || field.starts_with(' ') || field.ends_with(' ');
  if (!quoted) return field;
  std::string safe = "\"";
  for (const char c : field) {
    if (c == '"') safe += '"';
    safe += c;
  }
  return safe + "\"";
}

std::vector<NamedFile> write_csv_files(const Document& document) {
  std::vector<Table> tables = tables_of(document);
  Table prose = prose_of(document);
  prose.caption = "Notes";
  if (!prose.rows.empty()) tables.push_back(std::move(prose));
  Table about;
  about.columns = {{"Item"}, {"Value"}, {"Note"}};
  const auto add = [&](const std::string& item, const std::string& value, const std::string& note = {}) {
    if (!value.empty()) about.rows.push_back({Text{item}, Text{value}, Text{note}});
  };
  add("Title", document.title);
  add("Subtitle", document.subtitle);
  for (const Status& status : document.status) add("Status", status.text);
  add("As it stood on", document.date);
  add("Language", document.language);
  std::vector<NamedFile> files = {{name_of(0, "about", document), {}}};
  for (std::size_t i = 0; i < tables.size(); ++i) {
    files.push_back({name_of(i + 1, tables[i].caption, document), bytes_of(tables[i])});
    add(files.back().name, tables[i].caption, tables[i].note);
  }
  files.front().bytes = bytes_of(about);
  return files;
}

}  // namespace evenhand::document
