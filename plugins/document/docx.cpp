#include "plugins/document/docx.h"

#include <algorithm>
#include <map>

#include "plugins/document/docx_parts.h"
#include "plugins/document/text.h"
#include "plugins/document/zip.h"

namespace evenhand::document {
namespace {

constexpr long kPageWidth = 9638;  // twentieths of a point between the margins of A4

std::string paragraph(const std::string& style, const std::string& inside, const std::string& properties = {}) {
  return "<w:p><w:pPr><w:pStyle w:val=\"" + style + "\"/>" + properties + "</w:pPr>" + inside + "</w:p>\n";
}

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0, at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n\t-/", at), text.size());
    longest = std::max(longest, characters_in(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return longest;
}

struct ColumnNeeds {
  double least = 0;   ///< twips that keep its words whole
  double weight = 0;  ///< how much it says
};

ColumnNeeds needs_of(const Table& table, std::size_t c, double letter_width) {
  constexpr std::size_t kRowsLookedAt = 300, kLongestKept = 18;
  const bool number = table.columns[c].kind == ColumnKind::number;
  const std::size_t rows = std::min(table.rows.size(), kRowsLookedAt);
  std::size_t word = longest_word(table.columns[c].title), total = characters_in(table.columns[c].title);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::string said = one_line(words(table.rows[r][c]), 400);
    const bool whole = number && std::holds_alternative<Number>(table.rows[r][c]);  // "28 of 33" stays on one line
    word = std::max(word, whole ? characters_in(said) : longest_word(said));
    total += characters_in(said);
  }
  const double mean = static_cast<double>(total) / static_cast<double>(rows + 1);
  return {static_cast<double>(std::min(word, kLongestKept)) * letter_width + 190, std::min(60.0, mean)};
}

/// Widths that keep words whole where the page allows, and share the rest by how much each column says.
std::vector<long> widths_of(const Table& table) {
  const double letter_width = table.columns.size() > 6 ? 102 : 122;  // bold Arial at 8.5 and 10 points
  std::vector<ColumnNeeds> needs;
  double least = 0, weight = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    needs.push_back(needs_of(table, c, letter_width));
    least += needs.back().least;
    weight += needs.back().weight;
  }
  const double page = static_cast<double>(kPageWidth), shrink = std::min(1.0, page / least);
  const double rest = std::max(0.0, page - least);
  std::vector<long> widths;
  for (const ColumnNeeds& one : needs) {
    widths.push_back(static_cast<long>(one.least * shrink + (weight > 0 ? rest * one.weight / weight : 0)));
  }
  return widths;
}

/// Writes the body; collects what other parts must hold: links, charts, numbered lists.
class Body {
 public:
  explicit Body(const Document& document) : document_(document) {}
  std::string whole();

  std::vector<docx::Relation> relations;
  std::vector<std::string> charts;
  std::size_t numbered_lists = 0;

 private:
  void front();
  void contents();
  void write(const Heading& heading);
  void write(const Paragraph& one) { out_ += paragraph("Normal", runs_of(one.runs), breaks()); }
  void write(const List& list);
  void write(const Table& table);
  void write(const Facts& facts) { write_table(table_of(facts), false); }
  void write(const Banner& banner);
  void write(const Chart& chart);
  void write(const PageBreak&) { break_before_ = true; }
  void write(const SectionStart&) {}  // Word has no landmarks; headings do that work
  void write(const SectionEnd&) {}
  void write_table(const Table& table, bool has_head);
  void write_row(const Table& table, const std::vector<long>& widths, const std::vector<Cell>* row);
  std::string inside_of(const Cell& cell, bool bold);
  std::string runs_of(const std::vector<Run>& runs);
  std::string linked(const std::string& address, const std::string& inside);

  /// The property that starts a page, once after each page break.
  std::string breaks() {
    const bool now = break_before_;
    break_before_ = false;
    return now ? "<w:pageBreakBefore/>" : "";
  }

  const Document& document_;
  std::string out_;
  std::map<std::string, std::string> links_;
  std::size_t headings_ = 0, tables_ = 0;
  bool break_before_ = false;
};

std::string Body::whole() {
  out_ = std::string(docx::kXml) + "<w:document " + docx::kWord +
         " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
         "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
         "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><w:body>\n";
  front();
  contents();
  for (const Block& block : document_.blocks) std::visit([&](const auto& one) { write(one); }, block);
  out_ += "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"default\" r:id=\"rId5\"/>"
          "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1418\" w:right=\"1134\" w:bottom=\"1247\" w:left=\"1134\" "
          "w:header=\"624\" w:footer=\"624\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>\n";
  return std::move(out_);
}

void Body::front() {
  out_ += paragraph("Title", docx::run(document_.title));
  if (!document_.subtitle.empty()) out_ += paragraph("Subtitle", docx::run(document_.subtitle));
  out_ += paragraph("DocumentDate", document_.date.empty() ? "" : docx::run("As it stood on " + document_.date));
  for (const Status& status : document_.status) out_ += paragraph("Status", docx::run(status.text));
}

void Body::contents() {
  std::vector<std::pair<std::size_t, const Heading*>> listed;
  std::size_t number = 0;
  for (const Block& block : document_.blocks) {
    const auto* heading = std::get_if<Heading>(&block);
    if (heading && ++number && heading->level <= 2) listed.emplace_back(number, heading);
  }
  if (listed.size() < 3) return;
  out_ += paragraph("TOCHeading", docx::run("Contents"));
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& [n, heading] = listed[i];
    std::string inside;
    if (i == 0) {
      inside = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> TOC \\o \"1-2\" \\h </w:instrText></w:r>"
               "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>";
    }
    inside += "<w:hyperlink w:anchor=\"_Toc" + std::to_string(n) + "\">" + docx::run(heading->text, "<w:rStyle w:val=\"Hyperlink\"/>") + "</w:hyperlink>";
    if (i + 1 == listed.size()) inside += "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    out_ += paragraph("TOC" + std::to_string(heading->level), inside);
  }
}

void Body::write(const Heading& heading) {
  const std::string n = std::to_string(++headings_);
  out_ += paragraph("Heading" + std::to_string(heading.level),
                    "<w:bookmarkStart w:id=\"" + n + "\" w:name=\"_Toc" + n + "\"/>" + docx::run(heading.text) +
                        "<w:bookmarkEnd w:id=\"" + n + "\"/>", breaks());
}

void Body::write(const List& list) {
  const bool counts = std::any_of(list.items.begin(), list.items.end(), [](const Item& item) { return item.numbered; });
  if (counts) ++numbered_lists;
  for (const Item& item : list.items) {
    const std::string id = std::to_string(item.numbered ? numbered_lists + 1 : 1);
    out_ += paragraph("ListParagraph", runs_of(item.runs),
                      breaks() + "<w:numPr><w:ilvl w:val=\"" + std::to_string(item.level) + "\"/><w:numId w:val=\"" + id + "\"/></w:numPr>");
  }
}

void Body::write(const Banner& banner) {
  const std::string name = word(banner.kind);
  out_ += paragraph("Banner" + name, docx::run(name + ": ", "<w:b/>") + docx::run(banner.text), breaks());
}

void Body::write(const Table& table) {
  write_table(table, true);
  if (!table.note.empty()) out_ += paragraph("TableNote", docx::run(table.note));
}

void Body::write_table(const Table& table, bool has_head) {
  out_ += paragraph("Caption", docx::run("Table " + std::to_string(++tables_) + ": " + table.caption), breaks());
  const std::vector<long> widths = widths_of(table);
  out_ += "<w:tbl><w:tblPr><w:tblStyle w:val=\"EvenhandTable\"/><w:tblW w:w=\"" + std::to_string(kPageWidth) +
          "\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"" + (has_head ? "00A0" : "0080") + "\" w:firstRow=\"" +
          (has_head ? "1" : "0") + "\" w:lastRow=\"0\" w:firstColumn=\"" + (table.row_headers ? "1" : "0") +
          "\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/><w:tblCaption w:val=\"" + escaped(one_line(table.caption, 250)) + "\"/></w:tblPr><w:tblGrid>";
  for (const long width : widths) out_ += "<w:gridCol w:w=\"" + std::to_string(width) + "\"/>";
  out_ += "</w:tblGrid>\n";
  if (has_head) write_row(table, widths, nullptr);
  for (const auto& row : table.rows) write_row(table, widths, &row);
  out_ += "</w:tbl>\n";
  if (table.rows.empty()) out_ += paragraph("TableNote", docx::run("Nothing to show."));
  else if (table.note.empty()) out_ += paragraph("TableNote", "");  // keeps neighbouring tables apart
}

void Body::write_row(const Table& table, const std::vector<long>& widths, const std::vector<Cell>* row) {
  const std::string style = table.columns.size() > 6 ? "TableTextSmall" : "TableText";
  out_ += row ? "<w:tr><w:trPr><w:cantSplit/></w:trPr>" : "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool number = table.columns[i].kind == ColumnKind::number;
    const bool bold = !row || (i == 0 && table.row_headers);
    out_ += "<w:tc><w:tcPr><w:tcW w:w=\"" + std::to_string(widths[i]) + "\" w:type=\"dxa\"/></w:tcPr>" +
            paragraph(style, row ? inside_of((*row)[i], bold) : docx::run(table.columns[i].title, "<w:b/>"),
                      std::string(row ? "" : "<w:keepNext/>") + (number ? "<w:jc w:val=\"right\"/>" : "")) + "</w:tc>";
  }
  out_ += "</w:tr>\n";
}

std::string Body::inside_of(const Cell& cell, bool bold) {
  std::string properties = bold ? "<w:b/>" : "";
  if (std::holds_alternative<Missing>(cell)) properties += "<w:i/><w:color w:val=\"7A1F00\"/>";
  if (std::holds_alternative<Masked>(cell)) properties += "<w:i/><w:color w:val=\"425563\"/>";
  const auto* text = std::get_if<Text>(&cell);
  if (text && !text->link.empty()) return linked(text->link, docx::run(text->text, "<w:rStyle w:val=\"Hyperlink\"/>" + properties));
  return docx::run(words(cell), properties);
}

std::string Body::runs_of(const std::vector<Run>& runs) {
  std::string xml;
  for (const Run& run : runs) {
    std::string properties = run.link.empty() ? "" : "<w:rStyle w:val=\"Hyperlink\"/>";
    if (run.bold) properties += "<w:b/>";
    if (run.italic) properties += "<w:i/>";
    xml += linked(run.link, docx::run(run.text, properties));
  }
  return xml;
}

std::string Body::linked(const std::string& address, const std::string& inside) {
  if (address.empty()) return inside;
  auto& id = links_[address];
  if (id.empty()) {
    id = "rIdLink" + std::to_string(links_.size());
    relations.push_back({id, "hyperlink", address});
  }
  return "<w:hyperlink r:id=\"" + id + "\">" + inside + "</w:hyperlink>";
}

void Body::write(const Chart& chart) {
  charts.push_back(docx::chart_part(chart, document_.language));
  const std::string n = std::to_string(charts.size());
  relations.push_back({"rIdChart" + n, "chart", "charts/chart" + n + ".xml"});
  out_ += paragraph("Caption", docx::run("Chart " + n + ": " + chart.title), breaks());
  out_ += paragraph("Normal",
                    "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"6120000\" cy=\"" +
                        std::to_string(docx::chart_height(chart)) + "\"/><wp:docPr id=\"" + n + "\" name=\"Chart " + n + "\" descr=\"" +
                        escaped(one_line(chart.alternative, 2000)) + "\" title=\"" + escaped(one_line(chart.title, 250)) +
                        "\"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">"
                        "<c:chart r:id=\"rIdChart" + n + "\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>");
  write(table_of(chart));
}

}  // namespace

Result<std::string> write_docx(const Document& document) {
  Body body(document);
  std::string main = body.whole();
  std::vector<Part> parts = {
      {"[Content_Types].xml", docx::content_types(body.charts.size())},
      {"_rels/.rels", docx::package_relations()},
      {"docProps/core.xml", docx::core_properties(document)},
      {"docProps/app.xml", docx::app_properties()},
      {"word/document.xml", std::move(main)},
      {"word/_rels/document.xml.rels", docx::document_relations(body.relations)},
      {"word/styles.xml", docx::styles(document.language)},
      {"word/numbering.xml", docx::numbering(body.numbered_lists)},
      {"word/settings.xml", docx::settings(document.language)},
      {"word/header1.xml", docx::header(document)},
      {"word/footer1.xml", docx::footer(document)},
  };
  for (std::size_t i = 0; i < body.charts.size(); ++i) {
    parts.push_back({"word/charts/chart" + std::to_string(i + 1) + ".xml", std::move(body.charts[i])});
  }
  return zip_of(parts);
}

}  // namespace evenhand::document
