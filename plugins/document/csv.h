/// Writes a document's tables as CSV files: UTF-8, comma, CR LF, double quotes (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/document/model.h"

namespace evenhand::document {

struct NamedFile {
  std::string name;  ///< letters, digits, "-" and "." only
  std::string bytes;
};

/// "00-about.csv" (title, status, what each file holds), then one file a table, then the prose as
/// the last file. A document that is a draft or a demonstration says so in every name,
/// because a file travels alone. A number's maximum has a column of its own. Takes a checked() document.
std::vector<NamedFile> write_csv_files(const Document& document);

/// One field, guarded and quoted. A text that a spreadsheet could take for a formula gets a leading
/// apostrophe: one that begins, after blanks, with = + - @ or their full-width forms, tab, CR, LF or
/// NUL, unless the whole is a plain number. Source: OWASP, CSV injection.
std::string csv_field(std::string_view text);

}  // namespace evenhand::document
