#include "core/os/mapped_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>

namespace evenhand {

std::size_t resident_file_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t mapped = 0, resident = 0, of_files = 0;
  if (!(statm >> mapped >> resident >> of_files)) return 0;
  return of_files * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

namespace {

// A line of maps: "7f12a000-7f12c000 r--s 00000000 fe:00 1234   /path"; the fourth mark is s (shared) or p (private).
bool advise_shared(const void* inside, int advice) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(inside);
  std::ifstream maps("/proc/self/maps");
  std::uintptr_t begin = 0, end = 0;
  std::string marks, rest;
  char dash = 0;
  while (maps >> std::hex >> begin >> dash >> end >> marks) {
    if (begin <= wanted && wanted < end) {
      return marks.size() == 4 && marks[3] == 's' && ::madvise(reinterpret_cast<void*>(begin), end - begin, advice) == 0;
    }
    if (!std::getline(maps, rest)) break;
  }
  return false;
}

}  // namespace

bool give_back_pages(const void* inside) { return advise_shared(inside, MADV_DONTNEED); }

bool tell_reading(const void* inside, bool in_order) { return advise_shared(inside, in_order ? MADV_NORMAL : MADV_RANDOM); }

void ask_for_pages(const void* begin, std::size_t bytes) { ::madvise(const_cast<void*>(begin), bytes, MADV_WILLNEED); }

}  // namespace evenhand
