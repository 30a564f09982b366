/// Writes a document as one HTML file that needs nothing else and runs nothing.
#pragma once

#include <span>
#include <string>

#include "plugins/document/model.h"

namespace evenhand::document {

/// A whole HTML 5 file: skip link, landmarks, contents (from three headings on), tables with captions
/// and scoped headers, charts as inline SVG each followed by its table, rules for print on A4. No
/// script; a content security policy that allows none. Reflows to 320 px. Meant to meet WCAG 2.2 AA;
/// tests/browser holds axe against it. Takes a checked() document; same document, same bytes.
std::string write_html(const Document& document);

/// One of several files that link each other.
struct PageLink {
  std::string title;
  std::string file;      ///< beside this one: letters a-z, digits, "-" and "." only; asserted
  bool is_here = false;  ///< the file that is being written
};
/// Every such file says this in its head, so that a folder of them is known again.
inline constexpr std::string_view kPageMark = "<meta name=\"generator\" content=\"Evenhand desk\">";

/// The same with a list of all pages above the contents.
std::string write_html(const Document& document, std::span<const PageLink> pages);

}  // namespace evenhand::document
