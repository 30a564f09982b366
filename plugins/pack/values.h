/// Values as people read them, in lines and in cells; for the renderer alone.
#pragma once

#include <string>
#include <vector>

#include "plugins/pack/template.h"
#include "plugins/query/run.h"
#include "plugins/sdk/document.h"

namespace evenhand::plugins::pack {

inline constexpr std::size_t kCellBytesMax = 65536;   ///< of one text; the rest is cut with a word
inline constexpr std::size_t kCaptionBytesMax = 400;  ///< of a heading, caption, label or column title

/// What names mean while a template is rendered.
class Values {
 public:
  explicit Values(query::Results& results) : results_(results) {}

  void enter(const query::Table& table) { rows_.push_back({&table, 0}); }
  void at_row(std::size_t row) { rows_.back().row = row; }
  void leave() { rows_.pop_back(); }

  query::Value value(const Reference& reference);
  query::Value at(const query::Table& table, std::size_t row, const query::Path& path) { return results_.follow(path, table.at(row, path.column)); }
  std::vector<sdk::Run> runs(const Line& line);
  /// Plain and on one line, never empty: for headings and captions.
  std::string title(const Line& line);
  /// A line of one field is a number, a hidden or a missing cell as its value says; any other is text.
  sdk::Cell cell(const Line& line);
  sdk::Cell cell(const query::Value& value, std::string_view owed) { return cell(value, owed, {}); }
  /// What is not known says so: "hidden: small number", "not settled: 2 or 3".
  std::string words(const query::Value& value, std::string_view owed);
  query::Results& results() { return results_; }
  std::size_t bytes() const { return bytes_; }  ///< of all texts so far

 private:
  sdk::Cell cell(const query::Value& value, std::string_view owed, const query::Value& maximum);
  std::string piece_words(const Piece& piece);
  query::Value count(const Piece& piece);
  std::string counted(std::string text) { return bytes_ += text.size() + 16, text; }

  struct Row {
    const query::Table* table;
    std::size_t row;
  };
  query::Results& results_;
  std::vector<Row> rows_;
  std::size_t bytes_ = 0;
};

/// Cut between two characters, with a word that says so.
std::string shortened(std::string text, std::size_t bytes_max);
/// "short_title" and "service.name" as titles: "Short title", "Service name".
std::string title_of_name(std::string_view name);
/// Its words are its digits: a number, not a date or a grade.
bool is_number(const query::Value& value);

}  // namespace evenhand::plugins::pack
