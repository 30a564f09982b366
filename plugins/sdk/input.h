/// What a plugin is given: rows by type. A row is one record, or one line that the host has computed.
///
/// Only what the manifest declares is here; the rest never reached these bytes. Numbers of people are already
/// masked or rounded by the policy. A field that is unset, sealed, undeclared or in conflict reads as nothing.
/// Standard library only. Threads: values; const use from several threads is safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/abi/input_tags.h"

namespace evenhand::sdk {

/// Bytes that are not an input. The SDK's border turns it into a sentence for the host.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A number divided by 10^decimals, kept as written: 7.50 is {750, 2}.
struct Number {
  std::int64_t value = 0;
  unsigned decimals = 0;
};

namespace input_bytes {

/// Reads fields one after the other.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool more() const { return !bytes_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    throw BadInput("the input ends inside a number");
  }
  std::pair<std::uint64_t, std::string_view> field() {
    const std::uint64_t tag = varint();
    const std::uint64_t length = varint();
    if (length > bytes_.size()) throw BadInput("a field of the input is longer than the input");
    const std::string_view value = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return {tag, value};
  }

 private:
  std::string_view bytes_;
};

inline std::uint64_t number(std::string_view value) { return Reader(value).varint(); }
inline std::int64_t signed_number(std::string_view value) {
  const std::uint64_t bits = number(value);
  return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
}

}  // namespace input_bytes

class Row {
 public:
  /// Errors: throws BadInput.
  explicit Row(std::string_view group) {
    for (input_bytes::Reader in(group); in.more();) {
      const auto [tag, value] = in.field();
      if (tag == EVENHAND_INPUT_TYPE) type_ = value;
      if (tag == EVENHAND_INPUT_ID) id_ = value;
      if (tag == EVENHAND_INPUT_FIELD) read_field(value);
    }
  }

  const std::string& type() const { return type_; }
  const std::string& id() const { return id_; }  ///< empty for a computed row

  /// As people read it; a set joined by "; ". Empty when there is none.
  std::string text(std::string_view field) const {
    std::string all;
    for (const std::string& part : list(field)) all += (all.empty() ? "" : "; ") + part;
    return all;
  }
  const std::vector<std::string>& list(std::string_view field) const {
    static const std::vector<std::string> kNone;
    const Field* found = find(field);
    return found ? found->texts : kNone;
  }
  std::optional<Number> decimal(std::string_view field) const {
    const Field* found = find(field);
    return found ? found->number : std::nullopt;
  }
  std::optional<std::int64_t> number(std::string_view field) const {
    const auto found = decimal(field);
    return found && found->decimals == 0 ? std::optional(found->value) : std::nullopt;
  }
  /// In half points, 0..6: 3 is the grade 1.5, a tie left open.
  std::optional<std::int64_t> grade(std::string_view field) const { return number(field); }
  bool flag(std::string_view field) const { return number(field).value_or(0) != 0; }
  /// The id of the row referred to; empty when there is none.
  std::string reference(std::string_view field) const { return list(field).empty() ? std::string() : list(field).front(); }
  bool refers_to(std::string_view field, std::string_view wanted) const {
    const auto& all = list(field);
    return std::find(all.begin(), all.end(), wanted) != all.end();
  }

  bool is_conflicted(std::string_view field) const { return has_state(field, EVENHAND_INPUT_CONFLICTED); }
  bool is_masked(std::string_view field) const { return has_state(field, EVENHAND_INPUT_MASKED); }
  bool is_rounded(std::string_view field) const { return has_state(field, EVENHAND_INPUT_ROUNDED); }
  /// Nothing stands there: unset, sealed, undeclared. Neither masked nor in conflict.
  bool is_missing(std::string_view field) const {
    const Field* found = find(field);
    return !found || (found->texts.empty() && !found->number && found->state == 0);
  }
  /// The values that nobody has decided between; empty when not in conflict.
  const std::vector<std::string>& alternatives(std::string_view field) const {
    static const std::vector<std::string> kNone;
    const Field* found = find(field);
    return found ? found->alternatives : kNone;
  }

 private:
  struct Field {
    std::uint64_t state = 0;
    std::vector<std::string> texts;
    std::vector<std::string> alternatives;
    std::optional<Number> number;
  };
  const Field* find(std::string_view name) const {
    const auto at = fields_.find(name);
    return at == fields_.end() ? nullptr : &at->second;
  }
  bool has_state(std::string_view name, std::uint64_t bit) const {
    const Field* found = find(name);
    return found && (found->state & bit) != 0;
  }
  void read_field(std::string_view group) {
    std::string name;
    Field field;
    unsigned decimals = 0;
    for (input_bytes::Reader in(group); in.more();) {
      const auto [tag, value] = in.field();
      if (tag == EVENHAND_INPUT_NAME) name = value;
      if (tag == EVENHAND_INPUT_STATE) field.state = input_bytes::number(value);
      if (tag == EVENHAND_INPUT_TEXT) field.texts.emplace_back(value);
      if (tag == EVENHAND_INPUT_ALTERNATIVE) field.alternatives.emplace_back(value);
      if (tag == EVENHAND_INPUT_NUMBER) field.number = Number{input_bytes::signed_number(value), 0};
      if (tag == EVENHAND_INPUT_DECIMALS) decimals = static_cast<unsigned>(input_bytes::number(value));
    }
    if (field.number) field.number->decimals = decimals;
    fields_.emplace(std::move(name), std::move(field));
  }

  std::string type_, id_;
  std::map<std::string, Field, std::less<>> fields_;
};

class Input {
 public:
  /// Errors: throws BadInput.
  explicit Input(std::string_view bytes) {
    const std::string_view magic = EVENHAND_INPUT_MAGIC;
    if (bytes.substr(0, magic.size()) != magic || bytes.size() <= magic.size() ||
        bytes[magic.size()] != static_cast<char>(EVENHAND_INPUT_VERSION)) {
      throw BadInput("the input is not of the version that this plugin was built for");
    }
    for (input_bytes::Reader in(bytes.substr(magic.size() + 1)); in.more();) {
      const auto [tag, value] = in.field();
      if (tag == EVENHAND_INPUT_ASKED) asked_ = value;
      if (tag == EVENHAND_INPUT_OPTION) read_option(value);
      if (tag == EVENHAND_INPUT_ROW) add(Row(value));
    }
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// The id of the contribution that is asked for.
  const std::string& asked() const { return asked_; }
  /// Empty when not given.
  std::string option(std::string_view name) const {
    const auto at = options_.find(name);
    return at == options_.end() ? std::string() : at->second;
  }
  /// In the host's order: by position, then by id. Computed rows in reading order.
  const std::vector<Row>& rows(std::string_view type) const {
    static const std::vector<Row> kNone;
    const auto at = rows_.find(type);
    return at == rows_.end() ? kNone : at->second;
  }
  /// The rows of a type for which `wanted(row)` holds.
  template <class Wanted>
  std::vector<const Row*> rows(std::string_view type, Wanted wanted) const {
    std::vector<const Row*> found;
    for (const Row& row : rows(type)) {
      if (wanted(row)) found.push_back(&row);
    }
    return found;
  }
  /// Null pointer when no such row was handed over.
  const Row* find(std::string_view type, std::string_view id) const {
    for (const Row& row : rows(type)) {
      if (!id.empty() && row.id() == id) return &row;
    }
    return nullptr;
  }
  /// A field of the row referred to, as text; empty when there is none.
  std::string text_of(std::string_view type, std::string_view id, std::string_view field) const {
    const Row* row = find(type, id);
    return row ? row->text(field) : std::string();
  }

 private:
  void read_option(std::string_view group) {
    std::string name, text;
    for (input_bytes::Reader in(group); in.more();) {
      const auto [tag, value] = in.field();
      if (tag == EVENHAND_INPUT_NAME) name = value;
      if (tag == EVENHAND_INPUT_TEXT) text = value;
    }
    options_[name] = text;
  }
  void add(Row row) {
    std::string type = row.type();
    rows_[std::move(type)].push_back(std::move(row));
  }

  std::string asked_;
  std::map<std::string, std::string, std::less<>> options_;
  std::map<std::string, std::vector<Row>, std::less<>> rows_;
};

}  // namespace evenhand::sdk
