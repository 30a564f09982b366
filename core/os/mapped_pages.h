/// Pages of mapped files that count as this process's memory although the system's cache holds them.
/// Threads: any.
#pragma once

#include <cstddef>

namespace evenhand {

/// Bytes of files, shared memory included, that are mapped here and in memory. 0 when the system does not tell.
/// Source: proc(5), /proc/self/statm; a few microseconds.
std::size_t resident_file_bytes();

/// Takes the pages of the shared mapping that `inside` points into out of this process's memory. They stay in the system's cache,
/// and whoever looks at them again, by whatever pointer, finds the same bytes there or on the disk. False, and nothing is touched:
/// `inside` lies in no shared mapping. Private memory would lose its bytes, so it is never given back.
/// Source: madvise(2), MADV_DONTNEED; proc(5), /proc/self/maps.
bool give_back_pages(const void* inside);

/// How the mapping that `inside` points into is going to be read: neighbour after neighbour, where reading ahead helps, or here and there,
/// where it would read what nobody wants. False: no shared mapping. Source: madvise(2), MADV_NORMAL, MADV_RANDOM.
bool tell_reading(const void* inside, bool in_order);

/// Asks the system to begin reading these pages of a mapped file, and no others, as far as they are not in its cache. A hint: nothing
/// happens where nothing is mapped. `begin` is the first byte of a page. Source: madvise(2), MADV_WILLNEED.
void ask_for_pages(const void* begin, std::size_t bytes);

}  // namespace evenhand
