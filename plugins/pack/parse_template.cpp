#include <algorithm>
#include <array>

#include "core/base/bytes.h"
#include "plugins/abi/document_tags.h"
#include "plugins/pack/line_parser.h"

namespace evenhand::plugins::pack {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::vector<std::string_view> cells_in(std::string_view line) {
  line = trimmed(line);
  line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  std::vector<std::string_view> cells;
  for (std::size_t bar = line.find('|'); bar != std::string_view::npos; bar = line.find('|')) {
    cells.push_back(trimmed(line.substr(0, bar)));
    line.remove_prefix(bar + 1);
  }
  cells.push_back(trimmed(line));
  return cells;
}

struct BannerWord {
  std::string_view word;
  evenhand_document_banner kind;
};
constexpr std::array<BannerWord, 3> kBanners = {BannerWord{"Note:", EVENHAND_BANNER_NOTE}, BannerWord{"Gap:", EVENHAND_BANNER_GAP}, BannerWord{"Assumption:", EVENHAND_BANNER_ASSUMPTION}};

/// Reads the template line by line; each and if are read by calling itself, to a fixed depth.
class TemplateParser {
 public:
  TemplateParser(std::string_view text, const query::Catalogue& catalogue, const TemplateWords& words) : scope_(catalogue, words, problems_) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      lines_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Template parse() {
    Template made;
    made.blocks = blocks(0);
    while (at_ < lines_.size() && problems_.size() < kProblemsShown) {  // an end without its beginning
      scope_.at_line(at_ + 1);
      scope_.complain("pack.bad-block", std::string(trimmed(lines_[at_])), "{{#each}} or {{#if}} before it");
      ++at_;
      blocks(0);
    }
    made.problems = std::move(problems_);
    return made;
  }

 private:
  static constexpr std::size_t kProblemsShown = 50;

  std::string_view line() const { return trimmed(lines_[at_]); }
  static std::string_view inside(std::string_view line) { return line.substr(2, line.size() - 4); }
  static bool is_directive(std::string_view line) {
    return line.starts_with("{{") && line.ends_with("}}") && line.find("}}") == line.size() - 2;
  }
  bool is_end() const { return line() == "{{/each}}" || line() == "{{/if}}" || line() == "{{else}}"; }

  std::vector<Block> blocks(std::size_t depth) {
    std::vector<Block> made;
    for (; at_ < lines_.size(); ) {
      scope_.at_line(at_ + 1);
      if (line().empty()) {
        ++at_;
        continue;
      }
      if (is_end() || problems_.size() >= kProblemsShown) return made;
      if (++count_ > kTemplateBlocksMax) {
        scope_.complain("pack.too-many", "more than " + std::to_string(kTemplateBlocksMax) + " blocks", "a shorter template");
        at_ = lines_.size();
        return made;
      }
      made.push_back(block(depth));
    }
    return made;
  }

  Block block(std::size_t depth) {
    Block block;
    block.line = at_ + 1;
    const std::string_view line = this->line();
    if (is_directive(line)) {
      directive(block, depth);
    } else if (line.starts_with("#")) {
      heading(block);
    } else if (line.starts_with("> ") || line == ">") {
      banner(block);
    } else if (is_item(lines_[at_])) {
      item(block);
    } else if (line.starts_with("|")) {
      scope_.complain("pack.bad-block", "a table that no rows are named for", "{{table rows \"Caption\"}} on the line above");
      ++at_;
    } else if (line.starts_with("{{subtitle}}")) {
      block.kind = Block::Kind::subtitle;
      block.text = parse_line(trimmed(line.substr(12)), scope_);
      ++at_;
    } else {
      paragraph(block);
    }
    return block;
  }

  void heading(Block& block) {
    const std::string_view line = this->line();
    const std::size_t level = line.find_first_not_of('#');
    block.kind = Block::Kind::heading;
    block.level = static_cast<unsigned>(std::min<std::size_t>(level, 4));
    if (level == std::string_view::npos || level > 4 || line[level] != ' ') scope_.complain("pack.bad-block", std::string(line), "# to ####, a blank, and the heading");
    else block.text = parse_line(trimmed(line.substr(level)), scope_);
    ++at_;
  }

  void banner(Block& block) {
    std::string_view line = trimmed(this->line().substr(1));
    block.kind = Block::Kind::banner;
    block.level = EVENHAND_BANNER_NOTE;
    for (const BannerWord& one : kBanners) {
      if (!line.starts_with(one.word)) continue;
      block.level = one.kind;
      line = trimmed(line.substr(one.word.size()));
    }
    block.text = parse_line(line, scope_);
    if (line.empty()) scope_.complain("pack.missing", "a banner without words", "> Note: what people should know");
    ++at_;
  }

  static std::size_t mark_of(std::string_view line) {
    if (line.starts_with("- ") || line.starts_with("* ")) return 2;
    const std::size_t digits = line.find_first_not_of("0123456789");
    return digits != std::string_view::npos && digits > 0 && digits < 4 && line.substr(digits, 2) == ". " ? digits + 2 : 0;
  }
  static bool is_item(std::string_view line) { return mark_of(trimmed(line)) != 0; }
  void item(Block& block) {
    const std::string_view line = this->line();
    const std::size_t blanks = lines_[at_].find_first_not_of(' ');
    block.kind = Block::Kind::item;
    block.level = static_cast<unsigned>(std::min<std::size_t>(blanks / 2, 3));
    block.is_numbered = line.front() >= '0' && line.front() <= '9';
    block.text = parse_line(line.substr(mark_of(line)), scope_);
    ++at_;
  }

  void paragraph(Block& block) {
    std::string text;
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view line = this->line();
      const bool is_other = line.empty() || line.starts_with("#") || line.starts_with("> ") || line.starts_with("|") || is_item(lines_[at_]) || is_end() ||
                            line.starts_with("{{#") || line.starts_with("{{subtitle}}") || (is_directive(line) && is_block_word(line));
      if (is_other && !text.empty()) break;
      text += (text.empty() ? "" : " ") + std::string(line);
      if (is_other) {
        ++at_;
        break;
      }
    }
    block.text = parse_line(text, scope_);
  }

  static bool is_block_word(std::string_view line) {
    const std::string_view word = inside(line).substr(0, inside(line).find(' '));
    return word == "table" || word == "facts" || word == "chart" || word == "markdown" || word == "page" || word.starts_with("#") || word.starts_with("/");
  }

  void directive(Block& block, std::size_t depth) {
    const std::string_view line = this->line();
    if (!is_block_word(line)) return paragraph(block);
    const std::vector<Token> tokens = tokens_of(inside(line), scope_);
    const std::string& word = tokens.front().text;
    ++at_;
    if (word == "#each") return each(block, tokens, depth);
    if (word == "#if") return when(block, tokens, depth);
    if (word == "table") return table(block, tokens);
    if (word == "facts") return facts(block, tokens);
    if (word == "chart") return chart(block, tokens);
    if (word == "page") {
      block.kind = Block::Kind::page;
    } else if (word == "markdown" && tokens.size() == 2) {
      block.kind = Block::Kind::markdown;
      block.field = scope_.reference(tokens[1].text);
    } else {
      scope_.complain("pack.bad-block", std::string(line), "{{table …}}, {{facts …}}, {{chart …}}, {{markdown field}}, {{page}}, {{#each …}} or {{#if …}}");
    }
  }

  /// The source at tokens[at]; moves on.
  bool source(Block& block, const std::vector<Token>& tokens, std::size_t& at) {
    if (at < tokens.size() && !tokens[at].is_quoted && scope_.is_source(tokens[at].text)) {
      block.rows.source = tokens[at++].text;
      return true;
    }
    scope_.complain("pack.unknown-source", at < tokens.size() ? "\"" + tokens[at].text + "\"" : "nothing", "a query, or a record type that the manifest reads");
    return false;
  }

  /// where column = field, note "…", empty "…"; what belongs to none of them is refused.
  void options(Block& block, const std::vector<Token>& tokens, std::size_t at) {
    while (at < tokens.size()) {
      const std::string& word = tokens[at].text;
      if ((word == "note" || word == "empty") && at + 1 < tokens.size() && tokens[at + 1].is_quoted) {
        (word == "note" ? block.note : block.empty) = parse_quoted(tokens[at + 1].text, scope_);
        at += 2;
      } else if ((word == "where" || word == "and") && at + 3 < tokens.size() && tokens[at + 2].text == "=") {
        Filter filter;
        filter.column = scope_.column(block.rows.source, tokens[at + 1].text);
        Piece value;
        if (tokens[at + 3].is_quoted) value.text = tokens[at + 3].text;
        else value.kind = Piece::Kind::field, value.field = scope_.reference(tokens[at + 3].text);
        filter.value.push_back(std::move(value));
        block.rows.filters.push_back(std::move(filter));
        at += 4;
      } else {
        scope_.complain("pack.bad-block", "\"" + word + "\"", "where column = field, note \"…\" or empty \"…\"");
        return;
      }
    }
  }

  bool caption(Block& block, const std::vector<Token>& tokens, std::size_t& at) {
    if (at < tokens.size() && tokens[at].is_quoted && !trimmed(tokens[at].text).empty()) {
      block.text = parse_quoted(tokens[at++].text, scope_);
      return true;
    }
    scope_.complain("pack.missing", "no caption", "a caption between marks: it is what people hear who do not see the page");
    return false;
  }

  bool is_too_deep(std::size_t depth) {
    if (depth < kTemplateDepthMax) return false;
    scope_.complain("pack.too-deep", "blocks more than " + std::to_string(kTemplateDepthMax) + " deep", "fewer within each other");
    at_ = lines_.size();
    return true;
  }

  void expect(std::string_view end, std::size_t from) {
    if (at_ < lines_.size() && line() == end) {
      ++at_;
      return;
    }
    scope_.at_line(from);
    if (problems_.size() < kProblemsShown) scope_.complain("pack.bad-block", std::string(trimmed(lines_[from - 1])), std::string(end) + " after it");
  }

  void each(Block& block, const std::vector<Token>& tokens, std::size_t depth) {
    block.kind = Block::Kind::each;
    std::size_t at = 1;
    if (is_too_deep(depth) || !source(block, tokens, at)) return;
    options(block, tokens, at);
    scope_.enter(block.rows.source);
    block.inner = blocks(depth + 1);
    scope_.leave();
    expect("{{/each}}", block.line);
  }

  void when(Block& block, const std::vector<Token>& tokens, std::size_t depth) {
    block.kind = Block::Kind::when;
    if (is_too_deep(depth)) return;
    std::size_t at = 1;
    if (tokens.size() > 1 && scope_.is_source(tokens[1].text)) {
      if (source(block, tokens, at)) options(block, tokens, at);
    } else if (tokens.size() == 2) {
      block.field = scope_.reference(tokens[1].text);
    } else {
      scope_.complain("pack.bad-block", std::string(lines_[block.line - 1]), "{{#if rows}}, {{#if rows where column = field}} or {{#if field}}");
    }
    block.inner = blocks(depth + 1);
    if (at_ < lines_.size() && line() == "{{else}}") {
      ++at_;
      block.otherwise = blocks(depth + 1);
    }
    expect("{{/if}}", block.line);
  }

  void table(Block& block, const std::vector<Token>& tokens) {
    block.kind = Block::Kind::table;
    std::size_t at = 1;
    if (!source(block, tokens, at) || !caption(block, tokens, at)) return;
    options(block, tokens, at);
    if (at_ < lines_.size() && line().starts_with("|")) return columns(block);
    const query::Layout& layout = scope_.catalogue().find(block.rows.source)->second;
    const bool has_ids = !layout.columns.empty() && layout.columns.front().name == "id";
    if (has_ids || layout.columns.size() + (layout.is_pivot ? 1 : 0) > kTemplateCellsMax) {
      scope_.complain("pack.missing", "a table of single rows without its columns", "below it: | Title |, then |---|, then | {{title}} |");
    }
  }

  void columns(Block& block) {
    scope_.at_line(at_ + 1);
    if (at_ + 2 >= lines_.size() || !trimmed(lines_[at_ + 1]).starts_with("|") || !trimmed(lines_[at_ + 2]).starts_with("|")) {
      scope_.complain("pack.bad-block", "a table without its three lines", "| Title |, then |---|, then | {{title}} |");
      ++at_;
      return;
    }
    const auto titles = cells_in(lines_[at_]), marks = cells_in(lines_[at_ + 1]), cells = cells_in(lines_[at_ + 2]);
    const bool is_even = titles.size() == marks.size() && titles.size() == cells.size() && titles.size() <= kTemplateCellsMax;
    if (!is_even) scope_.complain("pack.bad-block", std::to_string(titles.size()) + ", " + std::to_string(marks.size()) + " and " + std::to_string(cells.size()) + " cells", "the same number in the three lines, at most " + std::to_string(kTemplateCellsMax));
    for (std::size_t i = 0; is_even && i < titles.size(); ++i) {
      if (titles[i].empty()) scope_.complain("pack.missing", "a column without a title", "a title for each column");
      if (marks[i].find_first_not_of(":-") != std::string_view::npos || marks[i].empty()) scope_.complain("pack.bad-block", std::string(marks[i]), "--- or :-: for codes");
      block.titles.push_back(parse_line(titles[i], scope_));
      block.codes.push_back(marks[i].size() > 1 && marks[i].starts_with(':') && marks[i].ends_with(':'));
    }
    scope_.at_line(at_ + 3);
    scope_.enter(block.rows.source);
    for (std::size_t i = 0; is_even && i < cells.size(); ++i) block.cells.push_back(parse_line(cells[i], scope_));
    scope_.leave();
    at_ += 3;
  }

  void facts(Block& block, const std::vector<Token>& tokens) {
    block.kind = Block::Kind::facts;
    std::size_t at = 1;
    if (!caption(block, tokens, at)) return;
    options(block, tokens, at);
    for (; at_ < lines_.size() && is_item(lines_[at_]); ++at_) {
      scope_.at_line(at_ + 1);
      const std::string_view line = this->line().substr(mark_of(this->line()));
      const std::size_t colon = line.find(": ");
      if (colon == std::string_view::npos || colon == 0) {
        scope_.complain("pack.bad-block", std::string(line), "- Name: {{field}}");
        continue;
      }
      block.titles.push_back(parse_line(line.substr(0, colon), scope_));
      block.cells.push_back(parse_line(trimmed(line.substr(colon + 1)), scope_));
    }
    if (block.cells.empty()) scope_.complain("pack.missing", "facts without a fact", "- Name: {{field}} on the lines below");
  }

  void chart(Block& block, const std::vector<Token>& tokens) {
    block.kind = Block::Kind::chart;
    const std::string kind = tokens.size() > 1 ? tokens[1].text : "";
    if (kind != "bar" && kind != "line") return scope_.complain("pack.bad-block", "\"" + kind + "\"", "{{chart bar rows \"Title\" labels field values field}} or {{chart line …}}");
    block.level = kind == "bar" ? EVENHAND_CHART_BAR : EVENHAND_CHART_LINE;
    std::size_t at = 2;
    if (!source(block, tokens, at) || !caption(block, tokens, at)) return;
    if (at + 3 >= tokens.size() || tokens[at].text != "labels" || tokens[at + 2].text != "values") {
      return scope_.complain("pack.missing", "a chart without labels and values", "labels field values field");
    }
    scope_.enter(block.rows.source);
    block.series.push_back(scope_.reference(tokens[at + 1].text));
    at += 3;
    for (; at < tokens.size() && !is_option(tokens[at].text); ++at) block.series.push_back(scope_.reference(tokens[at].text));
    scope_.leave();
    if (at + 1 < tokens.size() && tokens[at].text == "max") {
      block.maximum = Json::number(tokens[at + 1].text).ok() ? Json::number(tokens[at + 1].text)->integer() : std::nullopt;
      if (!block.maximum || *block.maximum <= 0) scope_.complain("pack.wrong-type", "\"" + tokens[at + 1].text + "\"", "a whole number above 0");
      at += 2;
    }
    options(block, tokens, at);
  }
  static bool is_option(std::string_view word) { return word == "max" || word == "where" || word == "note" || word == "empty"; }

  std::vector<query::Problem> problems_;
  Scope scope_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

Template parse_template(std::string_view text, const query::Catalogue& catalogue, const TemplateWords& words) {
  if (text.size() > kTemplateBytesMax) {
    Template none;
    none.problems.push_back({"pack.too-many", 0, "", std::to_string(text.size()) + " bytes", "at most " + std::to_string(kTemplateBytesMax)});
    return none;
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());  // editors on Windows put one there
  if (const auto bad = first_bad_utf8(text)) {
    Template none;
    const auto line = 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n'));
    none.problems.push_back({"pack.bad-text", line, "", "bytes that are no letters in UTF-8", "a file saved as UTF-8"});
    return none;
  }
  Template made = TemplateParser(text, catalogue, words).parse();
  made.words = words;
  return made;
}

}  // namespace evenhand::plugins::pack
