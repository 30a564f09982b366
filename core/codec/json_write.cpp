#include <algorithm>

#include "core/codec/json.h"

namespace evenhand {

namespace {

// Bytes at `at` that form U+2028 or U+2029: line ends for JavaScript, so never written raw.
bool is_line_separator(std::string_view text, std::size_t at) {
  return text.substr(at, 2) == "\xE2\x80" && at + 2 < text.size() && (text[at + 2] == '\xA8' || text[at + 2] == '\xA9');
}

std::string control_escape(unsigned char byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (byte) {
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    default: return std::string("\\u00") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
}

void write_text(std::string_view text, std::string& out) {
  out += '"';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += control_escape(byte);
    } else if (is_line_separator(text, at)) {
      out += text[at + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      out += c;
    }
  }
  out += '"';
}

void new_line(JsonStyle style, std::size_t depth, std::string& out) {
  if (style == JsonStyle::compact) return;
  out += '\n';
  out.append(depth * 2, ' ');
}

void write_value(const Json& value, JsonStyle style, std::size_t depth, std::string& out);

void write_members(const Json& value, JsonStyle style, std::size_t depth, std::string& out) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ',';
    new_line(style, depth + 1, out);
    if (value.is_object()) {
      write_text(value.keys()[i], out);
      out += style == JsonStyle::pretty ? ": " : ":";
    }
    write_value(value.items()[i], style, depth + 1, out);
  }
  if (value.size() > 0) new_line(style, depth, out);
}

// Recursion is as deep as the value, which only parse_json (bounded) or our own code can build.
void write_value(const Json& value, JsonStyle style, std::size_t depth, std::string& out) {
  switch (value.kind()) {
    case Json::Kind::null: out += "null"; break;
    case Json::Kind::boolean: out += *value.boolean() ? "true" : "false"; break;
    case Json::Kind::number: out += value.number_text(); break;
    case Json::Kind::string: write_text(value.text(), out); break;
    case Json::Kind::array:
      out += '[';
      write_members(value, style, depth, out);
      out += ']';
      break;
    case Json::Kind::object:
      out += '{';
      write_members(value, style, depth, out);
      out += '}';
      break;
  }
}

// At most 60 bytes of a key, cut between characters.
std::string shown(std::string_view key) {
  std::size_t length = std::min<std::size_t>(key.size(), 60);
  while (length < key.size() && length > 0 && (static_cast<unsigned char>(key[length]) & 0xC0) == 0x80) --length;
  return std::string(key.substr(0, length)) + (length < key.size() ? "…" : "");
}

bool needs_quotes(std::string_view step) {
  return step.empty() || std::any_of(step.begin(), step.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte <= 0x20 || byte == 0x7F || c == '[' || c == ']' || c == '"';
         });
}

}  // namespace

std::string write_json(const Json& value, JsonStyle style) {
  std::string out;
  write_value(value, style, 0, out);
  if (style == JsonStyle::pretty) out += '\n';
  return out;
}

std::string json_path(std::string_view parent, std::string_view key) {
  const std::string step = shown(key);
  if (!needs_quotes(step)) return parent.empty() ? step : std::string(parent) + "." + step;
  std::string quoted;
  write_text(step, quoted);
  return std::string(parent) + "[" + quoted + "]";
}

std::string json_path(std::string_view parent, std::size_t index) {
  return std::string(parent) + "[" + std::to_string(index) + "]";
}

}  // namespace evenhand
