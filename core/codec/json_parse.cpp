// The adapter over RapidJSON: the only file that includes it.
//
// The reader runs in its iterative mode (its own stack on the heap, bounded by our depth limit) and hands
// numbers over as text. What the library lets pass and we do not: duplicate keys, NUL, a low surrogate
// alone, numbers beyond a double.
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "core/base/bytes.h"
#include "core/codec/json.h"

namespace evenhand {

namespace {

// Line and column, both from 1; a column is one character, not one byte.
std::string place_of(std::string_view text, std::size_t byte) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < byte && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string plain_words(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "the text is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular: return "something follows the end of the value";
    case rapidjson::kParseErrorValueInvalid: return "here should be a value";
    case rapidjson::kParseErrorObjectMissName: return "here should be a name in double quotes";
    case rapidjson::kParseErrorObjectMissColon: return "a colon is missing after a name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket: return "a comma or } is missing";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket: return "a comma or ] is missing";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex: return "\\u needs four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid: return "half a surrogate pair stands alone";
    case rapidjson::kParseErrorStringEscapeInvalid: return "an escape that JSON does not know";
    case rapidjson::kParseErrorStringMissQuotationMark: return "a text is not closed by a double quote";
    case rapidjson::kParseErrorStringInvalidEncoding: return "a character is not allowed inside a text";
    case rapidjson::kParseErrorNumberTooBig: return "a number is too large";
    case rapidjson::kParseErrorNumberMissFraction: return "digits are missing after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent: return "digits are missing in an exponent";
    default: return rapidjson::GetParseError_En(code);
  }
}

}  // namespace

// Receives the reader's events and builds the value. A false return stops the reader; refusal() then says why.
class JsonBuilder {
 public:
  /// `stream`: what the reader reads from, in `text`; where it stands when it hands a value over says the value's line.
  JsonBuilder(const JsonLimits& limits, std::string_view text, const rapidjson::MemoryStream& stream)
      : limits_(limits), text_(text), stream_(stream) {}

  bool Null() { return add(Json()); }
  bool Bool(bool value) { return add(Json(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return add_number({text, length}); }
  // The reader asks for these at compile time; it never calls them while it hands numbers over as text.
  bool Int(int) { return refuse("a number came without its text"); }
  bool Uint(unsigned) { return refuse("a number came without its text"); }
  bool Int64(std::int64_t) { return refuse("a number came without its text"); }
  bool Uint64(std::uint64_t) { return refuse("a number came without its text"); }
  bool Double(double) { return refuse("a number came without its text"); }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view view(text, length);
    return is_clean(view) && add(Json(view));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view key(text, length);
    if (!is_clean(key)) return false;
    Frame& frame = frames_.back();
    frame.value.keys_.emplace_back(key);
    if (!frame.seen.emplace(key).second) return refuse("a name is given twice");
    return true;
  }
  bool StartObject() { return start(Json::object()); }
  bool EndObject(rapidjson::SizeType) { return end(); }
  bool StartArray() { return start(Json::array()); }
  bool EndArray(rapidjson::SizeType) { return end(); }

  Json take() { return std::move(root_); }
  const std::string& refusal() const { return refusal_; }

  // Where the reader stands: "services[1].grades.1A"; empty at the root.
  std::string path() const {
    std::string path;
    for (const Frame& frame : frames_) {
      if (frame.value.is_array()) path = json_path(path, frame.value.size());
      if (frame.value.is_object() && !frame.value.keys_.empty()) path = json_path(path, frame.value.keys_.back());
    }
    return path;
  }

 private:
  struct Frame {
    Json value;
    std::unordered_set<std::string> seen = {};
  };

  bool refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }

  // What escapes can smuggle in: \u0000, and a low surrogate alone, which the library lets pass.
  bool is_clean(std::string_view text) {
    const auto bad = first_bad_utf8(text);
    if (!bad) return true;
    return refuse(text[*bad] == '\0' ? "a text holds the character NUL" : "half a surrogate pair stands alone");
  }

  bool count() {
    if (++nodes_ <= limits_.nodes_max) return true;
    return refuse("more than " + std::to_string(limits_.nodes_max) + " values");
  }

  bool add_number(std::string_view text) {
    if (text.size() > limits_.number_bytes_max) {
      return refuse("a number of more than " + std::to_string(limits_.number_bytes_max) + " characters");
    }
    Json json = Json::of_kind(Json::Kind::number);
    json.text_ = text;
    if (!std::isfinite(*json.real())) return refuse("the number " + json.text_ + " is too large");
    return add(std::move(json));
  }

  bool add(Json value) {
    value.line_ = line_here();
    return count() && place(std::move(value));
  }

  bool place(Json value) {
    if (frames_.empty()) {
      root_ = std::move(value);
    } else {
      frames_.back().value.items_.push_back(std::move(value));
    }
    return true;
  }

  // No value but an object or a list spans lines, and those are handed over where they open.
  std::uint32_t line_here() {
    const std::size_t here = stream_.Tell();
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_), text_.begin() + static_cast<std::ptrdiff_t>(here), '\n'));
    counted_ = here;
    return line_;
  }

  bool start(Json value) {
    if (!count()) return false;
    if (frames_.size() >= limits_.depth_max) {
      return refuse("lists and objects stand more than " + std::to_string(limits_.depth_max) + " deep");
    }
    value.line_ = line_here();
    frames_.push_back(Frame{std::move(value)});
    return true;
  }

  bool end() {
    Json value = std::move(frames_.back().value);
    frames_.pop_back();
    return place(std::move(value));
  }

  const JsonLimits& limits_;
  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  std::size_t counted_ = 0;  ///< bytes whose line feeds are in line_
  std::uint32_t line_ = 1;
  std::vector<Frame> frames_;
  Json root_;
  std::size_t nodes_ = 0;
  std::string refusal_;
};

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.text_bytes_max) {
    return corrupt("the JSON is too large: more than " + std::to_string(limits.text_bytes_max) + " bytes");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto bad = first_bad_utf8(text)) {
    const char* what = text[*bad] == '\0' ? "the text holds the character NUL" : "the text is not UTF-8";
    return corrupt(what, "byte " + std::to_string(*bad + 1) + ", " + place_of(text, *bad));
  }
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  JsonBuilder builder(limits, text, stream);
  const auto outcome = reader.Parse<kFlags>(stream, builder);
  if (!outcome.IsError()) return builder.take();
  const std::string place = place_of(text, outcome.Offset());
  if (builder.refusal().empty()) return corrupt("this is not valid JSON: " + plain_words(outcome.Code()), place);
  const std::string path = builder.path();
  const bool name_path = !path.empty() && path.size() <= 80;
  return corrupt("this JSON cannot be taken: " + builder.refusal(), name_path ? path + ", " + place : place);
}

}  // namespace evenhand
