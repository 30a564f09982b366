#include "core/os/program.h"

#include <link.h>

#include <cstring>

namespace evenhand {

namespace {

constexpr std::size_t kNoteAlignment = 4;

std::size_t aligned(std::size_t bytes) { return (bytes + kNoteAlignment - 1) / kNoteAlignment * kNoteAlignment; }

/// One PT_NOTE segment: header, name, description, each padded; and so on.
Bytes build_id_in(ByteView notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const std::size_t name = sizeof header, description = name + aligned(header.n_namesz);
    if (description + header.n_descsz > notes.size()) break;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(notes.data() + name, "GNU", 4) == 0) {
      const ByteView id = notes.subspan(description, header.n_descsz);
      return Bytes(id.begin(), id.end());
    }
    notes = notes.subspan(std::min(notes.size(), description + aligned(header.n_descsz)));
  }
  return {};
}

int look_at_program(dl_phdr_info* info, std::size_t, void* found) {
  for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    Bytes id = build_id_in({reinterpret_cast<const std::uint8_t*>(info->dlpi_addr + segment.p_vaddr), segment.p_memsz});
    if (!id.empty()) *static_cast<Bytes*>(found) = std::move(id);
  }
  return 1;  // the program itself comes first; its libraries are not asked
}

}  // namespace

Bytes program_build_id() {
  Bytes id;
  dl_iterate_phdr(look_at_program, &id);
  return id;
}

}  // namespace evenhand
