// A commit from a partner: frame, every header, hashes, seal. The checksum is put right first, so that damage behind a
// checksum that fits is reached as well.
#include "core/event/commit.h"
#include "tests/fuzz/input.h"

using namespace evenhand;

namespace {

void look_at(ByteView bytes) {
  const auto commit = CommitView::decode_untrusted(bytes);
  if (!commit) return;
  const auto hashes = commit->event_hashes();
  EVENHAND_ASSERT(hashes.ok() && hashes->size() == commit->event_count(), "what decodes also hashes");
  if (commit->descriptor()) (void)verify_commit(*commit, *commit->descriptor()).ok();
  const Bytes bare = without_bodies(*commit, [](std::size_t i, const EventView&) { return i % 2 == 0; });
  const auto again = CommitView::decode_untrusted(bare);
  EVENHAND_ASSERT(again.ok() && again->event_hashes().value() == *hashes, "dropping bodies keeps every hash");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look_at({data, size});
  if (size < CommitView::kFixedBytes + CommitView::kTrailerBytes) return 0;
  Bytes mended(data, data + size - CommitView::kTrailerBytes);
  for (int i = 0; i < 4; ++i) mended[8 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(size >> (8 * i));
  const Checksum sum = checksum_of(mended);
  mended.insert(mended.end(), sum.bytes.begin(), sum.bytes.end());
  look_at(mended);
  return 0;
}
