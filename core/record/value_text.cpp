// Values as people and files write them.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/record/value.h"

namespace evenhand {

namespace {

Error wants(const FieldSpec& field, std::string what) {
  std::string next = field.example.empty() ? "" : "For example: " + std::string(field.example);
  return refused(std::string(field.name) + " " + std::move(what), "", std::move(next));
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Lists are typed with ";" between items, because commas stand inside names.
std::vector<std::string> split_items(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    const std::string_view item = trim(text.substr(0, end));
    if (!item.empty()) items.emplace_back(item);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return items;
}

Result<EntityId> entity_from(const FieldSpec& field, std::string_view text) {
  const auto id = EntityId::from_hex(text);
  if (!id) return wants(field, "must name a record");
  return *id;
}

Result<EntityId> labelled(const FieldSpec& field, const Json& json, const std::map<std::string, EntityId, std::less<>>& labels) {
  if (!json.is_string() || json.text().empty() || json.text()[0] != '@') return wants(field, "must be a label such as \"@service-1\"");
  const auto at = labels.find(std::string_view(json.text()).substr(1));
  if (at == labels.end()) return wants(field, "names \"" + json.text() + "\", which is not in this file");
  return at->second;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const std::string_view whole = trim(text);
  Decimal number;
  std::string digits;
  bool point = false;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const char c = whole[i];
    if (c == '.' && !point) {
      point = true;
    } else if ((c >= '0' && c <= '9') || (c == '-' && i == 0)) {
      digits += c;
      if (point && number.decimals <= 6) ++number.decimals;  // beyond six is refused below, however many follow
    } else {
      return refused("\"" + std::string(whole) + "\" is not a number");
    }
  }
  const auto mantissa = whole_number(digits);
  if (!mantissa || number.decimals > 6) return refused("\"" + std::string(whole) + "\" is not a number of at most six decimals");
  number.mantissa = *mantissa;
  return number;
}

std::string Decimal::text() const {
  std::string digits = std::to_string(mantissa < 0 ? -static_cast<std::uint64_t>(mantissa) : static_cast<std::uint64_t>(mantissa));
  if (decimals > 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  return mantissa < 0 ? "-" + digits : digits;
}

double Decimal::approximate() const { return static_cast<double>(mantissa) / std::pow(10.0, decimals); }

Result<GradeValue> GradeValue::parse(std::string_view text) {
  auto number = Decimal::parse(text);
  if (!number) return number.error();
  std::int64_t tenths = number->mantissa;
  int decimals = number->decimals;
  while (decimals > 1 && tenths % 10 == 0) tenths /= 10, --decimals;
  if (decimals == 0 && tenths >= 0 && tenths <= 3) tenths *= 10, decimals = 1;  // what is larger is no grade
  if (decimals != 1 || tenths % 5 != 0 || tenths < 0 || tenths > 30) {
    return refused("\"" + std::string(text) + "\" is not a grade: 0 to 3 in steps of 0.5");
  }
  return GradeValue{static_cast<std::uint8_t>(tenths / 5)};
}

std::string GradeValue::text() const { return std::to_string(halves / 2) + (halves % 2 == 1 ? ".5" : ""); }

Result<Value> parse_value(const FieldSpec& field, std::string_view given) {
  const std::string_view text = field.type == FieldType::prose ? given : trim(given);
  switch (field.type) {
    case FieldType::word:
    case FieldType::prose:
    case FieldType::choice: return Value(std::string(text));
    case FieldType::date: {
      const auto date = parse_date(text);
      if (!date) return wants(field, date.error().what);
      return Value(std::string(text));
    }
    case FieldType::code: {
      std::string code(text);
      code.erase(std::remove(code.begin(), code.end(), ':'), code.end());
      for (char& c : code) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      return Value(std::move(code));
    }
    case FieldType::integer: {
      const auto number = whole_number(text);
      if (!number) return wants(field, "must be a whole number, not \"" + std::string(text) + "\"");
      return Value(*number);
    }
    case FieldType::decimal: {
      auto number = Decimal::parse(text);
      if (!number) return wants(field, number.error().what);
      return Value(*number);
    }
    case FieldType::grade: {
      auto grade = GradeValue::parse(text);
      if (!grade) return wants(field, grade.error().what);
      return Value(*grade);
    }
    case FieldType::flag:
      if (text == "yes" || text == "true") return Value(true);
      if (text == "no" || text == "false") return Value(false);
      return wants(field, "must be yes or no");
    case FieldType::reference: {
      EVENHAND_TRY(const EntityId id, entity_from(field, text));
      return Value(id);
    }
    case FieldType::words: return Value(split_items(text));
    case FieldType::references: {
      std::vector<EntityId> ids;
      for (const std::string& item : split_items(text)) {
        EVENHAND_TRY(ids.emplace_back(), entity_from(field, item));
      }
      return Value(std::move(ids));
    }
    case FieldType::blob: return wants(field, "is set by attaching a file");
  }
  return wants(field, "has a type that cannot be typed in");
}

Result<Value> value_from_json(const FieldSpec& field, const Json& json,
                              const std::map<std::string, EntityId, std::less<>>& labels) {
  switch (field.type) {
    case FieldType::flag:
      if (!json.is_boolean()) return wants(field, "must be true or false");
      return Value(*json.boolean());
    case FieldType::integer:
      if (!json.is_number() || !json.integer()) return wants(field, "must be a whole number");
      return Value(*json.integer());
    case FieldType::grade:
      if (!json.is_number()) return wants(field, "must be a number");
      return parse_value(field, json.number_text());
    case FieldType::decimal:
      if (!json.is_string() && !json.is_number()) return wants(field, "must be a number");
      return parse_value(field, json.is_string() ? json.text() : json.number_text());
    case FieldType::reference: {
      EVENHAND_TRY(const EntityId id, labelled(field, json, labels));
      return Value(id);
    }
    case FieldType::references: {
      if (!json.is_array()) return wants(field, "must be a list");
      std::vector<EntityId> ids;
      for (const Json& item : json.items()) {
        EVENHAND_TRY(ids.emplace_back(), labelled(field, item, labels));
      }
      return Value(std::move(ids));
    }
    case FieldType::words: {
      if (!json.is_array()) return wants(field, "must be a list");
      std::vector<std::string> words;
      for (const Json& item : json.items()) {
        if (!item.is_string()) return wants(field, "must be a list of texts");
        words.push_back(item.text());
      }
      return Value(std::move(words));
    }
    // A date in a file stays as printed even when nobody can say which day it means; entry by hand is stricter.
    case FieldType::date:
      if (!json.is_string()) return wants(field, "must be text");
      return Value(json.text());
    case FieldType::word:
    case FieldType::prose:
    case FieldType::choice:
    case FieldType::code:
      if (!json.is_string()) return wants(field, "must be text");
      return parse_value(field, json.text());
    case FieldType::blob: break;
  }
  return wants(field, "cannot stand in a data file");
}

namespace {
struct TextOf {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(const Decimal& number) const { return number.text(); }
  std::string operator()(const GradeValue& grade) const { return grade.text(); }
  std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
  std::string operator()(const EntityId& id) const { return id.hex(); }
  std::string operator()(const AttachedBlob& blob) const { return blob.root.hex() + " (" + std::to_string(blob.bytes) + " bytes)"; }
  std::string operator()(const std::vector<std::string>& words) const {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
    return text;
  }
  std::string operator()(const std::vector<EntityId>& ids) const {
    std::string text;
    for (const EntityId& id : ids) text += (text.empty() ? "" : "; ") + id.hex();
    return text;
  }
};
}  // namespace

std::string to_text(const FieldSpec&, const Value& value) { return std::visit(TextOf{}, value); }

Json to_json(const FieldSpec& field, const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return Json(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return Json(*number);
  if (std::holds_alternative<GradeValue>(value)) return *Json::number(to_text(field, value));
  if (const auto* words = std::get_if<std::vector<std::string>>(&value)) {
    Json list = Json::array();
    for (const std::string& word : *words) list.push(word);
    return list;
  }
  if (const auto* ids = std::get_if<std::vector<EntityId>>(&value)) {
    Json list = Json::array();
    for (const EntityId& id : *ids) list.push(id.hex());
    return list;
  }
  return Json(to_text(field, value));
}

}  // namespace evenhand
