#include "plugins/document/fields.h"

namespace evenhand::document {

Error wrong_at(std::size_t offset, std::string what) {
  return corrupt(std::move(what), "byte " + std::to_string(offset) + " of the document",
                 "Report this to the author of the plugin that made it.");
}

namespace {

// Reads one varint at `at` and moves past it; nothing when it is cut short, too big or not shortest.
bool read_varint(ByteView bytes, std::size_t& at, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const std::uint8_t byte = bytes[at++];
    if (shift == 63 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return byte != 0 || shift == 0;
  }
  return false;
}

bool may_repeat(std::uint64_t tag) {
  switch (tag) {
    case EVENHAND_TAG_STATUS:
    case EVENHAND_TAG_RUN:
    case EVENHAND_TAG_ITEM:
    case EVENHAND_TAG_COLUMN:
    case EVENHAND_TAG_ROW:
    case EVENHAND_TAG_CELL:
    case EVENHAND_TAG_FACT:
    case EVENHAND_TAG_LABEL:
    case EVENHAND_TAG_SERIES: return true;
    default: return false;
  }
}

bool is_block(std::uint64_t tag) { return tag >= EVENHAND_TAG_HEADING && tag <= EVENHAND_TAG_SECTION_END; }

}  // namespace

Result<std::uint64_t> Fields::varint() {
  const std::size_t start = offset_ + at_;
  std::uint64_t value = 0;
  if (!read_varint(bytes_, at_, value)) return wrong_at(start, "A number is cut short, too big or not in its shortest form");
  return value;
}

Result<void> Fields::check_order(std::uint64_t tag, std::size_t at) {
  const bool both_blocks = order_ == Order::blocks && is_block(tag) && is_block(last_);
  if (!both_blocks && (tag < last_ || (tag == last_ && !may_repeat(tag)))) {
    return wrong_at(at, "Field " + std::to_string(tag) + " stands after field " + std::to_string(last_) +
                            ", where it may not");
  }
  last_ = tag;
  return {};
}

Result<Field> Fields::next() {
  const std::size_t start = offset_ + at_;
  EVENHAND_TRY(const std::uint64_t tag, varint());
  if (tag > EVENHAND_TAG_SERIES) return wrong_at(start, "Field " + std::to_string(tag) + " is not known to this version");
  EVENHAND_CHECK(check_order(tag, start));
  EVENHAND_TRY(const std::uint64_t length, varint());
  if (length > bytes_.size() - at_) return wrong_at(start, "A field is longer than what holds it");
  const Field field{static_cast<unsigned>(tag), bytes_.subspan(at_, length), offset_ + at_};
  at_ += length;
  return field;
}

Result<std::string> text_in(const Field& field, std::size_t bytes_max) {
  if (field.value.size() > bytes_max) {
    return wrong_at(field.offset, "A text is longer than " + std::to_string(bytes_max) + " bytes");
  }
  const std::string_view text = text_of(field.value);
  if (const auto bad = first_bad_utf8(text)) return wrong_at(field.offset + *bad, "A text is not UTF-8");
  return std::string(text);
}

Result<std::uint64_t> number_in(const Field& field, std::uint64_t most) {
  std::size_t at = 0;
  std::uint64_t value = 0;
  if (!read_varint(field.value, at, value) || at != field.value.size()) {
    return wrong_at(field.offset, "A number is not one whole varint");
  }
  if (value > most) return wrong_at(field.offset, "A number is above " + std::to_string(most));
  return value;
}

Result<std::int64_t> signed_in(const Field& field) {
  EVENHAND_TRY(const std::uint64_t bits, number_in(field, ~std::uint64_t{0}));
  return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

Result<void> nothing_in(const Field& field) {
  if (!field.value.empty()) return wrong_at(field.offset, "A field that says yes by standing there holds bytes");
  return {};
}

Error unknown_field(const Field& field, const char* group) {
  return wrong_at(field.offset, "Field " + std::to_string(field.tag) + " does not belong in " + group);
}

}  // namespace evenhand::document
