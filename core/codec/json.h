/// JSON: the only door through which JSON text comes in or goes out.
///
/// Strict RFC 8259 over RapidJSON (docs/decisions/0004-json.md says why): no comments, no spare commas, no
/// NaN, one document per text, UTF-8 only. Beyond the standard it refuses what would lose data in silence:
/// keys given twice, lone surrogates, NUL, numbers that no double can hold.
/// Numbers keep their text, so 7.50 stays 7.50 and integers of any length up to the limit stay exact.
/// Objects keep the order of their members.
///
/// Threads: values; no sharing. Lifetime: references handed out die with the Json they came from.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace evenhand {

class Json {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Json() = default;                                                        ///< null
  Json(std::nullptr_t) {}                                                  // NOLINT: implicit on purpose
  Json(bool value) : kind_(Kind::boolean), flag_(value) {}                 // NOLINT
  Json(std::string text) : kind_(Kind::string), text_(std::move(text)) {}  // NOLINT
  Json(std::string_view text) : Json(std::string(text)) {}                 // NOLINT
  Json(const char* text) : Json(std::string(text)) {}                      // NOLINT
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  Json(Integer value) : kind_(Kind::number), text_(std::to_string(value)) {}  // NOLINT

  static Json array() { return of_kind(Kind::array); }
  static Json object() { return of_kind(Kind::object); }
  /// A number as written. Errors: refused (not a JSON number, too long, or beyond a double).
  static Result<Json> number(std::string_view text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_boolean() const { return kind_ == Kind::boolean; }
  bool is_number() const { return kind_ == Kind::number; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_array() const { return kind_ == Kind::array; }
  bool is_object() const { return kind_ == Kind::object; }
  /// "a number", "text", "a list", "an object", … for sentences.
  std::string_view kind_words() const;

  /// The value when it is of that kind, else nothing (text: else empty).
  std::optional<bool> boolean() const;
  const std::string& text() const;               ///< string
  const std::string& number_text() const;        ///< number, as written
  std::optional<std::int64_t> integer() const;   ///< number without fraction or exponent, within 64 bits
  std::optional<std::uint64_t> natural() const;  ///< the same, 0 and up
  std::optional<double> real() const;            ///< number, rounded to a double

  /// Array: its items. Object: the values, parallel to keys(). Else empty.
  const std::vector<Json>& items() const& { return items_; }
  std::vector<Json> items() && { return std::move(items_); }  ///< by value, so that a loop over a temporary keeps them
  const std::vector<std::string>& keys() const { return keys_; }
  std::size_t size() const { return items_.size(); }
  /// The member of that name, or null pointer. Linear in the number of members.
  const Json* find(std::string_view key) const;

  /// Building. set() on a non-object or push() on a non-array is our own mistake and stops the program.
  Json& set(std::string_view key, Json value);  ///< replaces a member of that name; returns *this
  Json& push(Json value);                       ///< returns *this

  /// The line of the text that it was parsed from, from 1: where it stands, an object or list where it opens. 0 when it was built.
  /// No part of equality.
  std::size_t line() const { return line_; }

  /// Equal in kind, order and text: 1 and 1.0 differ.
  bool operator==(const Json& other) const;

 private:
  friend class JsonBuilder;
  static Json of_kind(Kind kind);

  Kind kind_ = Kind::null;
  bool flag_ = false;
  std::uint32_t line_ = 0;  ///< lies where the two before it leave room anyway
  std::string text_;  ///< string, or the number as written
  std::vector<std::string> keys_;
  std::vector<Json> items_;
};

struct JsonLimits {
  std::size_t text_bytes_max = std::size_t{16} << 20;
  std::size_t depth_max = 32;         ///< arrays and objects within each other
  std::size_t nodes_max = 1'000'000;  ///< values of any kind
  std::size_t number_bytes_max = 64;
};

/// One JSON document, from outside. A byte order mark at the start is skipped.
/// Errors: corrupt, whose `where` names byte, line and column, or the path (services[1].grades.1A).
/// Never recurses, so no depth of nesting harms the stack.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

enum class JsonStyle : std::uint8_t { compact, pretty };

/// The same value always gives the same bytes. Control characters, U+2028 and U+2029 are escaped.
/// Pretty: two spaces a level, and a line feed at the end.
std::string write_json(const Json& value, JsonStyle style = JsonStyle::compact);

/// One step of a path for messages: "services" + index 1 = "services[1]"; "grades" + key "1A" = "grades.1A".
std::string json_path(std::string_view parent, std::string_view key);
std::string json_path(std::string_view parent, std::size_t index);

}  // namespace evenhand
