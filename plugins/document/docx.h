/// Writes a document as Office Open XML (Word).
#pragma once

#include <string>

#include "core/base/result.h"
#include "plugins/document/model.h"

namespace evenhand::document {

/// A whole .docx on A4: Title and Heading 1..4 styles, a contents field, captions above tables, header
/// rows that repeat, rows that do not split, no nested tables, real lists, native charts with
/// alternative text each followed by its table, the status line in every header, page numbers in every
/// footer. Takes a checked() document; same document, same bytes. Errors: refused (over 4 GiB), unavailable.
/// Source: ECMA-376 part 1.
Result<std::string> write_docx(const Document& document);

}  // namespace evenhand::document
