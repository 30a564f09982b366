#include "plugins/document/json.h"

#include "core/base/bytes.h"
#include "plugins/document/text.h"

namespace evenhand::document {
namespace {

std::string numbered_escape(unsigned code) {
  static constexpr char kDigits[] = "0123456789abcdef";
  return {'\\', 'u', kDigits[code >> 12 & 15], kDigits[code >> 8 & 15], kDigits[code >> 4 & 15], kDigits[code & 15]};
}

/// The code point when the three bytes at `at` are one that must not stand bare, else 0.
unsigned hidden_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '\xE2') return 0;
  const unsigned code = 0x2000u | (static_cast<unsigned char>(text[at + 1]) & 0x3Fu) << 6 | (static_cast<unsigned char>(text[at + 2]) & 0x3Fu);
  const bool hidden = (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return hidden ? code : 0;
}

std::string quoted(const std::string& any) {
  const std::string text = is_utf8(any) ? any : cleaned(any);
  std::string json = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '"' || byte == '\\') json += {'\\', text[i]};
    else if (byte == '\n') json += "\\n";
    else if (byte < 0x20 || byte == 0x7F || byte == '<' || byte == '>' || byte == '&') json += numbered_escape(byte);
    else if (const unsigned code = hidden_at(text, i)) json += numbered_escape(code), i += 2;
    else json += text[i];
  }
  return json + "\"";
}

std::string pair(const char* key, const std::string& text) { return "\"" + std::string(key) + "\": " + quoted(text); }
std::string more(const char* key, const std::string& text) { return text.empty() ? "" : ", " + pair(key, text); }

template <class Range, class Write>
std::string array(const Range& range, const char* between, Write write) {
  std::string json = "[";
  bool first = true;
  for (const auto& one : range) {
    json += (first ? "" : between) + write(one);
    first = false;
  }
  return json + "]";
}

struct CellJson {
  std::string operator()(const Text& cell) const { return "{" + pair("text", cell.text) + more("link", cell.link) + "}"; }
  std::string operator()(const Number& cell) const {
    std::string json = "{\"number\": " + digits(cell.value, cell.decimals);
    if (cell.maximum) json += ", \"maximum\": " + digits(*cell.maximum, cell.decimals);
    return json + "}";
  }
  std::string operator()(const Masked& cell) const { return "{" + pair("masked", cell.why) + "}"; }
  std::string operator()(const Missing& cell) const { return "{" + pair("missing", cell.owed) + "}"; }
};
std::string cell_json(const Cell& cell) { return std::visit(CellJson{}, cell); }

std::string run_json(const Run& run) {
  return "{" + pair("text", run.text) + (run.bold ? ", \"bold\": true" : "") + (run.italic ? ", \"italic\": true" : "") +
         more("link", run.link) + "}";
}
std::string runs_json(const std::vector<Run>& runs) { return "\"runs\": " + array(runs, ", ", run_json); }

std::string column_json(const Column& column) {
  static constexpr const char* kKinds[] = {"text", "number", "code"};
  return "{" + pair("title", column.title) + ", " + pair("kind", kKinds[static_cast<int>(column.kind)]) + "}";
}

struct BlockJson {
  std::string operator()(const Heading& one) const {
    return "\"heading\", \"level\": " + std::to_string(one.level) + ", " + pair("text", one.text);
  }
  std::string operator()(const Paragraph& one) const { return "\"paragraph\", " + runs_json(one.runs); }
  std::string operator()(const List& one) const {
    return "\"list\", \"items\": " + array(one.items, ", ", [](const Item& item) {
      return "{\"level\": " + std::to_string(item.level) + ", \"numbered\": " + (item.numbered ? "true" : "false") + ", " +
             runs_json(item.runs) + "}";
    });
  }
  std::string operator()(const Table& one) const {
    return "\"table\", " + pair("caption", one.caption) + more("note", one.note) + ", \"row_headers\": " +
           (one.row_headers ? "true" : "false") + ",\n \"columns\": " + array(one.columns, ", ", column_json) + ",\n \"rows\": " +
           array(one.rows, ",\n  ", [](const auto& row) { return array(row, ", ", cell_json); });
  }
  std::string operator()(const Facts& one) const {
    return "\"facts\", " + pair("caption", one.caption) + ", \"facts\": " + array(one.facts, ",\n  ", [](const Fact& fact) {
      return "{" + pair("name", fact.name) + ", \"value\": " + cell_json(fact.value) + "}";
    });
  }
  std::string operator()(const Banner& one) const {
    std::string kind = word(one.kind);
    kind[0] = static_cast<char>(kind[0] - 'A' + 'a');
    return "\"banner\", " + pair("kind", kind) + ", " + pair("text", one.text);
  }
  std::string operator()(const Chart& one) const {
    return "\"chart\", " + pair("kind", one.kind == ChartKind::bar ? "bar" : "line") + ", " + pair("title", one.title) + ", " +
           pair("alternative", one.alternative) + (one.maximum ? ", \"maximum\": " + std::to_string(*one.maximum) : "") +
           ",\n \"labels\": " + array(one.labels, ", ", quoted) + ",\n \"series\": " + array(one.series, ",\n  ", [](const Series& series) {
             return "{" + pair("name", series.name) + ", \"values\": " + array(series.values, ", ", cell_json) + "}";
           });
  }
  std::string operator()(const PageBreak&) const { return "\"page_break\""; }
  std::string operator()(const SectionStart& one) const { return "\"section_start\", " + pair("name", one.name); }
  std::string operator()(const SectionEnd&) const { return "\"section_end\""; }
};

}  // namespace

std::string write_json(const Document& document) {
  std::string json = "{\"format\": \"evenhand.document\", \"version\": 1,\n" + pair("title", document.title) +
                     more("subtitle", document.subtitle) + ",\n" + pair("language", document.language) + more("date", document.date) + ",\n\"status\": ";
  json += array(document.status, ", ", [](const Status& status) {
    return "{" + pair("kind", word(status.kind)) + ", " + pair("text", status.text) + "}";
  });
  json += ",\n\"blocks\": " + array(document.blocks, ",\n", [](const Block& block) {
    return "{\"type\": " + std::visit(BlockJson{}, block) + "}";
  });
  return json + "}\n";
}

}  // namespace evenhand::document
