// A frame: its header; and opening it under a header that is taken as signed, so that what lies behind the signature is reached. What stands
// behind the header is taken as it is, and as commits that nobody compressed, under a header made to fit them: else no input but a seed
// would get past the look at the range and the head.
#include "sync/protocol/compress.h"
#include "sync/protocol/frame.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

// The fields as they stand, whoever signed them.
FrameHeader header_of(ByteView bytes) {
  const auto number = [&](std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[at + i];
    return value;
  };
  FrameHeader header;
  header.content_bytes = static_cast<std::uint32_t>(number(12, 4) % (kCommitBytesMax + 1));
  header.space = *SpaceId::from(bytes.subspan(16, 32));
  header.range.chain = *ChainId::from(bytes.subspan(48, 16));
  header.range.lane = Lane::authority;
  header.range.first_seq = number(64, 8);
  header.range.last_seq = number(72, 8);
  header.range.previous = *Hash::from(bytes.subspan(80, 32));
  header.range.head = *Hash::from(bytes.subspan(112, 32));
  return header;
}

void open_plain(ByteView head, ByteView content) {
  const auto split = split_commits(content);
  if (!split || split->empty() || content.size() > kCommitBytesMax) return;
  const auto range = range_of(*split);
  const auto hashes = split->back().event_hashes();
  if (!range || !hashes) return;
  FrameHeader header = header_of(head);
  header.range = *range;
  header.range.head = hashes->back();
  header.content_bytes = static_cast<std::uint32_t>(content.size());
  if (const auto& descriptor = split->front().descriptor()) header.space = descriptor->space;
  Bytes frame(head.begin(), head.end());
  const Bytes packed = compress(content);
  frame.insert(frame.end(), packed.begin(), packed.end());
  const auto opened = open_frame(frame, header, {});
  if (opened) EVENHAND_ASSERT(*opened == Bytes(content.begin(), content.end()), "what was packed comes out");
  const bool is_own = !split->front().descriptor() || (split->front().descriptor()->id() == range->chain && split->front().descriptor()->root() == range->previous);
  EVENHAND_ASSERT(opened.ok() == is_own, "a header that fits its commits opens them, and no other");
  header.range.head.bytes[0] ^= 1;
  EVENHAND_ASSERT(!open_frame(frame, header, {}), "commits that end otherwise are refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto read = read_frame_header(bytes);
  if (read) EVENHAND_ASSERT(read->content_bytes <= kCommitBytesMax, "a header is within bounds");
  if (size < kFrameHeaderBytes) return 0;
  const FrameHeader header = header_of(bytes);
  const auto opened = open_frame(bytes, header, {});
  if (opened) EVENHAND_ASSERT(opened->size() == header.content_bytes, "content has the length that was stated");
  if (read && read->epoch.is_zero()) EVENHAND_ASSERT(opened.ok() == open_frame(bytes, *read, {}).ok(), "a signature changes nothing of what is opened");
  open_plain(bytes.first(kFrameHeaderBytes), bytes.subspan(kFrameHeaderBytes));
  return 0;
}
