#include "plugins/pack/line_parser.h"

#include "plugins/abi/document_tags.h"

namespace evenhand::plugins::pack {

Reference Scope::reference(std::string_view words) {
  Reference reference;
  reference.words = words;
  for (std::size_t up = 0; up < rows_.size(); ++up) {
    const query::Layout& layout = catalogue_.find(rows_[rows_.size() - 1 - up])->second;
    if (const auto path = query::resolve(layout, catalogue_, words)) {
      reference.up = up;
      reference.path = *path;
      return reference;
    }
  }
  const std::size_t dot = words.find('.');
  const auto at = dot == std::string_view::npos ? catalogue_.end() : catalogue_.find(words.substr(0, dot));
  if (at != catalogue_.end()) {
    if (const auto path = query::resolve(at->second, catalogue_, words.substr(dot + 1))) {
      reference.source = at->first;
      reference.path = *path;
      return reference;
    }
  }
  std::string known;
  const auto layout = rows_.empty() ? catalogue_.end() : catalogue_.find(rows_.back());
  if (layout != catalogue_.end()) {
    for (const query::Column& column : layout->second.columns) known += (known.empty() ? "" : ", ") + column.name;
  }
  complain("pack.unknown-field", "\"" + std::string(words) + "\"",
           known.empty() ? "a query's name, a point and its column: {{about.title}}" : "a column of \"" + rows_.back() + "\": " + known);
  return reference;
}

query::Path Scope::column(const std::string& source, std::string_view words) {
  const auto at = catalogue_.find(source);
  if (at == catalogue_.end()) return {};
  if (const auto path = query::resolve(at->second, catalogue_, words)) return *path;
  std::string known;
  for (const query::Column& column : at->second.columns) known += (known.empty() ? "" : ", ") + column.name;
  complain("pack.unknown-field", "\"" + std::string(words) + "\"", "a column of \"" + source + "\": " + known);
  return {};
}

std::string Scope::word(std::string_view name) {
  if (const auto at = words_.find(name); at != words_.end()) return at->second;
  std::string known;
  for (const auto& [one, text] : words_) known += (known.empty() ? "" : ", ") + one;
  complain("pack.unknown-word", "\"" + std::string(name) + "\"", known.empty() ? "a text between marks, or a name among the report's \"words\"" : "one of the report's words: " + known);
  return {};
}

void Scope::complain(std::string code, std::string found, std::string wanted) {
  problems_.push_back({std::move(code), line_, "", std::move(found), std::move(wanted)});
}

std::vector<Token> tokens_of(std::string_view inside, Scope& scope) {
  std::vector<Token> tokens;
  while (true) {
    const std::size_t start = inside.find_first_not_of(" \t");
    if (start == std::string_view::npos) return tokens;
    inside.remove_prefix(start);
    if (inside.front() == '"') {
      const std::size_t end = inside.find('"', 1);
      if (end == std::string_view::npos) {
        scope.complain("pack.bad-text", "a \" without its end", "\"words between marks\"");
        return tokens;
      }
      tokens.push_back({std::string(inside.substr(1, end - 1)), true});
      inside.remove_prefix(end + 1);
      continue;
    }
    const std::size_t end = std::min(inside.find_first_of(" \t\""), inside.size());
    tokens.push_back({std::string(inside.substr(0, end)), false});
    inside.remove_prefix(end);
  }
}

namespace {

/// A text between marks, or the name of a word.
std::string text_of(const Token& token, Scope& scope) { return token.is_quoted ? token.text : scope.word(token.text); }

/// {{word due}}, {{count gaps}}, {{plural gaps "gap" "gaps"}}, {{total of maximum or "grades"}}.
Piece parse_piece(std::string_view inside, Scope& scope) {
  const std::vector<Token> tokens = tokens_of(inside, scope);
  Piece piece;
  piece.kind = Piece::Kind::field;
  const auto is_word = [&](std::size_t at, std::string_view word) { return at < tokens.size() && !tokens[at].is_quoted && tokens[at].text == word; };
  if (is_word(0, "word") && tokens.size() == 2 && !tokens[1].is_quoted) {
    piece.kind = Piece::Kind::words;
    piece.text = scope.word(tokens[1].text);
    return piece;
  }
  if (is_word(0, "count") && tokens.size() == 2 && scope.is_source(tokens[1].text)) {
    piece.kind = Piece::Kind::count;
    piece.source = tokens[1].text;
    return piece;
  }
  if (is_word(0, "plural") && tokens.size() == 4) {
    piece.kind = Piece::Kind::plural;
    piece.text = text_of(tokens[2], scope);
    piece.others = text_of(tokens[3], scope);
    if (scope.is_source(tokens[1].text)) piece.source = tokens[1].text;
    else piece.field = scope.reference(tokens[1].text);
    return piece;
  }
  std::size_t at = 1;
  if (!tokens.empty() && !tokens[0].is_quoted) piece.field = scope.reference(tokens[0].text);
  if (is_word(at, "of") && at + 1 < tokens.size()) {
    piece.of = scope.reference(tokens[at + 1].text);
    at += 2;
  }
  if (is_word(at, "or") && at + 1 < tokens.size()) {
    piece.owed = text_of(tokens[at + 1], scope);
    at += 2;
  }
  if (tokens.empty() || tokens[0].is_quoted || at != tokens.size()) {
    scope.complain("pack.bad-field", "{{" + std::string(inside) + "}}", "{{field}}, {{field or \"words\"}}, {{number of maximum}}, {{word name}}, {{count rows}} or {{plural rows \"one\" \"several\"}}");
  }
  return piece;
}

/// Splits a line into pieces. Style marks toggle; what a field gives is never looked at.
class LineParser {
 public:
  LineParser(std::string_view text, Scope& scope) : rest_(text), scope_(scope) {}

  Line parse() {
    while (!rest_.empty()) step();
    flush();
    if (style_ != 0) scope_.complain("pack.bad-text", "a * or ** without its end", "the same mark before and after");
    return std::move(line_);
  }

 private:
  void step() {
    if (rest_.starts_with("\\") && rest_.size() > 1) {
      words_ += rest_[1];
      rest_.remove_prefix(2);
    } else if (rest_.starts_with("{{")) {
      field();
    } else if (rest_.starts_with("**")) {
      toggle(EVENHAND_STYLE_BOLD, 2);
    } else if (rest_.starts_with("*")) {
      toggle(EVENHAND_STYLE_ITALIC, 1);
    } else if (!rest_.starts_with("[") || !link()) {
      words_ += rest_.front();
      rest_.remove_prefix(1);
    }
  }
  void flush() {
    if (words_.empty()) return;
    Piece piece;
    piece.text = std::move(words_);
    piece.style = style_;
    line_.push_back(std::move(piece));
    words_.clear();
  }
  void toggle(unsigned style, std::size_t length) {
    flush();
    style_ ^= style;
    rest_.remove_prefix(length);
  }
  void field() {
    flush();
    const std::size_t end = rest_.find("}}");
    if (end == std::string_view::npos) {
      scope_.complain("pack.bad-field", "{{ without its }}", "{{field}}");
      return rest_.remove_prefix(rest_.size());
    }
    Piece piece = parse_piece(rest_.substr(2, end - 2), scope_);
    piece.style = style_;
    line_.push_back(std::move(piece));
    rest_.remove_prefix(end + 2);
  }
  /// [words](address); the address is the author's own, never the data's.
  bool link() {
    constexpr std::size_t kLinkBytes = 2000;  // a [ that no ]( follows near by is only a [
    const std::size_t middle = rest_.substr(0, kLinkBytes).find("](");
    const std::size_t end = middle == std::string_view::npos ? middle : rest_.find(')', middle);
    if (end == std::string_view::npos) return false;
    const std::string address(rest_.substr(middle + 2, end - middle - 2));
    flush();
    if (!address.starts_with("https://") && !address.starts_with("http://") && !address.starts_with("mailto:")) {
      scope_.complain("pack.bad-link", "\"" + address + "\"", "an address that begins with https://, http:// or mailto:");
    }
    if (address.find("{{") != std::string::npos) scope_.complain("pack.bad-link", "\"" + address + "\"", "an address without fields");
    for (Piece& piece : parse_line(rest_.substr(1, middle - 1), scope_)) {
      piece.link = address;
      line_.push_back(std::move(piece));
    }
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
  Scope& scope_;
  Line line_;
  std::string words_;
  unsigned style_ = 0;
};

}  // namespace

Line parse_line(std::string_view text, Scope& scope) { return LineParser(text, scope).parse(); }

Line parse_quoted(std::string_view text, Scope& scope) {
  Line line;
  const auto add_words = [&](std::string_view words) {
    if (words.empty()) return;
    line.emplace_back();
    line.back().text = words;
  };
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      scope.complain("pack.bad-text", "\"" + std::string(text) + "\"", "a text in which every { has its }");
      return line;
    }
    add_words(text.substr(0, open));
    line.push_back(parse_piece(text.substr(open + 1, close - open - 1), scope));
    text.remove_prefix(close + 1);
  }
  add_words(text);
  return line;
}

}  // namespace evenhand::plugins::pack
