/// Which blocks of a mapped file were looked at lately, so that reading a large file neither fills this process's memory nor reads
/// from the disk what nobody asked for (docs/decisions/0065-mapped-pages.md).
///
/// What always holds: mapped files take some kMappedBytesKept of this process's memory, whatever is read; pages that are given back
/// stay in the system's cache, so views handed out stay valid.
/// Threads: any; two that note at once may count a block twice or not at all.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/base/bytes.h"

namespace evenhand {

class MappedBlocks {
 public:
  enum class Access {
    single,    ///< one value here, one there: of the disk, its block alone is read
    in_order,  ///< neighbours come next: the system reads ahead as it sees fit
  };

  /// Told of bytes found in the map of a transaction that is open, before anybody looks at them. What lies in other memory, as
  /// what a writer has not committed yet, may be told of too.
  void note(ByteView found, Access access);
  /// What is to come: a hint for all who read this map. `inside` points into it, of an open transaction.
  void expect(Access access, const void* inside);
  /// The map is another one now: nothing was told of it yet, and nothing of it found. No transaction is open.
  void forget();
  /// Looks how much is mapped now, and gives pages back when it is too much. `inside` points into the map of an open transaction.
  void look(const void* inside);

 private:
  static constexpr unsigned kBlockBits = 17;
  static constexpr std::size_t kBlocks = 4096;


  std::array<std::atomic<std::uintptr_t>, kBlocks> seen_{};  ///< number of a block, at its remainder; since pages were given back last
  std::atomic<std::uint32_t> new_blocks_{0};
  std::atomic<Access> expected_{Access::in_order};
};

}  // namespace evenhand
