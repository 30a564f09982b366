// JSON: what parses is written, and what is written parses to the same value. Lines follow the order of reading.
#include <algorithm>

#include "core/codec/json.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

// Lines only grow in the order of reading. Returns the last one. As deep as the parser lets it be.
std::size_t follow_lines(const Json& json, std::size_t from) {
  EVENHAND_ASSERT(json.line() >= from, "a value stands after what was read before it");
  from = json.line();
  for (const Json& item : json.items()) from = follow_lines(item, from);
  return from;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(text_of({data, size}));
  if (!json) {
    EVENHAND_ASSERT(!json.error().where.empty(), "a refusal names the place");
    return 0;
  }
  const std::string_view whole = text_of({data, size});
  const auto lines = 1 + static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
  EVENHAND_ASSERT(follow_lines(*json, 1) <= lines, "no value stands after the end");
  for (const JsonStyle style : {JsonStyle::compact, JsonStyle::pretty}) {
    const std::string text = write_json(*json, style);
    EVENHAND_ASSERT(is_utf8(text), "what is written is UTF-8");
    const auto again = parse_json(text);
    EVENHAND_ASSERT(again.ok() && *again == *json, "what is written parses to the same value");
  }
  return 0;
}
