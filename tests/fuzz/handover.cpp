// What comes through the workspace's socket, from either side: refused with a place, or read as what it was written as.
#include "core/engine/handover_format.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto command = decode_handover_untrusted(bytes);
  if (command) {
    const Bytes again = encode_handover(*command);
    EVENHAND_ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a command has one encoding");
  } else {
    EVENHAND_ASSERT(command.error().code == ErrorCode::refused, "a bad command is refused");
  }
  const auto answer = decode_answer_untrusted(bytes);
  if (answer) EVENHAND_ASSERT(encode_answer(*answer).size() <= size + 64, "an answer does not grow");
  return 0;
}
