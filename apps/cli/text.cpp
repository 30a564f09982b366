#include "apps/cli/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <numeric>
#include <ostream>
#include <utility>

#include "core/policy/name_key.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kColumnMin = 6;
constexpr std::size_t kReadableMin = 10;  // of a column but the first, on a narrow terminal; below it a table tells nothing
constexpr std::size_t kUsualWidth = 80;

bool starts_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

void put_row(std::ostream& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string cell = cut_to(i < cells.size() ? cells[i] : "", widths[i]);
    line += cell;
    if (i + 1 < widths.size()) line.append(widths[i] - letters_in(cell) + kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

std::string harmless_line(std::string_view text) { return harmless_name(text); }

std::string harmless_lines(std::string_view text) {
  std::string lines;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    // Runs of blanks carry layout of ours, so only what stands between them is looked at.
    std::size_t at = 0;
    while (at < line.size()) {
      const std::size_t blanks = std::min(line.find_first_not_of(' ', at), line.size());
      lines.append(line.substr(at, blanks - at));
      const std::size_t stop = std::min(line.find(' ', blanks), line.size());
      lines += harmless_name(line.substr(blanks, stop - blanks));
      at = stop;
    }
    if (end == std::string_view::npos) return lines;
    lines += '\n';
    text.remove_prefix(end + 1);
  }
}

std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_letter));
}

std::string cut_to(std::string_view text, std::size_t letters_max) {
  if (letters_in(text) <= letters_max) return std::string(text);
  std::size_t letters = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (starts_letter(text[at]) && ++letters == letters_max) break;
  }
  return letters_max == 0 ? "" : std::string(text.substr(0, at)) + "…";
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(" \n");
    const std::string_view word = text.substr(0, end);
    const std::size_t letters = letters_in(word);
    if (letters > 0 && column > indent && column + 1 + letters > width) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent && letters > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += letters;
    if (end == std::string_view::npos) break;
    if (text[end] == '\n') {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
    }
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string in_width(std::string_view line, std::size_t width, std::size_t hang) {
  std::string lines;
  for (std::size_t room = width; letters_in(line) > room; room = width - hang) {
    std::size_t letters = 0, end = 0, blank = std::string_view::npos;
    bool has_begun = false;  // blanks at the beginning are no place to break at
    for (; end < line.size(); ++end) {
      if (starts_letter(line[end]) && letters++ == room) break;
      if (line[end] == ' ' && has_begun) blank = end;
      has_begun = has_begun || line[end] != ' ';
    }
    if (line[end] == ' ') blank = end;
    std::string_view part = line.substr(0, blank == std::string_view::npos ? end : blank);
    line.remove_prefix(part.size());
    lines.append(part.substr(0, part.find_last_not_of(' ') + 1)).append("\n").append(hang, ' ');
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
  return lines + std::string(line);
}

std::string clock_text(ClaimedTime time) {
  const std::time_t seconds = static_cast<std::time_t>(time.ms / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "(no time)";
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return std::string(text, length);
}

std::int32_t day_of(ClaimedTime time) {
  constexpr std::int64_t kDayMs = 86'400'000;
  return static_cast<std::int32_t>(time.ms / kDayMs);
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, std::string_view one) { return with_commas(number) + " " + std::string(one) + (number == 1 ? "" : "s"); }

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = harmless_line(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> TextTable::natural_widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns(); ++i) {
    std::size_t widest = letters_in(headings_[i]);
    for (const auto& row : rows_) widest = std::max(widest, i < row.size() ? letters_in(row[i]) : 0);
    widths.push_back(widest);
  }
  return widths;
}

std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  std::vector<std::size_t> widths = natural_widths();
  std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.size() - 1);
  while (total > width && widths.size() > 1) {
    // The first column is what people type next: it is never cut. The second names the record: it keeps twice the room of the others.
    std::size_t widest = 1;
    for (std::size_t i = 2; i < widths.size(); ++i) {
      const auto weight = [&](std::size_t at) { return at == 1 ? widths[at] / 2 : widths[at]; };
      if (weight(i) > weight(widest)) widest = i;
    }
    if (widths[widest] <= kColumnMin) break;
    --widths[widest];
    --total;
  }
  return widths;
}

void TextTable::print_blocks(std::ostream& out, std::size_t width) const {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (row > 0) out << '\n';
    for (std::size_t i = 0; i < std::min(rows_[row].size(), headings_.size()); ++i) {
      if (rows_[row][i].empty()) continue;
      out << in_width((headings_[i].empty() ? "" : headings_[i] + ": ") + rows_[row][i], width, kGap) << '\n';
    }
  }
}

void TextTable::print(std::ostream& out, std::size_t width) const {
  const std::vector<std::size_t> natural = natural_widths();
  std::size_t least = natural.front() + kGap * (natural.size() - 1);
  for (std::size_t i = 1; i < natural.size(); ++i) least += std::min(natural[i], width < kUsualWidth ? kReadableMin : kColumnMin);
  if (least > width) return print_blocks(out, width);
  const std::vector<std::size_t> fitted = widths(width);
  put_row(out, headings_, fitted);
  for (const auto& row : rows_) {
    put_row(out, row, fitted);
    if (sentence_below_ && row.size() == headings_.size() && !row.back().empty()) out << in_width("  " + row.back(), width, kGap) << '\n';
  }
}

void TextTable::print_plain(std::ostream& out) const {
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) out << (i == 0 ? "" : "\t") << row[i];
    out << '\n';
  }
}

std::size_t terminal_columns() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, 40, 80);
}

std::optional<std::size_t> error_columns() {
  winsize size{};
  if (isatty(STDERR_FILENO) != 1 || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return std::nullopt;
  return size.ws_col == 0 ? 80 : std::size_t{size.ws_col};
}

std::string progress_bar(std::string_view what, std::uint64_t done, std::uint64_t all) {
  constexpr std::uint64_t kCells = 20;
  all = std::max(all, done);  // a fork, or what people write meanwhile, brings more than was planned
  const std::uint64_t full = all == 0 ? kCells : done * kCells / all;
  return "[" + std::string(full, '#') + std::string(kCells - full, ' ') + "] " + std::to_string(all == 0 ? 100 : done * 100 / all) +
         "% " + with_commas(done) + " of " + with_commas(all) + " · " + std::string(what);
}

}  // namespace evenhand::cli
