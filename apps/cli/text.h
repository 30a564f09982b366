/// Words on a terminal: made harmless, counted in letters, cut, put in columns, compared for near misses.
///
/// Threads: pure.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace evenhand::cli {

/// Each line without control characters or marks that turn the direction of text; leading blanks and line ends stay.
std::string harmless_lines(std::string_view text);
/// The same in one line.
std::string harmless_line(std::string_view text);

/// How many code points: close enough to columns for the scripts that reports are written in.
std::size_t letters_in(std::string_view text);
/// At most `letters_max` code points, the last one "…" when something was cut.
std::string cut_to(std::string_view text, std::size_t letters_max);
/// Lines of at most `width` letters, broken at blanks; every line but the first begins with `indent` blanks.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// A line that is longer than `width` letters as several, broken at a blank where there is one; its own blanks stay. Every line but
/// the first begins with `hang` blanks (fewer than `width`).
std::string in_width(std::string_view line, std::size_t width, std::size_t hang);

/// "2026-11-16 15:42", in UTC. A claimed time: what the device's clock said.
std::string clock_text(ClaimedTime time);
/// Today as days since 1970, from a claimed time.
std::int32_t day_of(ClaimedTime time);
/// "1,204".
std::string with_commas(std::uint64_t number);
/// "1 change", "2,000 changes".
std::string counted(std::uint64_t number, std::string_view one);

/// A list with headings, at most `width` columns wide: the widest column gives way first. Where the columns would have too little room
/// to be read, each row stands as lines of "heading: value" instead. `sentence_below`: the last value of each row is a sentence, which stands whole
/// below the others.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings, bool sentence_below = false) : headings_(std::move(headings)), sentence_below_(sentence_below) {}
  void add(std::vector<std::string> cells);
  bool is_empty() const { return rows_.empty(); }
  void print(std::ostream& out, std::size_t width) const;
  /// Whole values with tabs between, no headings: for other programs.
  void print_plain(std::ostream& out) const;

 private:
  std::size_t columns() const { return headings_.size() - (sentence_below_ ? 1 : 0); }
  std::vector<std::size_t> natural_widths() const;
  std::vector<std::size_t> widths(std::size_t width) const;
  void print_blocks(std::ostream& out, std::size_t width) const;

  std::vector<std::string> headings_;
  bool sentence_below_ = false;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns of the terminal on standard output, 80 when it is none; never more than 80.
std::size_t terminal_columns();
/// Those of the terminal on standard error, however many; none when it is no terminal.
std::optional<std::size_t> error_columns();

/// "[#####               ] 25% 3 of 12 · Folding". More done than there was said to be: the whole grows with it.
std::string progress_bar(std::string_view what, std::uint64_t done, std::uint64_t all);

}  // namespace evenhand::cli
