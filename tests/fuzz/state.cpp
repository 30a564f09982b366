// The stored state of a record, as a damaged table would hold it: refused, or read and written back the same.
#include "core/projection/entity_state.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto state = decode_state(bytes);
  if (!state) return 0;
  const Bytes again = encode_state(*state);
  EVENHAND_ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a state has one encoding");
  return 0;
}
