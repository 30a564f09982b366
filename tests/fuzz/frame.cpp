// A frame: header, and opening behind a header that is taken as signed, so that what lies behind the signature is reached.
#include "sync/protocol/frame.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto read = read_frame_header(bytes);
  if (read) EVENHAND_ASSERT(read->content_bytes <= kCommitBytesMax, "a header is within bounds");
  if (size < kFrameHeaderBytes) return 0;
  FrameHeader header;
  header.range.first_seq = header.range.last_seq = 1;
  header.content_bytes = static_cast<std::uint32_t>(data[12] | data[13] << 8 | (data[14] & 3) << 16);
  header.range.lane = Lane::authority;
  const auto opened = open_frame(bytes, header, {});
  if (opened) EVENHAND_ASSERT(opened->size() == header.content_bytes, "content has the length that was stated");
  return 0;
}
