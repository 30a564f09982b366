/// Writes a document's tables as an Excel workbook, after the rules for statistics in spreadsheets.
#pragma once

#include <string>

#include "core/base/result.h"
#include "plugins/document/model.h"

namespace evenhand::document {

/// A whole .xlsx: "Cover" (title, status, contents), one sheet a table from A1 on, "Notes" last with its
/// text in the last column. No merged cells, no formulas; numbers are numbers, each maximum in a column
/// of its own; the status line prints on every sheet. A text longer than a cell holds is cut and says so.
/// Takes a checked() document; same document, same bytes. Needs a temporary folder.
/// Errors: unavailable (no temporary folder, no space), refused (more tables than a workbook holds).
Result<std::string> write_xlsx(const Document& document);

}  // namespace evenhand::document
