#include "plugins/document/docx_parts.h"

#include "plugins/document/text.h"

namespace evenhand::document::docx {
namespace {

constexpr const char* kTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string relation(const std::string& id, const std::string& type, const std::string& target) {
  const bool outside = type == "hyperlink";
  return "<Relationship Id=\"" + id + "\" Type=\"" + kTypes + type + "\" Target=\"" + escaped(target) + "\"" +
         (outside ? " TargetMode=\"External\"" : "") + "/>\n";
}

std::string override_of(const std::string& part, const std::string& type) {
  return "<Override PartName=\"" + part + "\" ContentType=\"application/vnd.openxmlformats-" + type + "+xml\"/>\n";
}

/// One paragraph style. `paragraph` and `text` are XML inside w:pPr and w:rPr.
std::string style(const std::string& id, const std::string& name, const std::string& paragraph, const std::string& text,
                  const std::string& based = "Normal") {
  std::string xml = "<w:style w:type=\"paragraph\" w:styleId=\"" + id + "\"><w:name w:val=\"" + name + "\"/>";
  if (!based.empty()) xml += "<w:basedOn w:val=\"" + based + "\"/>";
  if (id.starts_with("Heading") || id == "Title") xml += "<w:next w:val=\"Normal\"/>";
  return xml + "<w:qFormat/><w:pPr>" + paragraph + "</w:pPr><w:rPr>" + text + "</w:rPr></w:style>\n";
}

std::string heading_style(int level, int half_points, int before, const char* colour) {
  const std::string n = std::to_string(level);
  return style("Heading" + n, "heading " + n,
               "<w:keepNext/><w:keepLines/><w:spacing w:before=\"" + std::to_string(before) +
                   "\" w:after=\"100\"/><w:outlineLvl w:val=\"" + std::to_string(level - 1) + "\"/>",
               "<w:b/><w:color w:val=\"" + std::string(colour) + "\"/><w:sz w:val=\"" + std::to_string(half_points) + "\"/>");
}

std::string banner_style(const std::string& name, const char* line, const char* fill) {
  return style("Banner" + name, "Banner " + name,
               "<w:keepLines/><w:pBdr><w:left w:val=\"single\" w:sz=\"36\" w:space=\"8\" w:color=\"" + std::string(line) +
                   "\"/></w:pBdr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"" + fill +
                   "\"/><w:spacing w:before=\"120\" w:after=\"200\"/><w:ind w:left=\"227\"/>",
               "");
}

constexpr const char* kTableStyle =
    "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr>"
    "<w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" w:type=\"dxa\"/>"
    "<w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\n"
    "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"EvenhandTable\"><w:name w:val=\"Evenhand Table\"/>"
    "<w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>"
    "<w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"212B32\"/><w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"212B32\"/>"
    "<w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"AEB7BD\"/></w:tblBorders>"
    "<w:tblCellMar><w:top w:w=\"57\" w:type=\"dxa\"/><w:left w:w=\"85\" w:type=\"dxa\"/><w:bottom w:w=\"57\" w:type=\"dxa\"/>"
    "<w:right w:w=\"85\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type=\"firstRow\"><w:rPr><w:b/></w:rPr><w:tcPr>"
    "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"212B32\"/></w:tcBorders>"
    "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8EDEE\"/></w:tcPr></w:tblStylePr>"
    "<w:tblStylePr w:type=\"firstCol\"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>\n";

std::string field(const std::string& code) {
  return "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> " + code +
         " </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
         "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
}

std::string list_levels(bool numbered) {
  static constexpr const char* kBullets[] = {"•", "–", "•", "–"};
  static constexpr const char* kFormats[] = {"decimal", "lowerLetter", "lowerRoman", "decimal"};
  std::string xml;
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    const std::string text = numbered ? "%" + std::to_string(i + 1) + "." : kBullets[i];
    xml += "<w:lvl w:ilvl=\"" + n + "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" + (numbered ? kFormats[i] : "bullet") +
           "\"/><w:lvlText w:val=\"" + text + "\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"" +
           std::to_string(454 * (i + 1)) + "\" w:hanging=\"397\"/></w:pPr></w:lvl>\n";
  }
  return xml;
}

}  // namespace

std::string run(const std::string& text, const std::string& properties) {
  const std::string start = "<w:r>" + (properties.empty() ? "" : "<w:rPr>" + properties + "</w:rPr>");
  std::string xml = start + "<w:t xml:space=\"preserve\">";
  for (const char c : escaped(text)) {
    if (c == '\n') xml += "</w:t><w:br/><w:t xml:space=\"preserve\">";
    else if (c == '\t') xml += "</w:t><w:tab/><w:t xml:space=\"preserve\">";
    else xml += c;
  }
  return xml + "</w:t></w:r>";
}

std::string content_types(std::size_t charts) {
  const std::string word = "officedocument.wordprocessingml.";
  std::string xml = std::string(kXml) +
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\n"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\n"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>\n" +
      override_of("/word/document.xml", word + "document.main") + override_of("/word/styles.xml", word + "styles") +
      override_of("/word/numbering.xml", word + "numbering") + override_of("/word/settings.xml", word + "settings") +
      override_of("/word/header1.xml", word + "header") + override_of("/word/footer1.xml", word + "footer") +
      override_of("/docProps/core.xml", "package.core-properties") +
      override_of("/docProps/app.xml", "officedocument.extended-properties");
  for (std::size_t i = 1; i <= charts; ++i) {
    xml += override_of("/word/charts/chart" + std::to_string(i) + ".xml", "officedocument.drawingml.chart");
  }
  return xml + "</Types>\n";
}

std::string package_relations() {
  return std::string(kXml) + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n" +
         relation("rId1", "officeDocument", "word/document.xml") +
         "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" "
         "Target=\"docProps/core.xml\"/>\n" +
         relation("rId3", "extended-properties", "docProps/app.xml") + "</Relationships>\n";
}

std::string document_relations(const std::vector<Relation>& more) {
  std::string xml = std::string(kXml) + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\n" +
                    relation("rId1", "styles", "styles.xml") + relation("rId2", "numbering", "numbering.xml") +
                    relation("rId3", "settings", "settings.xml") + relation("rId4", "header", "header1.xml") +
                    relation("rId5", "footer", "footer1.xml");
  for (const Relation& one : more) xml += relation(one.id, one.type, one.target);
  return xml + "</Relationships>\n";
}

std::string styles(const std::string& language) {
  std::string xml = std::string(kXml) + "<w:styles " + kWord + ">\n<w:docDefaults><w:rPrDefault><w:rPr>"
      "<w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\" w:eastAsia=\"Arial\"/><w:color w:val=\"212B32\"/>"
      "<w:sz w:val=\"22\"/><w:szCs w:val=\"22\"/><w:lang w:val=\"" + escaped(language) + "\" w:eastAsia=\"" + escaped(language) +
      "\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"140\" w:line=\"271\" w:lineRule=\"auto\"/></w:pPr>"
      "</w:pPrDefault></w:docDefaults>\n"
      "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>\n"
      "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr><w:color w:val=\"004B93\"/>"
      "<w:u w:val=\"single\"/></w:rPr></w:style>\n";
  xml += style("Title", "Title", "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"80\" w:line=\"240\" w:lineRule=\"auto\"/>",
               "<w:b/><w:color w:val=\"003087\"/><w:sz w:val=\"44\"/>");
  xml += style("Subtitle", "Subtitle", "<w:spacing w:after=\"80\"/>", "<w:sz w:val=\"28\"/>");
  xml += style("DocumentDate", "Document Date",
               "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"24\" w:space=\"8\" w:color=\"005EB8\"/></w:pBdr><w:spacing w:after=\"320\"/>",
               "<w:color w:val=\"425563\"/>");
  xml += heading_style(1, 32, 440, "003087") + heading_style(2, 27, 340, "003087") + heading_style(3, 24, 280, "212B32") +
         heading_style(4, 22, 240, "212B32");
  xml += style("TOCHeading", "TOC Heading", "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"100\"/>",
               "<w:b/><w:color w:val=\"003087\"/><w:sz w:val=\"27\"/>");
  xml += style("TOC1", "toc 1", "<w:spacing w:after=\"60\"/>", "");
  xml += style("TOC2", "toc 2", "<w:spacing w:after=\"60\"/><w:ind w:left=\"340\"/>", "");
  xml += style("Caption", "caption", "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"100\"/>", "<w:b/>");
  xml += style("ListParagraph", "List Paragraph", "<w:spacing w:after=\"80\"/>", "");
  xml += style("TableText", "Table Text", "<w:spacing w:after=\"0\" w:line=\"252\" w:lineRule=\"auto\"/>", "<w:sz w:val=\"20\"/>");
  xml += style("TableTextSmall", "Table Text Small", "", "<w:sz w:val=\"17\"/>", "TableText");
  xml += style("TableNote", "Table Note", "<w:spacing w:before=\"80\" w:after=\"240\"/>", "<w:color w:val=\"425563\"/><w:sz w:val=\"19\"/>");
  xml += style("Status", "Status",
               "<w:pBdr><w:top w:val=\"single\" w:sz=\"8\" w:space=\"4\" w:color=\"212B32\"/><w:left w:val=\"single\" w:sz=\"8\" w:space=\"4\" w:color=\"212B32\"/>"
               "<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"4\" w:color=\"212B32\"/><w:right w:val=\"single\" w:sz=\"8\" w:space=\"4\" w:color=\"212B32\"/></w:pBdr>"
               "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFF4CC\"/><w:spacing w:after=\"160\"/><w:ind w:left=\"113\" w:right=\"113\"/>",
               "<w:b/>");
  xml += banner_style("Note", "005EB8", "F0F4F5") + banner_style("Draft", "8A6D00", "FFF4CC") +
         banner_style("Demonstration", "8A6D00", "FFF4CC") + banner_style("Assumption", "5A3D8A", "F4F0FA") +
         banner_style("Gap", "A02B00", "FDF0EB");
  xml += style("Header", "header", "<w:spacing w:after=\"0\"/>", "<w:sz w:val=\"18\"/>");
  xml += style("Footer", "footer", "<w:tabs><w:tab w:val=\"right\" w:pos=\"9638\"/></w:tabs><w:spacing w:after=\"0\"/>", "<w:sz w:val=\"18\"/>");
  return xml + kTableStyle + "</w:styles>\n";
}

std::string numbering(std::size_t numbered) {
  std::string xml = std::string(kXml) + "<w:numbering " + kWord + ">\n<w:abstractNum w:abstractNumId=\"1\">"
      "<w:multiLevelType w:val=\"hybridMultilevel\"/>" + list_levels(false) + "</w:abstractNum>\n<w:abstractNum w:abstractNumId=\"2\">"
      "<w:multiLevelType w:val=\"multilevel\"/>" + list_levels(true) + "</w:abstractNum>\n"
      "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num>\n";
  for (std::size_t i = 0; i < numbered; ++i) {
    xml += "<w:num w:numId=\"" + std::to_string(i + 2) + "\"><w:abstractNumId w:val=\"2\"/>";
    for (int level = 0; level < 4; ++level) {
      xml += "<w:lvlOverride w:ilvl=\"" + std::to_string(level) + "\"><w:startOverride w:val=\"1\"/></w:lvlOverride>";
    }
    xml += "</w:num>\n";
  }
  return xml + "</w:numbering>\n";
}

std::string settings(const std::string& language) {
  return std::string(kXml) + "<w:settings " + kWord + "><w:defaultTabStop w:val=\"720\"/><w:compat><w:compatSetting "
         "w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
         "<w:themeFontLang w:val=\"" + escaped(language) + "\"/></w:settings>\n";
}

std::string header(const Document& document) {
  const std::string status = one_line(status_line(document), 250);
  return std::string(kXml) + "<w:hdr " + kWord + "><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>" +
         (status.empty() ? "" : run(status, "<w:b/>")) + "</w:p></w:hdr>\n";
}

std::string footer(const Document& document) {
  return std::string(kXml) + "<w:ftr " + kWord + "><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>" +
         run(one_line(document.title, 80)) + "<w:r><w:tab/></w:r>" + run("Page ") + field("PAGE") + run(" of ") + field("NUMPAGES") +
         "</w:p></w:ftr>\n";
}

std::string core_properties(const Document& document) {
  // The day that the content stands for; a fixed one when there is none. Never today.
  const std::string day = (document.date.empty() ? "2000-01-01" : document.date) + "T00:00:00Z";
  return std::string(kXml) +
         "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
         "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>" + escaped(one_line(document.title, 300)) +
         "</dc:title><dc:subject>" + escaped(one_line(status_line(document), 300)) + "</dc:subject><dc:creator>Evenhand</dc:creator>"
         "<dc:language>" + escaped(document.language) + "</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">" + day +
         "</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">" + day + "</dcterms:modified></cp:coreProperties>\n";
}

std::string app_properties() {
  return std::string(kXml) + "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
         "<Application>Evenhand</Application></Properties>\n";
}

}  // namespace evenhand::document::docx
