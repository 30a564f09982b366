/// Writes the whole document as JSON (RFC 8259), for programs. Format: docs/formats/document.md.
#pragma once

#include <string>

#include "plugins/document/model.h"

namespace evenhand::document {

/// One object, keys always in the same order. Texts are kept exactly; characters that could run or
/// mislead where JSON is shown (controls, <, >, &, U+2028, U+2029, marks that reorder text) stand as
/// \u escapes. Takes a checked() document; same document, same bytes.
std::string write_json(const Document& document);

}  // namespace evenhand::document
