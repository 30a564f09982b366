/// Words, cells and names that every report says in the same way.
#pragma once

#include <string>
#include <string_view>

#include "plugins/sdk/computed.h"
#include "plugins/sdk/document.h"
#include "plugins/sdk/fields.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// "known_to_do_well" → "known to do well".
std::string plain_words(std::string_view choice);
/// The same with a capital first letter.
std::string sentence_case(std::string words);

/// The beginning of words that are long: a heading or the title of a column has room for 2,000 bytes, and says more than a name. Cut at a blank, else
/// between letters.
std::string within_heading(std::string words);
/// A name for headings and captions, which must not be empty: the text, "not settled: A or B", else the fallback; its beginning when it is long.
std::string name_or(const sdk::Row& row, std::string_view field, std::string_view fallback);

/// Lines and bullets of a text on one line, for a cell.
std::string one_line(std::string_view prose);

/// The value, "not settled: A or B" when in conflict, else what is owed. An empty `owed` leaves the cell empty.
sdk::Cell text_cell(const sdk::Row& row, std::string_view field, std::string_view owed);
/// The number with its state: hidden, missing (owed), or the number. `maximum` below 0: it has none.
sdk::Cell number_cell(const sdk::Row& row, std::string_view field, std::string_view owed, std::int64_t maximum = -1);
/// A number as a person reads it: "95.71".
std::string digits(const sdk::Number& number);

std::string organisation_name(const sdk::Input& input, std::string_view id);
std::string short_organisation_name(const sdk::Input& input, std::string_view id);
/// "1A: Patients (service users) have required levels of access to the service".
std::string outcome_heading(const sdk::Input& input, std::string_view code);
/// "Domain 1: Commissioned or provided services".
std::string domain_heading(const sdk::Input& input, std::string_view code);

/// "2 of 3, Achieving"; "1.5 of 3: a tie between Developing and Achieving that nobody has settled".
std::string grade_words(const sdk::Input& input, std::int64_t halves);
/// The grade as a number with its maximum.
sdk::Cell grade_cell(const sdk::Input& input, std::int64_t halves);
/// "Achieving" for 2.
std::string scale_word(const sdk::Input& input, std::int64_t grade);
std::int64_t grade_maximum(const sdk::Input& input);

/// The grade that counts for the outcome (and service, or empty) of that organisation (empty: any); null: not graded.
const sdk::Row* counted_grade(const sdk::Input& input, std::string_view outcome, std::string_view service,
                              std::string_view organisation = {});

/// The organisation that a report is about.
std::string subject(const sdk::Input& input);
/// The title of the cycle that a report is about.
std::string cycle_title(const sdk::Input& input);

}  // namespace evenhand::views
