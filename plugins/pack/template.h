/// A template, read and checked: Markdown with {{…}}, as blocks. Language: docs/formats/pack.md.
///
/// A template shows what queries made. It repeats for rows and leaves out what is empty; it computes nothing, calls nothing
/// and includes nothing, so its work is bounded by the rows. What comes from the data is never read as Markdown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/query/parse.h"

namespace evenhand::plugins::pack {

inline constexpr std::size_t kTemplateBytesMax = 262144;
inline constexpr std::size_t kTemplateBlocksMax = 2000;
inline constexpr std::size_t kTemplateDepthMax = 6;   ///< each and if within each other
inline constexpr std::size_t kTemplateCellsMax = 60;  ///< of one row

/// Where a value comes from: a row around this place, or the first row of a source.
struct Reference {
  std::string words;
  std::optional<std::size_t> up;  ///< 0: the innermost row; nothing: `source`
  std::string source = {};        ///< a query or a type
  query::Path path = {};
};

/// A stretch of a line.
struct Piece {
  enum class Kind : std::uint8_t { words, field, count, plural } kind = Kind::words;
  std::string text = {};            ///< words; plural: one
  std::string others = {};          ///< plural: several
  std::optional<std::string> owed = {};  ///< said when the field is missing; "": nothing is owed, the place stays empty
  Reference field = {};
  std::optional<Reference> of = {};  ///< the maximum of a number
  std::string source = {};          ///< count, plural: of its rows, when not empty
  unsigned style = 0;               ///< evenhand_document_style bits
  std::string link = {};
};
using Line = std::vector<Piece>;

/// Only those rows whose column is the same as a value around it.
struct Filter {
  query::Path column;
  Line value;
};
/// The rows that a block is about.
struct Rows {
  std::string source;
  std::vector<Filter> filters = {};
};

struct Block {
  enum class Kind : std::uint8_t { heading, paragraph, item, table, facts, banner, chart, markdown, page, subtitle, each, when } kind = Kind::paragraph;
  std::size_t line = 0;
  unsigned level = 0;       ///< heading 1..4; item 0..3; banner, chart and list: which kind
  bool is_numbered = false;
  Line text = {};           ///< heading, paragraph, item, banner, subtitle; caption of the others
  Rows rows = {};           ///< table, chart, each, when
  std::vector<Line> titles = {};   ///< of a table's columns; names of facts
  std::vector<bool> codes = {};    ///< columns of codes, which never break
  std::vector<Line> cells = {};    ///< of a table's row, or of facts; empty: all columns as they are
  Line note = {};
  Line empty = {};          ///< a table without rows
  Reference field = {};     ///< markdown; when: a field, when `rows` names nothing
  std::vector<Reference> series = {};  ///< chart: labels, then values
  std::optional<std::int64_t> maximum = {};
  std::vector<Block> inner = {};
  std::vector<Block> otherwise = {};
};

/// What {{word due}} stands for, by name: plain text, never read as Markdown.
using TemplateWords = query::TextWords;

struct Template {
  std::vector<Block> blocks;
  TemplateWords words = {};  ///< a column that no title is written for is called as the word of its name, where there is one
  std::vector<query::Problem> problems;  ///< with lines; paths are empty
};

/// `catalogue`: types and queries. Never fails: what is wrong stands in the problems. Lifetime: nothing of what is given is kept.
Template parse_template(std::string_view text, const query::Catalogue& catalogue, const TemplateWords& words = {});

}  // namespace evenhand::plugins::pack
