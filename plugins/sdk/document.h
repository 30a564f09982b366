/// Builds a document: what a report plugin hands to the host, which writes HTML, DOCX, XLSX, CSV and JSON.
///
/// A plugin says what things are, never how they look; the host escapes every text and applies the
/// house's layout. Captions, chart titles and alternatives are not optional: the host refuses without.
///
///     Document report("Equality outcomes 2025 to 2026");
///     report.heading(1, "Domain 1: Commissioned or provided services");
///     Table grades("Ratings by outcome", {text_column("Outcome"), number_column("Points")});
///     grades.row_headers().row({"1A: Access", number(2, 3)}).row({"1B: Needs met", missing("evidence")});
///     report.table(grades);
///     return report.bytes();
///
/// Standard library only. Threads: values; no sharing. The same calls give the same bytes.
/// Format: docs/formats/document.md.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/abi/document_tags.h"
#include "plugins/sdk/tagged_bytes.h"

namespace evenhand::sdk {

/// A stretch of text in one style. Make it with plain(), bold(), italic() or link().
struct Run {
  std::string text;
  unsigned style = 0;
  std::string address = {};

  Run(std::string words, unsigned bits = 0, std::string to = {})  // NOLINT: a text is a plain run
      : text(std::move(words)), style(bits), address(std::move(to)) {}
  Run(const char* words) : text(words) {}  // NOLINT: a text is a plain run
  void put(std::string& to) const {
    using namespace tagged_bytes;
    std::string group;
    put_field(group, EVENHAND_TAG_TEXT, text);
    if (style != 0) put_number(group, EVENHAND_TAG_STYLE, style);
    if (!address.empty()) put_field(group, EVENHAND_TAG_LINK, address);
    put_field(to, EVENHAND_TAG_RUN, group);
  }
};
inline Run plain(std::string text) { return {std::move(text)}; }
inline Run bold(std::string text) { return {std::move(text), EVENHAND_STYLE_BOLD}; }
inline Run italic(std::string text) { return {std::move(text), EVENHAND_STYLE_ITALIC}; }
/// The host keeps http, https and mailto addresses; of any other only the text stays.
inline Run link(std::string text, std::string address) { return {std::move(text), 0, std::move(address)}; }

/// One value of a table, a fact or a chart. A text becomes a text cell by itself.
struct Cell {
  std::string fields;  ///< already encoded

  Cell(std::string_view text) { start(EVENHAND_CELL_TEXT, text); }      // NOLINT: a text is a cell
  Cell(const std::string& text) : Cell(std::string_view(text)) {}       // NOLINT: a text is a cell
  Cell(const char* text) : Cell(std::string_view(text)) {}              // NOLINT: a text is a cell
  Cell(evenhand_document_cell kind, std::string_view text) { start(kind, text); }
  explicit Cell(evenhand_document_cell kind) { tagged_bytes::put_number(fields, EVENHAND_TAG_KIND, kind); }
  void put(std::string& to) const { tagged_bytes::put_field(to, EVENHAND_TAG_CELL, fields); }

 private:
  void start(evenhand_document_cell kind, std::string_view text) {
    tagged_bytes::put_number(fields, EVENHAND_TAG_KIND, kind);
    if (!text.empty() || kind == EVENHAND_CELL_TEXT) tagged_bytes::put_field(fields, EVENHAND_TAG_TEXT, text);
  }
};
/// `value` divided by 10^decimals: decimal(975, 1) is 97.5.
inline Cell decimal(std::int64_t value, unsigned decimals) {
  Cell cell(EVENHAND_CELL_NUMBER);
  tagged_bytes::put_signed(cell.fields, EVENHAND_TAG_VALUE, value);
  if (decimals != 0) tagged_bytes::put_number(cell.fields, EVENHAND_TAG_DECIMALS, decimals);
  return cell;
}
/// "28 of 33", both divided by 10^decimals. Give the maximum wherever the number has one.
inline Cell decimal(std::int64_t value, std::int64_t maximum, unsigned decimals) {
  Cell cell = decimal(value, decimals);
  tagged_bytes::put_signed(cell.fields, EVENHAND_TAG_MAXIMUM, maximum);
  return cell;
}
inline Cell number(std::int64_t value) { return decimal(value, 0); }
inline Cell number(std::int64_t value, std::int64_t maximum) { return decimal(value, maximum, 0); }
/// Hidden on purpose: a small number that could point at a person.
inline Cell masked(std::string_view why = {}) { return {EVENHAND_CELL_MASKED, why}; }
/// Not known; `owed` says what somebody still owes: "owner and date".
inline Cell missing(std::string_view owed = {}) { return {EVENHAND_CELL_MISSING, owed}; }
/// A text that leads somewhere.
inline Cell linked(std::string_view text, std::string_view address) {
  Cell cell(text);
  tagged_bytes::put_field(cell.fields, EVENHAND_TAG_LINK, address);
  return cell;
}

struct Column {
  std::string title;
  evenhand_document_column kind;
};
inline Column text_column(std::string title) { return {std::move(title), EVENHAND_COLUMN_TEXT}; }
inline Column number_column(std::string title) { return {std::move(title), EVENHAND_COLUMN_NUMBER}; }
inline Column code_column(std::string title) { return {std::move(title), EVENHAND_COLUMN_CODE}; }

/// A table with a caption. Every row has one cell a column; the host refuses any other.
class Table {
 public:
  Table(std::string_view caption, std::vector<Column> columns) : caption_(caption), columns_(std::move(columns)) {}
  /// The first column names its row.
  Table& row_headers() { return row_headers_ = true, *this; }
  /// Stands below the table: source, what was left out.
  Table& note(std::string_view text) { return note_ = text, *this; }
  Table& row(const std::vector<Cell>& cells) {
    std::string group;
    for (const Cell& cell : cells) cell.put(group);
    tagged_bytes::put_field(rows_, EVENHAND_TAG_ROW, group);
    return *this;
  }
  std::string fields() const {
    using namespace tagged_bytes;
    std::string group;
    put_field(group, EVENHAND_TAG_CAPTION, caption_);
    if (!note_.empty()) put_field(group, EVENHAND_TAG_NOTE, note_);
    if (row_headers_) put_field(group, EVENHAND_TAG_ROW_HEADER, {});
    for (const Column& column : columns_) {
      std::string title;
      put_number(title, EVENHAND_TAG_KIND, column.kind);
      put_field(title, EVENHAND_TAG_TEXT, column.title);
      put_field(group, EVENHAND_TAG_COLUMN, title);
    }
    return group + rows_;
  }

 private:
  std::string caption_, note_, rows_;
  std::vector<Column> columns_;
  bool row_headers_ = false;
};

/// A chart that the host draws and always follows with its table. Each series has one cell a label.
class Chart {
 public:
  /// `alternative` says in words what the picture shows: the finding, not the shapes.
  Chart(evenhand_document_chart kind, std::string_view title, std::string_view alternative,
        std::vector<std::string> labels)
      : kind_(kind), title_(title), alternative_(alternative), labels_(std::move(labels)) {}
  Chart& series(std::string_view name, const std::vector<Cell>& values) {
    std::string group;
    tagged_bytes::put_field(group, EVENHAND_TAG_TEXT, name);
    for (const Cell& cell : values) cell.put(group);
    tagged_bytes::put_field(series_, EVENHAND_TAG_SERIES, group);
    return *this;
  }
  /// Where the scale ends, for example 33 points. Without it the scale ends at the greatest value.
  Chart& maximum(std::int64_t value) {
    scale_.clear();
    tagged_bytes::put_signed(scale_, EVENHAND_TAG_MAXIMUM, value);
    return *this;
  }
  std::string fields() const {
    using namespace tagged_bytes;
    std::string group;
    put_number(group, EVENHAND_TAG_KIND, kind_);
    put_field(group, EVENHAND_TAG_CAPTION, title_);
    group += scale_;
    put_field(group, EVENHAND_TAG_ALTERNATIVE, alternative_);
    for (const std::string& label : labels_) put_field(group, EVENHAND_TAG_LABEL, label);
    return group + series_;
  }

 private:
  evenhand_document_chart kind_;
  std::string title_, alternative_, series_, scale_;
  std::vector<std::string> labels_;
};
inline Chart bar_chart(std::string_view title, std::string_view alternative, std::vector<std::string> labels) {
  return {EVENHAND_CHART_BAR, title, alternative, std::move(labels)};
}
inline Chart line_chart(std::string_view title, std::string_view alternative, std::vector<std::string> labels) {
  return {EVENHAND_CHART_LINE, title, alternative, std::move(labels)};
}

/// One item of a list: its text, how deep it stands (0..3), and whether it is numbered.
struct Item {
  std::vector<Run> runs;
  unsigned level = 0;
  evenhand_document_list kind = EVENHAND_LIST_BULLETS;
};

/// One question and its answer in a list of facts.
struct Fact {
  std::string name;
  Cell value;
};

class Document {
 public:
  explicit Document(std::string_view title) : title_(title) {}

  /// These describe the whole document.
  Document& subtitle(std::string_view text) { return subtitle_ = text, *this; }
  /// A BCP 47 tag; en-GB when never called.
  Document& language(std::string_view tag) { return language_ = tag, *this; }
  /// The day that the content stands for, YYYY-MM-DD.
  Document& date(std::string_view iso_date) { return date_ = iso_date, *this; }
  /// A line that stands on every page: "Draft: not checked for disclosure".
  Document& status(evenhand_document_status kind, std::string_view text) {
    return put(EVENHAND_TAG_STATUS, kind_and_text(kind, text), statuses_);
  }

  /// Level 1..4. A level that skips one is raised by the host.
  Document& heading(unsigned level, std::string_view text) {
    std::string group;
    tagged_bytes::put_number(group, EVENHAND_TAG_LEVEL, level);
    tagged_bytes::put_field(group, EVENHAND_TAG_TEXT, text);
    return put(EVENHAND_TAG_HEADING, group);
  }
  Document& paragraph(const std::vector<Run>& runs) { return put(EVENHAND_TAG_PARAGRAPH, joined(runs)); }
  Document& paragraph(std::string_view text) { return paragraph(std::vector<Run>{Run(std::string(text))}); }
  /// Free text written by a person. Raw HTML is dropped; headings become bold paragraphs.
  Document& markdown(std::string_view text) { return put(EVENHAND_TAG_MARKDOWN, text); }
  Document& list(const std::vector<Item>& items) {
    std::string group;
    for (const Item& item : items) {
      std::string fields;
      tagged_bytes::put_number(fields, EVENHAND_TAG_KIND, item.kind);
      if (item.level != 0) tagged_bytes::put_number(fields, EVENHAND_TAG_LEVEL, item.level);
      tagged_bytes::put_field(group, EVENHAND_TAG_ITEM, fields + joined(item.runs));
    }
    return put(EVENHAND_TAG_LIST, group);
  }
  Document& bullets(const std::vector<std::string>& texts) { return list(texts, EVENHAND_LIST_BULLETS); }
  Document& numbered(const std::vector<std::string>& texts) { return list(texts, EVENHAND_LIST_NUMBERS); }
  Document& table(const Table& table) { return put(EVENHAND_TAG_TABLE, table.fields()); }
  Document& facts(std::string_view caption, const std::vector<Fact>& facts) {
    std::string group;
    tagged_bytes::put_field(group, EVENHAND_TAG_CAPTION, caption);
    for (const Fact& fact : facts) {
      std::string fields;
      tagged_bytes::put_field(fields, EVENHAND_TAG_TEXT, fact.name);
      fact.value.put(fields);
      tagged_bytes::put_field(group, EVENHAND_TAG_FACT, fields);
    }
    return put(EVENHAND_TAG_FACTS, group);
  }
  Document& banner(evenhand_document_banner kind, std::string_view text) {
    return put(EVENHAND_TAG_BANNER, kind_and_text(kind, text));
  }
  Document& chart(const Chart& chart) { return put(EVENHAND_TAG_CHART, chart.fields()); }
  Document& page_break() { return put(EVENHAND_TAG_PAGE_BREAK, {}); }
  /// A landmark that readers can jump to. Sections nest, at most 8 deep; each needs its end.
  Document& begin_section(std::string_view name) { return put(EVENHAND_TAG_SECTION_START, name); }
  Document& end_section() { return put(EVENHAND_TAG_SECTION_END, {}); }

  /// The whole document as bytes.
  std::string bytes() const {
    std::string all = EVENHAND_DOCUMENT_MAGIC;
    all += static_cast<char>(EVENHAND_DOCUMENT_VERSION);
    tagged_bytes::put_field(all, EVENHAND_TAG_TITLE, title_);
    if (!subtitle_.empty()) tagged_bytes::put_field(all, EVENHAND_TAG_SUBTITLE, subtitle_);
    if (!language_.empty()) tagged_bytes::put_field(all, EVENHAND_TAG_LANGUAGE, language_);
    if (!date_.empty()) tagged_bytes::put_field(all, EVENHAND_TAG_DATE, date_);
    return all + statuses_ + blocks_;
  }

 private:
  Document& put(evenhand_document_tag tag, std::string_view value) { return put(tag, value, blocks_); }
  Document& put(evenhand_document_tag tag, std::string_view value, std::string& to) {
    tagged_bytes::put_field(to, tag, value);
    return *this;
  }
  Document& list(const std::vector<std::string>& texts, evenhand_document_list kind) {
    std::vector<Item> items;
    for (const std::string& text : texts) items.push_back({{plain(text)}, 0, kind});
    return list(items);
  }
  static std::string kind_and_text(std::uint64_t kind, std::string_view text) {
    std::string group;
    tagged_bytes::put_number(group, EVENHAND_TAG_KIND, kind);
    tagged_bytes::put_field(group, EVENHAND_TAG_TEXT, text);
    return group;
  }
  static std::string joined(const std::vector<Run>& runs) {
    std::string fields;
    for (const Run& run : runs) run.put(fields);
    return fields;
  }

  std::string title_, subtitle_, language_, date_, statuses_, blocks_;
};

}  // namespace evenhand::sdk
