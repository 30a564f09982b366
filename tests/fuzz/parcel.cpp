// A piece of an attachment as a hub holds it: header, and opening behind a header that is taken as signed.
#include "sync/protocol/parcel.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto read = read_piece_header(bytes);
  if (read) EVENHAND_ASSERT(read->number <= read->chunks && read->chunks <= kParcelChunksMax && !read->epoch.is_zero(), "a header is within bounds");
  if (size < kParcelHeaderBytes || size > kParcelPieceBytesMax) return 0;
  const auto opened = open_piece(bytes, SealKey());
  if (opened) EVENHAND_ASSERT(opened->size() <= kParcelContentBytesMax, "content is within bounds");
  return 0;
}
