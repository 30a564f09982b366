#include "core/record/body.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand {

Bytes encode_body(std::vector<OwnedChange> changes) {
  std::sort(changes.begin(), changes.end(), [](const OwnedChange& a, const OwnedChange& b) { return a.field < b.field; });
  CanonicalOutput out;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EVENHAND_ASSERT(i == 0 || changes[i - 1].field < changes[i].field, "a body names each field once");
    out.varint(changes[i].field);
    out.varint(changes[i].value.size());
    out.raw(changes[i].value);
  }
  return out.take();
}

Result<std::vector<FieldChange>> decode_body_untrusted(ByteView body) {
  std::vector<FieldChange> changes;
  EVENHAND_CHECK(decode_body_untrusted(body, changes));
  return changes;
}

Result<void> decode_body_untrusted(ByteView body, std::vector<FieldChange>& changes) {
  changes.clear();
  BoundedReader in(body);
  try {
    std::uint64_t before = 0;
    while (in.left() > 0) {
      const std::uint64_t field = in.varint();
      if (field <= before || field > 0xFFFF) in.fail("field ids out of order or range");
      before = field;
      changes.push_back({static_cast<std::uint16_t>(field), in.raw(in.count())});
    }
  } catch (const DecodeFault& fault) {
    return corrupt("event body: " + fault.why, "byte " + std::to_string(fault.at));
  }
  return {};
}

}  // namespace evenhand
