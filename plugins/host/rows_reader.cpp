#include "plugins/host/rows_reader.h"

#include <algorithm>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/ids.h"

namespace evenhand::plugins {

namespace {

constexpr std::uint64_t kDecimalsMost = 6;

Error wrong_at(std::size_t offset, std::string what) {
  return corrupt(std::move(what), "byte " + std::to_string(offset) + " of the rows", "Report this to the author of the plugin that made them.");
}

struct Field {
  std::uint64_t tag = 0;
  std::string_view value;
  std::size_t offset = 0;  ///< of the value
};

/// The fields of one group, one after the other.
class Fields {
 public:
  Fields(std::string_view bytes, std::size_t offset) : bytes_(bytes), offset_(offset) {}
  explicit Fields(const Field& group) : Fields(group.value, group.offset) {}

  bool more() const { return at_ < bytes_.size(); }
  Result<Field> next() {
    EVENHAND_TRY(const std::uint64_t tag, varint());
    EVENHAND_TRY(const std::uint64_t length, varint());
    if (length > bytes_.size() - at_) return wrong_at(offset_ + at_, "a field is longer than what is left");
    const Field field{tag, bytes_.substr(at_, length), offset_ + at_};
    at_ += length;
    return field;
  }
  Result<std::uint64_t> varint() {
    const std::size_t start = offset_ + at_;
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && more(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte >= 0x80) continue;
      if (byte == 0 && shift != 0) break;
      return value;
    }
    return wrong_at(start, "a number is cut short, too big or not in its shortest form");
  }

 private:
  std::string_view bytes_;
  std::size_t offset_;
  std::size_t at_ = 0;
};

Result<std::uint64_t> number_in(const Field& field) {
  Fields value(field);
  EVENHAND_TRY(const std::uint64_t number, value.varint());
  if (value.more()) return wrong_at(field.offset, "a number has bytes left over");
  return number;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; });
}

class Reader {
 public:
  explicit Reader(const RowLimits& limits) : limits_(limits) {}

  Result<InputRow> row(const Field& group) {
    InputRow row;
    for (Fields fields(group); fields.more();) {
      EVENHAND_TRY(const Field field, fields.next());
      if (field.tag == EVENHAND_INPUT_TYPE) {
        EVENHAND_TRY(row.type, text(field, limits_.name_bytes_max));
      } else if (field.tag == EVENHAND_INPUT_ID) {
        EVENHAND_TRY(row.id, text(field, 2 * EntityId::kSize));
        const auto id = EntityId::from_hex(row.id);
        if (!id || id->hex() != row.id) return wrong_at(field.offset, "an id has 32 lower-case hexadecimal digits");
      } else if (field.tag == EVENHAND_INPUT_FIELD) {
        EVENHAND_TRY(InputField made, one_field(field));
        EVENHAND_CHECK(keep(row, std::move(made), field));
      }
    }
    if (row.type.empty()) return wrong_at(group.offset, "a row says no type");
    return row;
  }

 private:
  Result<std::string> text(const Field& field, std::size_t most) const {
    if (field.value.size() > most) return wrong_at(field.offset, "a text has more than " + std::to_string(most) + " bytes");
    if (const auto bad = first_bad_utf8(field.value)) return wrong_at(field.offset + *bad, "a text is not UTF-8");
    if (has_control_characters(field.value)) return wrong_at(field.offset, "a text has control characters");
    return std::string(field.value);
  }

  Result<InputField> one_field(const Field& group) {
    InputField made;
    for (Fields fields(group); fields.more();) {
      EVENHAND_TRY(const Field field, fields.next());
      switch (field.tag) {
        case EVENHAND_INPUT_NAME: {
          EVENHAND_TRY(made.name, text(field, limits_.name_bytes_max));
          break;
        }
        case EVENHAND_INPUT_TEXT: {
          EVENHAND_TRY(std::string words, text(field, limits_.text_bytes_max));
          made.texts.push_back(std::move(words));
          EVENHAND_CHECK(count_value(field));
          break;
        }
        case EVENHAND_INPUT_NUMBER: {
          EVENHAND_TRY(const std::uint64_t bits, number_in(field));
          if (made.number) return wrong_at(field.offset, "a field has two numbers");
          made.number = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
          EVENHAND_CHECK(count_value(field));
          break;
        }
        case EVENHAND_INPUT_DECIMALS: {
          EVENHAND_TRY(const std::uint64_t decimals, number_in(field));
          if (decimals > kDecimalsMost) return wrong_at(field.offset, "a number has more than 6 decimals");
          made.decimals = static_cast<unsigned>(decimals);
          break;
        }
        case EVENHAND_INPUT_STATE:
        case EVENHAND_INPUT_ALTERNATIVE: return wrong_at(field.offset, "a plugin gives values, not states or alternatives");
        default: break;
      }
    }
    if (made.name.empty()) return wrong_at(group.offset, "a field has no name");
    if (!made.number && made.decimals != 0) return wrong_at(group.offset, "decimals stand without a number");
    return made;
  }

  Result<void> keep(InputRow& row, InputField made, const Field& at) const {
    const auto same = std::find_if(row.fields.begin(), row.fields.end(), [&](const InputField& one) { return one.name == made.name; });
    if (same == row.fields.end()) {
      if (row.fields.size() == limits_.fields_max) return wrong_at(at.offset, "a row has more than " + std::to_string(limits_.fields_max) + " fields");
      row.fields.push_back(std::move(made));
      return {};
    }
    if (same->number || made.number) return wrong_at(at.offset, "the field \"" + made.name + "\" stands twice in a row");
    std::move(made.texts.begin(), made.texts.end(), std::back_inserter(same->texts));
    return {};
  }

  Result<void> count_value(const Field& at) {
    return ++values_ > limits_.values_max ? Result<void>(wrong_at(at.offset, "more than " + std::to_string(limits_.values_max) + " values")) : Result<void>();
  }

  const RowLimits& limits_;
  std::size_t values_ = 0;
};

}  // namespace

Result<std::vector<InputRow>> decode_rows_untrusted(std::string_view bytes, const RowLimits& limits) {
  constexpr std::string_view kMagic = EVENHAND_INPUT_MAGIC;
  if (bytes.size() > limits.bytes_max) return wrong_at(limits.bytes_max, "the rows have more than " + std::to_string(limits.bytes_max) + " bytes");
  if (!bytes.starts_with(kMagic)) return wrong_at(0, "these bytes are not rows");
  const std::size_t start = kMagic.size() + 1;
  if (bytes.size() < start || bytes[kMagic.size()] != static_cast<char>(EVENHAND_INPUT_VERSION)) {
    return wrong_at(kMagic.size(), "the rows are of another version than 1");
  }
  std::vector<InputRow> rows;
  Reader reader(limits);
  for (Fields fields(bytes.substr(start), start); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_INPUT_ASKED || field.tag == EVENHAND_INPUT_OPTION) return wrong_at(field.offset, "an answer asks for nothing");
    if (field.tag != EVENHAND_INPUT_ROW) continue;
    if (rows.size() == limits.rows_max) return wrong_at(field.offset, "there are more than " + std::to_string(limits.rows_max) + " rows");
    EVENHAND_TRY(InputRow row, reader.row(field));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace evenhand::plugins
