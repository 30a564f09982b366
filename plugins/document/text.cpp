#include "plugins/document/text.h"

#include <algorithm>
#include <optional>

#include "core/base/bytes.h"

namespace evenhand::document {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

// The three-byte characters that may not pass: E2 80 AA..AE, E2 81 A6..A9, EF BF BE..BF.
bool is_barred(std::string_view character) {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character[0]);
    return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
  }
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  if (character.size() != 3) return false;
  const auto last = static_cast<unsigned char>(character[2]);
  const std::string_view start = character.substr(0, 2);
  return (start == "\xE2\x80" && last >= 0xAA && last <= 0xAE) ||
         (start == "\xE2\x81" && last >= 0xA6 && last <= 0xA9) || (start == "\xEF\xBF" && last >= 0xBE);
}

}  // namespace

std::string cleaned(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const auto bad = first_bad_utf8(text.substr(at));
    const std::size_t good_end = bad ? at + *bad : text.size();
    while (at < good_end) {
      if (text[at] == '\r') {
        if (at + 1 >= text.size() || text[at + 1] != '\n') clean += '\n';
        ++at;
        continue;
      }
      const std::string_view character = text.substr(at, length_at(text, at));
      clean += is_barred(character) ? kReplacement : character;
      at += character.size();
    }
    if (bad) clean += kReplacement, ++at;
  }
  return clean;
}

std::string escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : cleaned(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string one_line(std::string_view text, std::size_t characters_max) {
  std::string line = cleaned(text);
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  std::size_t at = 0;
  for (std::size_t count = 0; at < line.size() && count < characters_max; ++count) at += length_at(line, at);
  if (at < line.size()) line.resize(at);
  return line;
}

std::string_view first_units(std::string_view text, std::size_t units_max) {
  std::size_t at = 0;
  for (std::size_t units = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    units += length == 4 ? 2 : 1;
    if (units > units_max) break;
    at += length;
  }
  return text.substr(0, at);
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace evenhand::document
