/// One document, before any format: what things are, never how they look.
///
/// A Document that came through checked() (check.h) always holds: every text is UTF-8; heading levels
/// start at 1 and never skip; every row is as wide as its header; captions, chart titles and
/// alternatives are not empty; sections balance; links are http, https or mailto. Writers rely on it.
/// Markdown is already read: its blocks stand here as paragraphs and lists.
/// Threads: values; no sharing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace evenhand::document {

struct Run {
  std::string text;
  bool bold = false;
  bool italic = false;
  std::string link = {};  ///< empty = leads nowhere
};

/// Value and maximum are divided by 10^decimals: {975, 1, 1000} is "97.5 of 100.0".
struct Number {
  std::int64_t value = 0;
  unsigned decimals = 0;
  std::optional<std::int64_t> maximum = {};
};
struct Text {
  std::string text;
  std::string link = {};
};
struct Masked {
  std::string why = {};
};
struct Missing {
  std::string owed = {};
};
using Cell = std::variant<Text, Number, Masked, Missing>;

enum class ColumnKind { text, number, code };
struct Column {
  std::string title;
  ColumnKind kind = ColumnKind::text;
};

struct Heading {
  unsigned level = 1;  ///< 1..4; the document's title stands above level 1
  std::string text;
};
struct Paragraph {
  std::vector<Run> runs;
};
struct Item {
  std::vector<Run> runs;
  unsigned level = 0;  ///< 0..3; the first item stands at 0 and no item skips a level
  bool numbered = false;
};
struct List {
  std::vector<Item> items;
};
struct Table {
  std::string caption;
  std::string note = {};
  bool row_headers = false;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};
struct Fact {
  std::string name;
  Cell value;
};
struct Facts {
  std::string caption;
  std::vector<Fact> facts;
};
enum class BannerKind { note, draft, demonstration, assumption, gap };
struct Banner {
  BannerKind kind = BannerKind::note;
  std::string text;
};
enum class ChartKind { bar, line };
struct Series {
  std::string name;
  std::vector<Cell> values;  ///< one a label; never Text
};
struct Chart {
  ChartKind kind = ChartKind::bar;
  std::string title;
  std::string alternative;
  std::optional<std::int64_t> maximum = {};  ///< where the scale ends
  std::vector<std::string> labels;
  std::vector<Series> series;
};
struct PageBreak {};
struct SectionStart {
  std::string name;
};
struct SectionEnd {};

using Block = std::variant<Heading, Paragraph, List, Table, Facts, Banner, Chart, PageBreak, SectionStart, SectionEnd>;

enum class StatusKind { draft, demonstration, other };
struct Status {
  StatusKind kind = StatusKind::draft;
  std::string text;
};

struct Document {
  std::string title;
  std::string subtitle = {};
  std::string language = "en-GB";
  std::string date = {};         ///< YYYY-MM-DD, or empty
  std::vector<Status> status = {};  ///< stand on every page
  std::vector<Block> blocks = {};
};

/// The number in plain digits, "." before decimals: "-3.50".
std::string digits(std::int64_t value, unsigned decimals);
/// What a person reads: "28 of 33", "hidden: small number", "not known: owner and date owed".
std::string words(const Cell& cell);
/// The word that opens a banner: "Draft", "Gap".
std::string word(BannerKind kind);
std::string word(StatusKind kind);
/// All status lines in one: "Draft: not checked for disclosure. Demonstration".
std::string status_line(const Document& document);

/// The table that always follows a chart: one row a label, one column a series.
Table table_of(const Chart& chart);
/// The two-column table that a list of facts becomes where a format has no list of facts.
Table table_of(const Facts& facts);

}  // namespace evenhand::document
