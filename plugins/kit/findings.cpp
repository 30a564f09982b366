// What can be seen in a document by itself, and how two texts differ.
#include <algorithm>
#include <map>
#include <set>

#include "plugins/kit/checks.h"

namespace evenhand::plugins {

namespace {

using namespace document;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
  return text;
}

bool says_nothing(const std::string& link_text) {
  static const std::set<std::string> kEmptyWords = {"here", "click here", "link", "this", "more", "read more"};
  const std::string text = lower(link_text);
  return kEmptyWords.contains(text) || text.starts_with("http://") || text.starts_with("https://");
}

class Look {
 public:
  std::vector<std::string> at(const Document& document) {
    for (const Block& block : document.blocks) std::visit([this](const auto& one) { see(one); }, block);
    close_heading();
    return std::move(findings_);
  }

 private:
  void see(const Heading& one) {
    if (!heading_.empty() && one.level <= level_ && !has_content_) findings_.push_back("the heading \"" + heading_ + "\" has nothing below it");
    heading_ = one.text;
    level_ = one.level;
    has_content_ = false;
  }
  void see(const Paragraph& one) { content(), runs(one.runs); }
  void see(const List& one) {
    content();
    for (const Item& item : one.items) runs(item.runs);
  }
  void see(const document::Table& one) {
    content();
    named("tables", one.caption);
    std::set<std::string> titles;
    for (const document::Column& column : one.columns) {
      if (!titles.insert(column.title).second) findings_.push_back("the table \"" + one.caption + "\" has two columns called \"" + column.title + "\"");
    }
    if (!one.row_headers && one.columns.size() > 2 && one.rows.size() > 1) findings_.push_back("the table \"" + one.caption + "\" says of no column that it names the rows (row headers)");
    for (const auto& row : one.rows) {
      for (const Cell& cell : row) see_link(cell);
    }
  }
  void see(const Facts& one) { content(), named("lists of facts", one.caption); }
  void see(const Banner&) { content(); }
  void see(const document::Chart& one) {
    content();
    named("charts", one.title);
    if (lower(one.alternative) == lower(one.title)) findings_.push_back("the alternative of the chart \"" + one.title + "\" repeats its title: say what the chart shows");
  }
  void see(const PageBreak&) {}
  void see(const SectionStart&) {}
  void see(const SectionEnd&) {}

  void see_link(const Cell& cell) {
    const auto* text = std::get_if<Text>(&cell);
    if (text && !text->link.empty() && says_nothing(text->text)) findings_.push_back("the link \"" + text->text + "\" does not say where it leads");
  }
  void runs(const std::vector<document::Run>& runs) {
    for (const document::Run& run : runs) {
      if (!run.link.empty() && says_nothing(run.text)) findings_.push_back("the link \"" + run.text + "\" does not say where it leads");
    }
  }
  void named(const std::string& what, const std::string& name) {
    if (!names_[what].insert(name).second) findings_.push_back("two " + what + " are called \"" + name + "\"");
  }
  void content() { has_content_ = true; }
  void close_heading() {
    if (!heading_.empty() && !has_content_) findings_.push_back("the heading \"" + heading_ + "\" has nothing below it");
  }

  std::vector<std::string> findings_;
  std::map<std::string, std::set<std::string>> names_;
  std::string heading_;
  unsigned level_ = 0;
  bool has_content_ = false;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::vector<std::string> accessibility_findings(const Document& document) { return Look().at(document); }

std::vector<std::string> small_number_findings(const Document& document, int masked_from, int masked_to) {
  std::vector<std::string> findings;
  const auto is_small = [&](const Cell& cell) {
    const auto* number = std::get_if<Number>(&cell);
    return number && number->decimals == 0 && !number->maximum && number->value >= masked_from && number->value <= masked_to;
  };
  const auto see = [&](const document::Table& table) {
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      for (std::size_t k = 0; k < table.rows[i].size(); ++k) {
        if (is_small(table.rows[i][k])) findings.push_back("the table \"" + table.caption + "\" shows the small number " + words(table.rows[i][k]) + " (row " + std::to_string(i + 1) + ", " + table.columns[k].title + "): mask it");
      }
    }
  };
  for (const Block& block : document.blocks) {
    if (const auto* table = std::get_if<document::Table>(&block)) see(*table);
    if (const auto* facts = std::get_if<Facts>(&block)) see(table_of(*facts));
    if (const auto* chart = std::get_if<document::Chart>(&block)) see(table_of(*chart));
  }
  return findings;
}

// What both begin and end with is left out; between, lines that the other has are matched greedily. Enough for golden files,
// whose changes are few.
std::string readable_difference(std::string_view before, std::string_view after, std::size_t lines_max) {
  const auto was = lines_of(before), now = lines_of(after);
  std::string text;
  std::size_t shown = 0;
  const auto show = [&](const char* mark, std::string_view line) {
    if (shown++ < lines_max) text += std::string(text.empty() ? "" : "\n") + mark + std::string(line.substr(0, 200));
  };
  std::size_t i = 0, k = 0;
  while (i < was.size() || k < now.size()) {
    if (i < was.size() && k < now.size() && was[i] == now[k]) {
      ++i, ++k;
      continue;
    }
    const auto next = i < was.size() ? std::find(now.begin() + static_cast<std::ptrdiff_t>(k), now.end(), was[i]) : now.end();
    if (i < was.size() && next == now.end()) show("- ", was[i++]);
    else if (k < now.size()) show("+ ", now[k++]);
  }
  if (shown > lines_max) text += "\n… and " + std::to_string(shown - lines_max) + " more lines";
  return text;
}

}  // namespace evenhand::plugins
