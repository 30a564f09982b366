#include "core/store/mapped_blocks.h"

#include <algorithm>

#include "core/os/mapped_pages.h"

namespace evenhand {

namespace {

// Of all mapped files of this process, its libraries' included. Measured 2026-11 with 10^6 events: half of it costs nothing that shows.
constexpr std::size_t kMappedBytesKept = std::size_t{64} << 20;
// How many blocks until it is looked how much is mapped. With one page the system may map up to 2 MiB of neighbours that it holds.
constexpr std::uint32_t kBlocksPerLook = 16;
// What other maps hold does not go by giving this one's pages back: then it is looked less and less often.
constexpr std::uint32_t kBlocksPerLookMax = 128;
std::atomic<std::uint32_t> blocks_per_look{kBlocksPerLook};
// Half a page: LMDB keeps what is longer in pages of its own.
constexpr std::size_t kOwnPagesFromBytes = 2048;

}  // namespace

void MappedBlocks::note(ByteView found, Access access) {
  if (found.empty()) return;
  const auto at = reinterpret_cast<std::uintptr_t>(found.data());
  for (std::uintptr_t block = at >> kBlockBits; block <= (at + found.size() - 1) >> kBlockBits; ++block) {
    auto& seen = seen_[block % kBlocks];
    if (seen.load(std::memory_order_relaxed) == block) continue;
    seen.store(block, std::memory_order_relaxed);
    if (new_blocks_.fetch_add(1, std::memory_order_relaxed) % blocks_per_look.load(std::memory_order_relaxed) == 0) look(found.data());
  }
  // The system may read megabytes around one value, and throws out what is needed for it where memory is short. A shorter value
  // shares its page with its neighbours, and LMDB has been there.
  if (access == Access::in_order || found.size() < kOwnPagesFromBytes) return;
  const std::uintptr_t first = at >> kBlockBits << kBlockBits;
  const std::uintptr_t end = ((at + found.size() - 1) >> kBlockBits) + 1 << kBlockBits;
  ask_for_pages(reinterpret_cast<const void*>(first), end - first);
}

void MappedBlocks::expect(Access access, const void* inside) {
  if (expected_.load(std::memory_order_relaxed) == access) return;
  if (tell_reading(inside, access == Access::in_order)) expected_.store(access, std::memory_order_relaxed);
}

void MappedBlocks::forget() {
  for (auto& seen : seen_) seen.store(0, std::memory_order_relaxed);
  expected_.store(Access::in_order, std::memory_order_relaxed);
}

void MappedBlocks::look(const void* inside) {
  if (resident_file_bytes() <= kMappedBytesKept || !give_back_pages(inside)) return;
  for (auto& seen : seen_) seen.store(0, std::memory_order_relaxed);
  const std::uint32_t now = blocks_per_look.load(std::memory_order_relaxed);
  const bool has_helped = resident_file_bytes() <= kMappedBytesKept;
  blocks_per_look.store(has_helped ? kBlocksPerLook : std::min(now * 2, kBlocksPerLookMax), std::memory_order_relaxed);
}

}  // namespace evenhand
