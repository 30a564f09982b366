// A document on the terminal.
#include <ostream>

#include "apps/cli/console.h"
#include "apps/cli/dashboard.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

class Printer {
 public:
  explicit Printer(Console& console) : console_(console) {}

  void operator()(const document::Heading& heading) { line("\n" + std::string(heading.level > 1 ? "  " : "") + heading.text); }
  void operator()(const document::Paragraph& paragraph) { line(words(paragraph.runs)); }
  void operator()(const document::List& list) {
    for (const document::Item& item : list.items) line(std::string(std::size_t{2} * item.level, ' ') + "- " + words(item.runs));
  }
  void operator()(const document::Table& table) {
    line(table.caption);
    std::vector<std::string> titles;
    for (const document::Column& column : table.columns) titles.push_back(harmless_line(column.title));
    TextTable shown(titles);
    for (const auto& row : table.rows) {
      std::vector<std::string> cells;
      for (const document::Cell& cell : row) cells.push_back(harmless_line(document::words(cell)));
      shown.add(std::move(cells));
    }
    console_.plain ? shown.print_plain(console_.out) : shown.print(console_.out, terminal_columns());
    if (!table.note.empty()) line(table.note);
  }
  void operator()(const document::Facts& facts) { (*this)(document::table_of(facts)); }
  void operator()(const document::Chart& chart) { (*this)(document::table_of(chart)); }
  void operator()(const document::Banner& banner) { line(document::word(banner.kind) + ": " + banner.text); }
  void operator()(const document::PageBreak&) {}
  void operator()(const document::SectionStart& section) { line(section.name); }
  void operator()(const document::SectionEnd&) {}

 private:
  static std::string words(const std::vector<document::Run>& runs) {
    std::string text;
    for (const document::Run& run : runs) text += run.text;
    return text;
  }
  void line(const std::string& text) { console_.print(wrapped(text, terminal_columns(), 0)); }

  Console& console_;
};

}  // namespace

void print_document(Console& console, const document::Document& document) {
  console.print(document.title + (document.subtitle.empty() ? "" : ": " + document.subtitle));
  console.print(document::status_line(document));
  Printer printer(console);
  for (const document::Block& block : document.blocks) std::visit(printer, block);
}

}  // namespace evenhand::cli
