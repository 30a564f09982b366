#include "plugins/host/input_writer.h"

#include "plugins/host/read_types.h"
#include "plugins/sdk/rows.h"

namespace evenhand::plugins {

using namespace sdk::tagged_bytes;

namespace {

std::string group_of(const InputField& field) {
  std::string group;
  put_field(group, EVENHAND_INPUT_NAME, field.name);
  if (field.state != 0) put_number(group, EVENHAND_INPUT_STATE, field.state);
  for (const std::string& text : field.texts) put_field(group, EVENHAND_INPUT_TEXT, text);
  if (field.number) {
    put_signed(group, EVENHAND_INPUT_NUMBER, *field.number);
    if (field.decimals != 0) put_number(group, EVENHAND_INPUT_DECIMALS, field.decimals);
  }
  for (const std::string& text : field.alternatives) put_field(group, EVENHAND_INPUT_ALTERNATIVE, text);
  return group;
}

}  // namespace

InputWriter::InputWriter(const Manifest& manifest, std::string_view asked) : manifest_(manifest), bytes_(sdk::rows_header()) {
  put_field(bytes_, EVENHAND_INPUT_ASKED, asked);
}

void InputWriter::option(std::string_view name, std::string_view text) {
  std::string group;
  put_field(group, EVENHAND_INPUT_NAME, name);
  put_field(group, EVENHAND_INPUT_TEXT, text);
  put_field(bytes_, EVENHAND_INPUT_OPTION, group);
}

void InputWriter::row(const InputRow& row) {
  const std::string_view type = name_for(manifest_, row.type);
  if (!manifest_.may_read(type)) return;
  std::string group;
  put_field(group, EVENHAND_INPUT_TYPE, type);
  if (!row.id.empty()) put_field(group, EVENHAND_INPUT_ID, row.id);
  for (const InputField& field : row.fields) {
    if (manifest_.may_read(type, field.name)) put_field(group, EVENHAND_INPUT_FIELD, group_of(field));
  }
  put_field(bytes_, EVENHAND_INPUT_ROW, group);
}

}  // namespace evenhand::plugins
