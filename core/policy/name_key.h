/// The form in which names are compared, so that "iCaSH" and " ICASH " are seen to be one service.
#pragma once

#include <string>
#include <string_view>

namespace evenhand {

/// Spaces of any kind at the ends dropped, runs of them made one; letters of Latin, Greek and Cyrillic in lower
/// case; a letter and a combining accent joined where Latin-1 has the joined letter; invisible marks dropped.
/// Not full Unicode case folding: two names that differ only beyond that stay two. Takes well-formed UTF-8.
std::string name_key(std::string_view name);

/// The same dropping of spaces, with letters kept: a name as it is shown.
std::string tidy_name(std::string_view name);

/// A name or sentence that a terminal can show: as tidy_name(), without control characters and without the
/// invisible marks that can turn the direction of text.
std::string harmless_name(std::string_view name);

}  // namespace evenhand
