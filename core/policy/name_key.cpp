#include "core/policy/name_key.h"

#include <vector>

#include "core/base/bytes.h"

namespace evenhand {

namespace {

constexpr char32_t kUnreadable = 0xFFFD;  // stands for each byte that is no part of a letter

std::vector<char32_t> characters_of(std::string_view text) {
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    const auto goes_on = [&](std::size_t i) { return at + i < text.size() && (static_cast<unsigned char>(text[at + i]) & 0xC0u) == 0x80; };
    char32_t character = length <= 1 ? first : first & (0xFFu >> (length + 1));
    bool is_whole = length > 0;
    for (std::size_t i = 1; i < length && is_whole; ++i) {
      is_whole = goes_on(i);
      if (is_whole) character = character << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
    }
    characters.push_back(is_whole ? character : kUnreadable);
    at += is_whole ? length : 1;
  }
  return characters;
}

void append(std::string& out, char32_t c) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Marks that nobody sees: zero-width, direction, soft hyphen, byte order mark.
bool is_invisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

char32_t lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c == 0x178) return 0xFF;
  // Latin Extended-A goes in pairs, whose parity turns at U+0139 and U+0179.
  if ((c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) || (c >= 0x14A && c <= 0x177)) return c | 1;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 1 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

// The Latin-1 letter that a small letter and the combining mark after it make, or 0.
char32_t joined(char32_t letter, char32_t mark) {
  struct Row {
    char32_t mark;
    std::u32string_view letters;
    std::u32string_view made;
  };
  static constexpr Row kRows[] = {
      {0x300, U"aeiou", U"àèìòù"}, {0x301, U"aeiouy", U"áéíóúý"}, {0x302, U"aeiou", U"âêîôû"}, {0x303, U"ano", U"ãñõ"},
      {0x308, U"aeiouy", U"äëïöüÿ"}, {0x30A, U"a", U"å"},         {0x327, U"c", U"ç"},
  };
  for (const Row& row : kRows) {
    const auto at = row.letters.find(letter);
    if (row.mark == mark && at != std::u32string_view::npos) return row.made[at];
  }
  return 0;
}

}  // namespace

std::string tidy_name(std::string_view name) {
  std::string out;
  bool space = false;
  for (const char32_t c : characters_of(name)) {
    if (is_space(c)) {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    append(out, c);
  }
  return out;
}

std::string harmless_name(std::string_view name) {
  std::string out;
  for (const char32_t c : characters_of(tidy_name(name))) {
    const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    if (!is_control && !is_invisible(c)) append(out, c);
  }
  return out;
}

std::string name_key(std::string_view name) {
  std::u32string folded;
  for (const char32_t c : characters_of(name)) {
    if (is_invisible(c)) continue;
    const char32_t made = folded.empty() ? 0 : joined(folded.back(), c);
    if (made != 0) {
      folded.back() = made;
    } else {
      folded += lower(c);
    }
  }
  std::string out;
  for (const char32_t c : folded) append(out, c);
  return tidy_name(out);
}

}  // namespace evenhand
