/// Tables as programs want them: every number alone in its cell. Shared by the XLSX and CSV writers.
#pragma once

#include <string>
#include <vector>

#include "plugins/document/model.h"

namespace evenhand::document {

/// The table, and after each column in which a number has a maximum one more that holds the maximum
/// ("Points", "Points (out of)"), so that no number loses what it is out of.
Table flat(const Table& table);

/// Everything of the document that is rows: its tables, facts and the tables of its charts, in order, flat.
std::vector<Table> tables_of(const Document& document);

/// Everything that is prose, as one table: heading it stands under, sort, text. Headings themselves too.
Table prose_of(const Document& document);

/// The runs' text alone; a link's address follows in brackets.
std::string text_of_runs(const std::vector<Run>& runs);

}  // namespace evenhand::document
