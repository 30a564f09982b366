#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

namespace {

void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>((value & 0x7F) | 0x80);
  to += static_cast<char>(value);
}

void put(std::string& to, evenhand_input_tag tag, std::string_view value) {
  put_varint(to, tag);
  put_varint(to, value.size());
  to += value;
}

void put_number(std::string& to, evenhand_input_tag tag, std::uint64_t value) {
  std::string bytes;
  put_varint(bytes, value);
  put(to, tag, bytes);
}

std::string group_of(const InputField& field) {
  std::string group;
  put(group, EVENHAND_INPUT_NAME, field.name);
  if (field.state != 0) put_number(group, EVENHAND_INPUT_STATE, field.state);
  for (const std::string& text : field.texts) put(group, EVENHAND_INPUT_TEXT, text);
  if (field.number) {
    const auto bits = static_cast<std::uint64_t>(*field.number);
    put_number(group, EVENHAND_INPUT_NUMBER, (bits << 1) ^ (*field.number < 0 ? ~std::uint64_t{0} : 0));
    if (field.decimals != 0) put_number(group, EVENHAND_INPUT_DECIMALS, field.decimals);
  }
  for (const std::string& text : field.alternatives) put(group, EVENHAND_INPUT_ALTERNATIVE, text);
  return group;
}

}  // namespace

InputWriter::InputWriter(const Manifest& manifest, std::string_view report) : manifest_(manifest) {
  bytes_ = EVENHAND_INPUT_MAGIC;
  bytes_ += static_cast<char>(EVENHAND_INPUT_VERSION);
  put(bytes_, EVENHAND_INPUT_REPORT, report);
}

void InputWriter::option(std::string_view name, std::string_view text) {
  std::string group;
  put(group, EVENHAND_INPUT_NAME, name);
  put(group, EVENHAND_INPUT_TEXT, text);
  put(bytes_, EVENHAND_INPUT_OPTION, group);
}

void InputWriter::row(const InputRow& row) {
  if (!manifest_.may_read(row.type)) return;
  std::string group;
  put(group, EVENHAND_INPUT_TYPE, row.type);
  if (!row.id.empty()) put(group, EVENHAND_INPUT_ID, row.id);
  for (const InputField& field : row.fields) {
    if (manifest_.may_read(row.type, field.name)) put(group, EVENHAND_INPUT_FIELD, group_of(field));
  }
  put(bytes_, EVENHAND_INPUT_ROW, group);
}

}  // namespace evenhand::plugins
