/// Has a store of this process to be opened anew? What goes on for weeks asks, closes all its stores and opens them again.
///
/// After a commit that failed (disk full, I/O) a store is read as it was before, and takes nothing more: only opening it anew tells
/// what reached the disk. A damaged one is no case of this. Threads: any.
#pragma once

#include <cstdint>

namespace evenhand {

/// Less room than this is too little to try again.
inline constexpr std::uint64_t kFreeBytesToReopen = std::uint64_t{16} << 20;

bool a_store_waits_to_be_reopened();

}  // namespace evenhand
