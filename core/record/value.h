/// Values of fields: typed in memory, canonical bytes in events, plain text and JSON for people.
///
/// Canonical bytes make equality simple: two replicas that enter the same value write the same bytes.
/// Threads: values. Format: docs/formats/event.md, "Values".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/codec/json.h"
#include "core/record/vocabulary.h"

namespace evenhand {

/// A number kept as written: 7.50 is mantissa 750 with two decimals.
struct Decimal {
  std::int64_t mantissa = 0;
  std::uint8_t decimals = 0;  ///< 0..6
  auto operator<=>(const Decimal&) const = default;

  static Result<Decimal> parse(std::string_view text);
  std::string text() const;
  double approximate() const;  ///< for charts; sums use mantissas

  template <class Archive>
  void serialize(Archive& archive) {
    archive(mantissa, decimals);
  }
};

/// A grade in half points, 0..6: 3 is the grade 1.5, a tie left open.
struct GradeValue {
  std::uint8_t halves = 0;
  auto operator<=>(const GradeValue&) const = default;
  static Result<GradeValue> parse(std::string_view text);
  std::string text() const;  ///< "2" or "1.5"
};

/// An attachment: where its bytes are, how many, what sort.
struct AttachedBlob {
  Hash root;
  std::uint64_t bytes = 0;
  std::string media_type;
  auto operator<=>(const AttachedBlob&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, bytes, media_type);
  }
};

/// word, prose, date, choice, code → string; words → vector of strings; references → vector of ids.
using Value = std::variant<std::string, std::int64_t, Decimal, GradeValue, bool, EntityId, AttachedBlob,
                           std::vector<std::string>, std::vector<EntityId>>;

/// A change of a set field: items added and items removed, each canonical bytes, ascending, without doubles.
struct ItemsChange {
  std::vector<Bytes> added;
  std::vector<Bytes> removed;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(added, removed);
  }
};

bool is_items(const FieldSpec& field);

/// The canonical bytes of a value of this field; a set encodes as a change that adds all its items.
/// Errors: refused, naming the field and what it wants.
Result<Bytes> encode_value(const FieldSpec& field, const Value& value);
/// Errors: corrupt. For sets the current items must be given by the fold; see decode_items().
Result<Value> decode_value(const FieldSpec& field, ByteView bytes);
Result<Value> decode_items(const FieldSpec& field, const std::vector<Bytes>& items);
/// The canonical items of a set value.
Result<std::vector<Bytes>> encode_items(const FieldSpec& field, const Value& value);

/// Reads what a person typed. References are resolved by the caller and come as 32 hexadecimal digits.
/// Errors: refused, naming the field, what it wants and an example.
Result<Value> parse_value(const FieldSpec& field, std::string_view text);
/// Reads a value of a data file; `resolve` turns "@label" into an id. Errors: refused.
Result<Value> value_from_json(const FieldSpec& field, const Json& json,
                              const std::map<std::string, EntityId, std::less<>>& labels);

/// As people read it: references as hexadecimal (the caller names them), sets joined by "; ".
std::string to_text(const FieldSpec& field, const Value& value);
Json to_json(const FieldSpec& field, const Value& value);

/// A calendar date of varying precision, read from the words it was written in.
struct PartialDate {
  enum class Precision { day, month, quarter, year, year_end, ongoing } precision = Precision::day;
  std::int32_t first_day = 0;  ///< days since 1970-01-01 of the first day it can mean; ongoing: the largest
  std::int32_t last_day = 0;   ///< the last day it can mean
};
/// Understands 31 March 2020, 2020-03-31, 2020-03, Sep-24, October 2026, 2024, 2023/24, Q3 2019/20,
/// End 2020/21, Ongoing. Financial years run April to March. Errors: refused, with examples.
Result<PartialDate> parse_date(std::string_view words);

}  // namespace evenhand
