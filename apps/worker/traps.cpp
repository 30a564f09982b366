#include "apps/worker/traps.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "apps/worker/confine.h"
#include "apps/worker/talk.h"

namespace evenhand::worker {

namespace {

bool is_loading = true;
bool has_opened = false;
std::uintptr_t linker_from = 0, linker_to = 0;
std::uintptr_t stack_top = 0;
alignas(16) std::array<char, 32768> signal_stack;

/// The registers of an interrupted system call.
struct Call {
  explicit Call(void* context) : registers(static_cast<ucontext_t*>(context)->uc_mcontext) {}
#if defined(__x86_64__)
  std::uint64_t argument(int number) const {
    constexpr int kPlaces[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10};
    return static_cast<std::uint64_t>(registers.gregs[kPlaces[number]]);
  }
  void answer(long value) { registers.gregs[REG_RAX] = value; }
#elif defined(__aarch64__)
  std::uint64_t argument(int number) const { return registers.regs[number]; }
  void answer(long value) { registers.regs[0] = static_cast<std::uint64_t>(value); }
#else
#error "the plugin worker knows the registers of x86-64 and AArch64 only"
#endif
  const char* text(int number) const { return reinterpret_cast<const char*>(argument(number)); }
  mcontext_t& registers;
};

/// Where the dynamic linker's code lies: from its base to the end of its last segment.
void find_linker() {
  linker_from = ::getauxval(AT_BASE);
  if (linker_from == 0) return;
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(linker_from);
  const auto* segments = reinterpret_cast<const ElfW(Phdr)*>(linker_from + header->e_phoff);
  for (int i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type == PT_LOAD) linker_to = std::max(linker_to, linker_from + segments[i].p_vaddr + segments[i].p_memsz);
  }
}

long real_call(long number, long a, long b) {
  const long answer = ::syscall(number, a, b);
  return answer < 0 ? -errno : answer;
}

bool answer_linker(int number, Call& call) {
  if (number == SYS_openat) {
    const bool is_library = !has_opened && std::strcmp(call.text(1), kLibraryPath) == 0;
    has_opened = has_opened || is_library;
    call.answer(is_library ? real_call(SYS_dup, EVENHAND_WORKER_LIBRARY, 0) : -ENOENT);
    return true;
  }
  if (number == SYS_newfstatat) call.answer(-ENOENT);
  return number == SYS_newfstatat;
}

/// The C library's own questions, on behalf of whoever prints or sorts.
bool answer_library(int number, Call& call) {
  if (number == SYS_sysinfo) {  // how much memory qsort() may take: the same on every computer
    struct sysinfo same {};
    same.totalram = std::uint64_t{256} << 20;
    same.mem_unit = 1;
    std::memcpy(reinterpret_cast<void*>(call.argument(0)), &same, sizeof same);
    call.answer(0);
    return true;
  }
  // What a descriptor is. Only fstat() of some of them is on the lists.
  if (number != SYS_newfstatat || (call.argument(3) & AT_EMPTY_PATH) == 0 || call.text(1)[0] != '\0') return false;
  call.answer(real_call(SYS_fstat, static_cast<long>(call.argument(0)), static_cast<long>(call.argument(2))));
  return true;
}

void on_forbidden_call(int, siginfo_t* info, void* context) {
  const int errno_before = errno;
  const auto from = reinterpret_cast<std::uintptr_t>(info->si_call_addr);
  Call call(context);
  const bool is_linker = is_loading && from >= linker_from && from < linker_to;
  if (answer_library(info->si_syscall, call) || (is_linker && answer_linker(info->si_syscall, call))) {
    errno = errno_before;
    return;
  }
  send_number(EVENHAND_WORKER_TRIED, static_cast<std::uint32_t>(info->si_syscall));
  ::_exit(1);
}

// Runs on a stack of its own. Any other fault happens once more, now without us, and kills.
void on_fault(int, siginfo_t* info, void*) {
  const auto depth = stack_top - reinterpret_cast<std::uintptr_t>(info->si_addr);
  constexpr std::uintptr_t kNear = 512 << 10;
  if (depth > kStackBytes - kNear && depth < kStackBytes + 32 * kNear) {
    send_frame(EVENHAND_WORKER_STACK, {});
    ::_exit(1);
  }
}

bool handle(int signal, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction action {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | flags;
  return ::sigaction(signal, &action, nullptr) == 0;
}

}  // namespace

bool set_traps() {
  stack_top = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  find_linker();
  const stack_t stack{signal_stack.data(), 0, signal_stack.size()};
  return linker_to != 0 && ::sigaltstack(&stack, nullptr) == 0 && handle(SIGSYS, on_forbidden_call, 0) &&
         handle(SIGSEGV, on_fault, static_cast<int>(SA_RESETHAND));
}

void end_of_loading() { is_loading = false; }

}  // namespace evenhand::worker
