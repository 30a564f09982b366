#include "core/event/whole_bytes.h"

#include "core/event/layout.h"

namespace evenhand {

Result<std::size_t> whole_bytes_of(const CommitView& commit) {
  constexpr std::size_t kFrameBytes = 4;  // header length u16, body state u8, 0 (commit.h)
  std::size_t bytes = commit.bytes().size();
  EVENHAND_CHECK(commit.walk_bytes([&](std::size_t, ByteView event) {
    const bool is_here = event[2] == static_cast<std::uint8_t>(BodyState::present);
    if (!is_here) bytes += kSaltBytes + EventHeader::body_length_of(event.subspan(kFrameBytes, layout::get<std::uint16_t>(event.data())));
    return true;
  }));
  return bytes;
}

}  // namespace evenhand
