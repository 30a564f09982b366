#include "plugins/document/html.h"

#include <map>

#include "core/base/result.h"
#include "plugins/document/html_chart.h"
#include "plugins/document/html_style.h"
#include "plugins/document/text.h"

namespace evenhand::document {
namespace {

std::string replaced_breaks(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) text.replace(at, 1, "<br>");
  return text;
}

std::string shown(const std::string& text) { return replaced_breaks(escaped(text)); }

std::string anchor(const std::string& address, const std::string& inside) {
  return address.empty() ? inside : "<a href=\"" + escaped(address) + "\" rel=\"noreferrer\">" + inside + "</a>";
}

std::string runs_of(const std::vector<Run>& runs) {
  std::string html;
  for (const Run& run : runs) {
    std::string inside = shown(run.text);
    if (run.italic) inside = "<em>" + inside + "</em>";
    if (run.bold) inside = "<strong>" + inside + "</strong>";
    html += anchor(run.link, inside);
  }
  return html;
}

std::string inside_of(const Cell& cell) {
  const std::string said = shown(words(cell));
  if (const auto* text = std::get_if<Text>(&cell)) return anchor(text->link, said);
  if (std::holds_alternative<Masked>(cell)) return "<span class=\"masked\">" + said + "</span>";
  if (std::holds_alternative<Missing>(cell)) return "<span class=\"gap\">" + said + "</span>";
  return said;
}

std::string class_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::number: return " class=\"number\"";
    case ColumnKind::code: return " class=\"code\"";
    case ColumnKind::text: return "";
  }
  return "";
}

/// A text as a CSS string: everything but letters, digits and blanks as a numbered escape (which ends at
/// its own blank), so that neither the string nor the style element can be left from inside.
std::string css_string(const std::string& text) {
  std::string css = "\"";
  for (const char c : one_line(text, 300)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || c == ' ' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    static constexpr char kDigits[] = "0123456789abcdef";
    if (plain) css += c;
    else css += {'\\', '0', '0', '0', '0', kDigits[byte >> 4], kDigits[byte & 15], ' '};
  }
  return css + "\"";
}

std::string page_rule(const Document& document) {
  const std::string status = status_line(document);
  std::string css = "@page { size: A4; margin: 20mm 16mm 18mm;\n";
  if (!status.empty()) css += "  @top-left { content: " + css_string(status) + "; font: bold 9pt Arial, sans-serif; white-space: pre; }\n";
  css += "  @bottom-left { content: " + css_string(one_line(document.title, 90)) + "; font: 8.5pt Arial, sans-serif; }\n";
  return css + "  @bottom-right { content: \"Page \" counter(page) \" of \" counter(pages); font: 8.5pt Arial, sans-serif; }\n}\n";
}

/// Writes the blocks one after the other; hands out ids and landmark names that never repeat.
class Html {
 public:
  Html(const Document& document, std::span<const PageLink> pages) : document_(document), pages_(pages) {}
  std::string whole();

 private:
  void blocks() {
    for (const Block& block : document_.blocks) std::visit([&](const auto& one) { write(one); }, block);
  }
  void head();
  void header();
  void pages();
  void contents();
  void write(const Heading& heading);
  void write(const Paragraph& paragraph) { out_ += "<p dir=\"auto\">" + runs_of(paragraph.runs) + "</p>\n"; }
  void write(const List& list) { write_level(list.items, 0, 0); }
  std::size_t write_level(const std::vector<Item>& items, std::size_t i, unsigned level);
  void write(const Table& table);
  void write(const Facts& facts);
  void write(const Banner& banner);
  void write(const Chart& chart);
  void write(const PageBreak&) { out_ += "<div class=\"page-break\"></div>\n"; }
  void write(const SectionStart& section) {
    out_ += "<section aria-label=\"" + escaped(unique(section.name)) + "\">\n";
  }
  void write(const SectionEnd&) { out_ += "</section>\n"; }
  void write_head_row(const Table& table);
  void write_row(const Table& table, const std::vector<Cell>& row);

  /// The name itself, or with a number when it stood before.
  std::string unique(const std::string& name) {
    const std::size_t count = ++names_[name];
    return count == 1 ? name : unique(name + " (" + std::to_string(count) + ")");
  }

  const Document& document_;
  std::span<const PageLink> pages_;
  std::string out_;
  std::map<std::string, std::size_t> names_;
  std::size_t headings_ = 0, charts_ = 0;
};

std::string Html::whole() {
  head();
  header();
  pages();
  contents();
  out_ += "<main id=\"main\" tabindex=\"-1\">\n";
  blocks();
  out_ += "</main>\n<footer>\n<p>" + escaped(document_.title) + "</p>\n";
  for (const Status& status : document_.status) out_ += "<p class=\"status\">" + shown(status.text) + "</p>\n";
  out_ += "</footer>\n</body>\n</html>\n";
  return std::move(out_);
}

void Html::head() {
  const std::string status = status_line(document_);
  out_ += "<!DOCTYPE html>\n<html lang=\"" + escaped(document_.language) + "\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
          "base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>";
  if (!pages_.empty()) out_.insert(out_.size() - std::string_view("<title>").size(), std::string(kPageMark) + "\n");
  out_ += escaped(one_line(document_.title, 300));
  if (!status.empty()) out_ += " (" + escaped(one_line(status, 300)) + ")";
  out_ += "</title>\n<style>" + std::string(kHtmlStyle) + (pages_.empty() ? "" : kPagesStyle) + page_rule(document_) + "</style>\n</head>\n";
}

void Html::header() {
  out_ += "<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n";
  for (const Status& status : document_.status) out_ += "<p class=\"status\" dir=\"auto\">" + shown(status.text) + "</p>\n";
  out_ += "<h1 dir=\"auto\">" + escaped(document_.title) + "</h1>\n";
  if (!document_.subtitle.empty()) out_ += "<p class=\"subtitle\" dir=\"auto\">" + shown(document_.subtitle) + "</p>\n";
  if (!document_.date.empty()) out_ += "<p class=\"date\">As it stood on " + escaped(document_.date) + "</p>\n";
  out_ += "</header>\n";
}

void Html::pages() {
  if (pages_.empty()) return;
  out_ += "<nav class=\"pages\" aria-label=\"Pages\">\n<ul>\n";
  for (const PageLink& page : pages_) {
    EVENHAND_ASSERT(page.file.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos && !page.file.empty(), "a page's file stands beside the others");
    out_ += "<li><a href=\"" + page.file + "\"" + (page.is_here ? " aria-current=\"page\"" : "") + " dir=\"auto\">" + escaped(one_line(page.title, 200)) + "</a></li>\n";
  }
  out_ += "</ul>\n</nav>\n";
}

void Html::contents() {
  std::size_t id = 0, listed = 0;
  std::string items;
  bool inner = false, item = false;
  for (const Block& block : document_.blocks) {
    const auto* heading = std::get_if<Heading>(&block);
    if (!heading) continue;
    ++id;
    if (heading->level > 2) continue;
    ++listed;
    const bool below = heading->level == 2;
    if (below && !inner) items += "\n<ul>\n";
    else if (!below && inner) items += "</li>\n</ul>\n</li>\n";
    else if (item) items += "</li>\n";
    items += "<li><a href=\"#h" + std::to_string(id) + "\">" + escaped(heading->text) + "</a>";
    inner = below;
    item = true;
  }
  if (listed < 3) return;
  out_ += "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n" + items;
  out_ += inner ? "</li>\n</ul>\n</li>\n</ol>\n</nav>\n" : "</li>\n</ol>\n</nav>\n";
}

void Html::write(const Heading& heading) {
  const std::string level = std::to_string(heading.level + 1);
  out_ += "<h" + level + " id=\"h" + std::to_string(++headings_) + "\" dir=\"auto\">" + shown(heading.text) + "</h" + level + ">\n";
}

std::size_t Html::write_level(const std::vector<Item>& items, std::size_t i, unsigned level) {
  while (i < items.size() && items[i].level == level) {
    const bool numbered = items[i].numbered;
    out_ += numbered ? "<ol>\n" : "<ul>\n";
    while (i < items.size() && items[i].level == level && items[i].numbered == numbered) {
      out_ += "<li dir=\"auto\">" + runs_of(items[i].runs);
      if (++i < items.size() && items[i].level > level) i = write_level(items, i, level + 1);
      out_ += "</li>\n";
    }
    out_ += numbered ? "</ol>\n" : "</ul>\n";
  }
  return i;
}

void Html::write_head_row(const Table& table) {
  out_ += "<caption dir=\"auto\">" + shown(table.caption) + "</caption>\n<thead>\n<tr>";
  for (const Column& column : table.columns) {
    out_ += "<th scope=\"col\"" + class_of(column.kind) + " dir=\"auto\">" + shown(column.title) + "</th>";
  }
  out_ += "</tr>\n</thead>\n<tbody>\n";
}

void Html::write_row(const Table& table, const std::vector<Cell>& row) {
  out_ += "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool head = i == 0 && table.row_headers;
    const std::string kind = class_of(table.columns[i].kind);
    out_ += (head ? "<th scope=\"row\"" : "<td") + kind + " dir=\"auto\">" + inside_of(row[i]) + (head ? "</th>" : "</td>");
  }
  out_ += "</tr>\n";
}

void Html::write(const Table& table) {
  // From three columns on a table can be wider than a narrow screen; then it must scroll by keyboard too.
  const bool wide = table.columns.size() > 2;
  if (wide) out_ += "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(unique(table.caption)) + "\">\n";
  out_ += wide ? "<table>\n" : "<table class=\"plain\">\n";
  write_head_row(table);
  for (const auto& row : table.rows) write_row(table, row);
  if (table.rows.empty()) {
    out_ += "<tr><td colspan=\"" + std::to_string(table.columns.size()) + "\">Nothing to show.</td></tr>\n";
  }
  out_ += wide ? "</tbody>\n</table>\n</div>\n" : "</tbody>\n</table>\n";
  if (!table.note.empty()) out_ += "<p class=\"table-note\" dir=\"auto\">" + shown(table.note) + "</p>\n";
}

void Html::write(const Facts& facts) {
  out_ += "<table class=\"plain facts\">\n<caption dir=\"auto\">" + shown(facts.caption) + "</caption>\n<tbody>\n";
  for (const Fact& fact : facts.facts) {
    out_ += "<tr><th scope=\"row\" dir=\"auto\">" + shown(fact.name) + "</th><td dir=\"auto\">" + inside_of(fact.value) + "</td></tr>\n";
  }
  out_ += "</tbody>\n</table>\n";
}

void Html::write(const Banner& banner) {
  std::string kind = word(banner.kind);
  kind[0] = static_cast<char>(kind[0] - 'A' + 'a');
  out_ += "<div class=\"banner banner-" + kind + "\" role=\"note\"><p dir=\"auto\"><strong>" + word(banner.kind) + ":</strong> " +
          shown(banner.text) + "</p></div>\n";
}

void Html::write(const Chart& chart) {
  const std::string id = "chart" + std::to_string(++charts_);
  out_ += "<figure>\n<figcaption dir=\"auto\">" + shown(chart.title) + "</figcaption>\n" + svg_of(chart, id) + "</figure>\n";
  write(table_of(chart));
}

}  // namespace

std::string write_html(const Document& document) { return Html(document, {}).whole(); }

std::string write_html(const Document& document, std::span<const PageLink> pages) { return Html(document, pages).whole(); }

}  // namespace evenhand::document
