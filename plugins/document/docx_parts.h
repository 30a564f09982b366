/// The parts of a .docx that hold no blocks: styles, lists, headers, properties, the package's lists.
#pragma once

#include <string>
#include <vector>

#include "plugins/document/model.h"

namespace evenhand::document::docx {

constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kWord = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
                              "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// One relationship of word/document.xml beyond the fixed ones.
struct Relation {
  std::string id;
  std::string type;  ///< last word of the type's address: "hyperlink", "chart"
  std::string target;
};

/// One run of text with its properties already as XML; line feeds become breaks.
std::string run(const std::string& text, const std::string& properties = {});

std::string content_types(std::size_t charts);
std::string package_relations();
std::string document_relations(const std::vector<Relation>& more);
std::string styles(const std::string& language);
/// Bullets are list 1; numbered lists are 2 .. 1 + `numbered`, each counting from 1.
std::string numbering(std::size_t numbered);
std::string settings(const std::string& language);
std::string header(const Document& document);
std::string footer(const Document& document);
std::string core_properties(const Document& document);
std::string app_properties();

/// word/charts/chartN.xml: a native chart that carries its own numbers.
std::string chart_part(const Chart& chart, const std::string& language);
/// How tall the chart stands, in English Metric Units.
long chart_height(const Chart& chart);

}  // namespace evenhand::document::docx
