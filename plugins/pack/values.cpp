#include "plugins/pack/values.h"

#include <algorithm>

#include "plugins/query/measure.h"

namespace evenhand::plugins::pack {

using query::State;
using query::Value;

namespace {

/// Line ends and list marks of free text make no sense within a line.
std::string one_line(std::string_view prose) {
  std::string line;
  bool is_start = true;
  for (const char letter : prose) {
    if (letter == '\n' || letter == '\r') {
      is_start = true;
      continue;
    }
    const bool is_mark = letter == '-' || letter == ' ' || letter == '*';
    if (is_start && !line.empty() && is_mark) continue;
    if (is_start && !line.empty()) line += line.back() == '.' || line.back() == ':' || line.back() == ';' ? " " : "; ";
    is_start = false;
    line += letter;
  }
  return line;
}

}  // namespace

std::string shortened(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  text.resize(bytes_max);
  return text + " ... (cut)";
}

bool is_number(const Value& value) { return value.is_known() && value.has_number && value.text == query::digits(value.number, value.decimals); }

std::string title_of_name(std::string_view name) {
  std::string title(name);
  for (char& letter : title) {
    if (letter == '_' || letter == '.') letter = ' ';
  }
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
  return title;
}

Value Values::value(const Reference& reference) {
  if (reference.up) {
    const Row& row = rows_[rows_.size() - 1 - *reference.up];
    return at(*row.table, row.row, reference.path);
  }
  const query::Table* table = results_.find(reference.source);
  return table && table->rows() > 0 ? at(*table, 0, reference.path) : Value{};
}

std::string Values::words(const Value& value, std::string_view owed) {
  switch (value.state) {
    case State::known: return shortened(one_line(results_.pool.words(value)), kCellBytesMax);
    case State::masked: return "hidden: small number";
    case State::missing: return owed.empty() ? "not stated" : std::string(owed);
    case State::conflict: break;
  }
  std::string versions;
  for (const std::string_view text : results_.pool.texts(value)) versions += (versions.empty() ? ": " : " or ") + one_line(text);
  return shortened("Not settled" + versions, kCellBytesMax);
}

Value Values::count(const Piece& piece) {
  const query::Table* table = results_.find(piece.source);
  if (table && table->layout.counts_people) return query::shown_rows(*table, results_.pool, results_.rule);
  return results_.pool.number(static_cast<std::int64_t>(table ? table->rows() : 0));
}

std::string Values::piece_words(const Piece& piece) {
  switch (piece.kind) {
    case Piece::Kind::words: return piece.text;
    case Piece::Kind::count: return words(count(piece), "");
    case Piece::Kind::plural: {
      const Value one = piece.source.empty() ? value(piece.field) : count(piece);
      const bool is_one = one.is_known() && one.has_number && query::compare_numbers(one.number, one.decimals, 1, 0) == 0;
      return is_one ? piece.text : piece.others;
    }
    case Piece::Kind::field: break;
  }
  const Value value = this->value(piece.field);
  std::string text = value.state == State::missing && piece.owed ? *piece.owed : words(value, "");
  if (piece.of && value.is_known()) text += " of " + words(this->value(*piece.of), "");
  return text;
}

std::vector<sdk::Run> Values::runs(const Line& line) {
  std::vector<sdk::Run> runs;
  for (const Piece& piece : line) runs.emplace_back(counted(piece_words(piece)), piece.style, piece.link);
  return runs;
}

std::string Values::title(const Line& line) {
  std::string text;
  for (const Piece& piece : line) text += piece_words(piece);
  return counted(text.find_first_not_of(" \t\r\n") == std::string::npos ? "Not stated" : shortened(std::move(text), kCaptionBytesMax));
}

sdk::Cell Values::cell(const Value& value, std::string_view owed, const Value& maximum) {
  if (value.state == State::masked) return sdk::masked();
  if (value.state == State::missing) return sdk::missing(owed);
  if (!is_number(value)) return counted(words(value, owed));
  bytes_ += 16;
  if (!maximum.is_known() || !maximum.has_number || maximum.decimals > value.decimals) return sdk::decimal(value.number, value.decimals);
  std::int64_t most = maximum.number;
  for (unsigned i = maximum.decimals; i < value.decimals; ++i) {
    if (most > INT64_MAX / 10 || most < INT64_MIN / 10) return sdk::decimal(value.number, value.decimals);
    most *= 10;
  }
  return sdk::decimal(value.number, most, value.decimals);
}

sdk::Cell Values::cell(const Line& line) {
  if (line.empty()) return counted("");
  if (line.size() == 1 && line.front().kind == Piece::Kind::field) {
    const Piece& piece = line.front();
    const Value shown = value(piece.field);
    if (shown.state == State::missing && piece.owed && piece.owed->empty()) return counted("");
    return cell(shown, piece.owed.value_or(""), piece.of ? value(*piece.of) : Value{});
  }
  if (line.size() == 1 && line.front().kind == Piece::Kind::count) return cell(count(line.front()), "");
  std::string text, link;
  for (const Piece& piece : line) {
    // A text around a hidden number would only seem to be complete.
    if (piece.kind == Piece::Kind::field && value(piece.field).state == State::masked) return sdk::masked();
    if (piece.kind == Piece::Kind::count && count(piece).state == State::masked) return sdk::masked();
    text += piece_words(piece);
    link = piece.link;
  }
  return link.empty() ? sdk::Cell(counted(std::move(text))) : sdk::linked(counted(std::move(text)), link);
}

}  // namespace evenhand::plugins::pack
