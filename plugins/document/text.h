/// Making texts safe for the place they go to. Hostile text stays text.
#pragma once

#include <string>
#include <string_view>

namespace evenhand::document {

/// Replaces by U+FFFD what XML 1.0 cannot hold (controls but tab and line feed; U+FFFE, U+FFFF), bytes
/// that are not UTF-8, and the marks that reorder foreign text around them (U+202A..E, U+2066..9).
/// CR LF and CR become LF. Source: XML 1.0 section 2.2; Unicode TR 36.
std::string cleaned(std::string_view text);

/// cleaned(), then & < > " ' escaped: right inside elements and quoted attributes of XML and HTML.
std::string escaped(std::string_view text);

/// cleaned(), tabs and line feeds turned to blanks, cut to `characters_max` code points.
std::string one_line(std::string_view text, std::size_t characters_max);

/// The bytes of the first `units_max` UTF-16 units, never cutting a character; all when shorter.
std::string_view first_units(std::string_view text, std::size_t units_max);

/// How many code points the text has. The text is UTF-8.
std::size_t characters_in(std::string_view text);

}  // namespace evenhand::document
