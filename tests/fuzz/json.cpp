// JSON: what parses is written, and what is written parses to the same value.
#include "core/codec/json.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(text_of({data, size}));
  if (!json) {
    EVENHAND_ASSERT(!json.error().where.empty(), "a refusal names the place");
    return 0;
  }
  for (const JsonStyle style : {JsonStyle::compact, JsonStyle::pretty}) {
    const std::string text = write_json(*json, style);
    EVENHAND_ASSERT(is_utf8(text), "what is written is UTF-8");
    const auto again = parse_json(text);
    EVENHAND_ASSERT(again.ok() && *again == *json, "what is written parses to the same value");
  }
  return 0;
}
