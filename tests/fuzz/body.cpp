// The body of a record's event and each value in it, as the field that the first byte chooses would read it.
#include "core/codec/archive.h"
#include "core/record/body.h"
#include "core/record/value.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

void look_at(const FieldSpec& field, ByteView bytes) {
  if (is_items(field)) {
    const auto change = decode_untrusted<ItemsChange>(bytes, "items");
    if (!change) return;
    const auto value = decode_items(field, change->added);
    if (value) (void)to_text(field, *value).size();
    return;
  }
  const auto value = decode_value(field, bytes);
  if (!value) return;
  (void)to_text(field, *value).size();
  (void)write_json(to_json(field, *value)).size();
  const auto encoded = encode_value(field, *value);
  if (encoded) EVENHAND_ASSERT(std::equal(encoded->begin(), encoded->end(), bytes.begin(), bytes.end()), "a value has one encoding");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const RecordSpec& record = vocabulary()[input.below(vocabulary().size())];
  const ByteView body = input.rest();
  const auto changes = decode_body_untrusted(body);
  if (!changes) return 0;
  std::vector<OwnedChange> owned;
  for (const FieldChange& change : *changes) {
    owned.push_back({change.field, Bytes(change.value.begin(), change.value.end())});
    if (const FieldSpec* field = record.find_field(change.field)) look_at(*field, change.value);
  }
  const Bytes again = encode_body(std::move(owned));
  EVENHAND_ASSERT(std::equal(again.begin(), again.end(), body.begin(), body.end()), "a body has one encoding");
  return 0;
}
