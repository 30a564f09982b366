/// Writes a document as one HTML file that needs nothing else and runs nothing.
#pragma once

#include <string>

#include "plugins/document/model.h"

namespace evenhand::document {

/// A whole HTML 5 file: skip link, landmarks, contents (from three headings on), tables with captions
/// and scoped headers, charts as inline SVG each followed by its table, rules for print on A4. No
/// script; a content security policy that allows none. Reflows to 320 px. Meant to meet WCAG 2.2 AA;
/// tests/browser holds axe against it. Takes a checked() document; same document, same bytes.
std::string write_html(const Document& document);

}  // namespace evenhand::document
