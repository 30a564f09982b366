// What a person types into a field, dates among it: refused, or stored and read back as the same value.
#include "core/codec/archive.h"
#include "core/record/value.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

void look_at_date(std::string_view text) {
  const auto date = parse_date(text);
  if (date) EVENHAND_ASSERT(date->first_day <= date->last_day, "a date does not end before it begins");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const RecordSpec& record = vocabulary()[input.below(vocabulary().size())];
  const FieldSpec& field = record.fields[input.below(record.fields.size())];
  const std::string_view text = text_of(input.rest());
  look_at_date(text);
  const auto value = parse_value(field, text);
  if (!value) return 0;
  const auto bytes = encode_value(field, *value);
  if (!bytes || is_items(field)) return 0;
  const auto again = decode_value(field, *bytes);
  EVENHAND_ASSERT(again.ok() && *again == *value, "what was stored is what was typed");
  return 0;
}
