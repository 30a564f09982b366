#include "plugins/worker/library.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace evenhand::plugins {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#endif

std::string name_of(Elf64_Half machine) {
  constexpr struct {
    Elf64_Half machine;
    const char* name;
  } kNames[] = {{EM_386, "32-bit Intel"}, {EM_X86_64, "x86-64"}, {EM_ARM, "32-bit ARM"}, {EM_AARCH64, "64-bit ARM"}, {EM_RISCV, "RISC-V"}, {EM_PPC64, "PowerPC"}};
  const auto* found = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& one) { return one.machine == machine; });
  return found != std::end(kNames) ? found->name : "processor number " + std::to_string(machine);
}

}  // namespace

Result<void> check_library(ByteView bytes) {
  const std::string next = "Build it for this computer with the options that the plugin guide gives.";
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof header || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) return refused("its library is no shared library of Linux", "", next);
  std::memcpy(&header, bytes.data(), sizeof header);
  const Elf64_Half machine = header.e_machine;
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB || machine != kMachine) {
    return refused("its library was built for " + name_of(machine) + "; this computer is " + name_of(kMachine), "", next);
  }
  if (header.e_type != ET_DYN) return refused("its library is another kind of program file, not a shared library", "", next);
  return {};
}

}  // namespace evenhand::plugins
