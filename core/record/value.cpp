#include "core/record/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/codec/archive.h"

namespace evenhand {

namespace {

constexpr std::size_t kWordBytesMax = 300;
constexpr std::size_t kProseBytesMax = 60 * 1024;
constexpr std::size_t kItemsMax = 512;

Error wants(const FieldSpec& field, std::string what) {
  std::string next = field.example.empty() ? "" : "For example: " + std::string(field.example);
  return refused(std::string(field.name) + " " + std::move(what), "", std::move(next));
}

bool is_choice_of(const FieldSpec& field, std::string_view word) {
  std::string_view left = field.choices;
  while (!left.empty()) {
    const std::size_t bar = left.find('|');
    if (left.substr(0, bar) == word) return true;
    left = bar == std::string_view::npos ? std::string_view{} : left.substr(bar + 1);
  }
  return false;
}

std::string choices_in_words(const FieldSpec& field) {
  std::string text(field.choices);
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos;) text.replace(at, 1, ", ");
  return text;
}

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

Result<void> check_text(const FieldSpec& field, const std::string& text) {
  if (!is_utf8(text)) return wants(field, "is not UTF-8 text");
  const bool prose = field.type == FieldType::prose;
  const std::size_t limit = prose ? kProseBytesMax : kWordBytesMax;
  if (text.empty()) return wants(field, "is empty");
  if (text.size() > limit) return wants(field, "is longer than " + std::to_string(limit) + " bytes");
  if (!prose && has_line_break(text)) return wants(field, "must be one line");
  if (field.type == FieldType::choice && !is_choice_of(field, text)) {
    return wants(field, "is \"" + text + "\", but must be one of: " + choices_in_words(field));
  }
  return {};
}

Result<Bytes> encode_text(const FieldSpec& field, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return wants(field, "must be text");
  EVENHAND_CHECK(check_text(field, *text));
  return encode(*text);
}

template <class T>
Result<Bytes> encode_as(const FieldSpec& field, const Value& value, const char* what) {
  const T* typed = std::get_if<T>(&value);
  if (typed == nullptr) return wants(field, std::string("must be ") + what);
  if constexpr (std::is_same_v<T, GradeValue>) {
    if (typed->halves > 6) return wants(field, "must be 0 to 3");
    return encode(typed->halves);
  } else {
    return encode(*typed);
  }
}

template <class T>
Result<Value> decode_as(const FieldSpec& field, ByteView bytes) {
  EVENHAND_TRY(T value, decode_untrusted<T>(bytes, field.name));
  return Value(std::move(value));
}

}  // namespace

bool is_items(const FieldSpec& field) { return field.type == FieldType::words || field.type == FieldType::references; }

Result<std::vector<Bytes>> encode_items(const FieldSpec& field, const Value& value) {
  std::vector<Bytes> items;
  if (const auto* words = std::get_if<std::vector<std::string>>(&value); words && field.type == FieldType::words) {
    for (const std::string& word : *words) {
      EVENHAND_CHECK(check_text(field, word));
      items.push_back(encode(word));
    }
  } else if (const auto* ids = std::get_if<std::vector<EntityId>>(&value); ids && field.type == FieldType::references) {
    for (const EntityId& id : *ids) items.push_back(encode(id));
  } else {
    return wants(field, "must be a list");
  }
  if (items.size() > kItemsMax) return wants(field, "has more than 512 items");
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

Result<Bytes> encode_value(const FieldSpec& field, const Value& value) {
  switch (field.type) {
    case FieldType::word:
    case FieldType::prose:
    case FieldType::date:
    case FieldType::choice:
    case FieldType::code: return encode_text(field, value);
    case FieldType::integer: return encode_as<std::int64_t>(field, value, "a whole number");
    case FieldType::decimal: return encode_as<Decimal>(field, value, "a number");
    case FieldType::grade: return encode_as<GradeValue>(field, value, "a grade");
    case FieldType::flag: return encode_as<bool>(field, value, "yes or no");
    case FieldType::reference: return encode_as<EntityId>(field, value, "a record");
    case FieldType::blob: return encode_as<AttachedBlob>(field, value, "an attachment");
    case FieldType::words:
    case FieldType::references: break;
  }
  EVENHAND_TRY(std::vector<Bytes> items, encode_items(field, value));
  return encode(ItemsChange{std::move(items), {}});
}

Result<Value> decode_value(const FieldSpec& field, ByteView bytes) {
  switch (field.type) {
    case FieldType::word:
    case FieldType::prose:
    case FieldType::date:
    case FieldType::choice:
    case FieldType::code: return decode_as<std::string>(field, bytes);
    case FieldType::integer: return decode_as<std::int64_t>(field, bytes);
    case FieldType::decimal: {
      EVENHAND_TRY(const Decimal number, decode_untrusted<Decimal>(bytes, field.name));
      if (number.decimals > 6) return corrupt(std::string(field.name) + ": more than six decimals");
      return Value(number);
    }
    case FieldType::grade: {
      EVENHAND_TRY(const std::uint8_t halves, decode_untrusted<std::uint8_t>(bytes, field.name));
      if (halves > 6) return corrupt(std::string(field.name) + ": a grade beyond 3");
      return Value(GradeValue{halves});
    }
    case FieldType::flag: return decode_as<bool>(field, bytes);
    case FieldType::reference: return decode_as<EntityId>(field, bytes);
    case FieldType::blob: return decode_as<AttachedBlob>(field, bytes);
    case FieldType::words:
    case FieldType::references: break;
  }
  return corrupt(std::string(field.name) + ": a set has no single value");
}

Result<Value> decode_items(const FieldSpec& field, const std::vector<Bytes>& items) {
  if (field.type == FieldType::words) {
    std::vector<std::string> words;
    for (const Bytes& item : items) {
      auto word = decode_untrusted<std::string>(item, field.name);
      if (!word) return word.error();
      words.push_back(std::move(*word));
    }
    return Value(std::move(words));
  }
  std::vector<EntityId> ids;
  for (const Bytes& item : items) {
    EVENHAND_TRY(ids.emplace_back(), decode_untrusted<EntityId>(item, field.name));
  }
  return Value(std::move(ids));
}

}  // namespace evenhand
