#include "apps/worker/filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "plugins/abi/worker_frames.h"

namespace evenhand::worker {

namespace {

constexpr int kLinkersCopy = EVENHAND_WORKER_LIBRARY + 1;  // what traps.h hands to the linker

/// A list under way. Once a rule did not fit, all that follow are skipped and the list is of no use.
class Rules {
 public:
  Rules() : context_(::seccomp_init(SCMP_ACT_TRAP)) {}
  ~Rules() { ::seccomp_release(context_); }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  template <class... Comparisons>
  void allow(int call, Comparisons... comparisons) {
    is_well_ = is_well_ && context_ != nullptr && ::seccomp_rule_add(context_, SCMP_ACT_ALLOW, call, sizeof...(comparisons), comparisons...) == 0;
  }
  FilterProgram compiled() const {
    if (!is_well_) return {};
    const int file = ::memfd_create("filter", MFD_CLOEXEC);
    FilterProgram program;
    if (file >= 0 && ::seccomp_export_bpf(context_, file) == 0) {
      program.resize(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)) / sizeof(sock_filter));
      const std::size_t bytes = program.size() * sizeof(sock_filter);
      if (::pread(file, program.data(), bytes, 0) != static_cast<ssize_t>(bytes)) program.clear();
    }
    ::close(file);
    return program;
  }

 private:
  scmp_filter_ctx context_;
  bool is_well_ = true;
};

static_assert(sizeof(sock_filter) == sizeof(FilterProgram::value_type));

scmp_arg_cmp is(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp lacks(unsigned argument, std::uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }

void allow_work(Rules& rules) {
  rules.allow(SCMP_SYS(read), is(0, EVENHAND_WORKER_CONTROL));
  for (const std::uint64_t to : {STDOUT_FILENO, STDERR_FILENO, EVENHAND_WORKER_CONTROL}) {
    rules.allow(SCMP_SYS(write), is(0, to));
    rules.allow(SCMP_SYS(fstat), is(0, to));
  }
  rules.allow(SCMP_SYS(writev), is(0, STDERR_FILENO));  // the C library's last words
  // Memory that no code runs from. A native plugin is code already; this only keeps honest ones honest.
  rules.allow(SCMP_SYS(mmap), lacks(2, PROT_EXEC));
  rules.allow(SCMP_SYS(mprotect), lacks(2, PROT_EXEC));
  for (const int call : {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group),
                         SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(getpid), SCMP_SYS(gettid)}) {
    rules.allow(call);
  }
  // abort(): unblocks its own signal and sends it to itself.
  rules.allow(SCMP_SYS(rt_sigprocmask), is(0, SIG_UNBLOCK));
  rules.allow(SCMP_SYS(tgkill), is(0, static_cast<std::uint64_t>(::getpid())));
}

void allow_loading(Rules& rules) {
  for (const int call : {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(close), SCMP_SYS(fstat)}) rules.allow(call, is(0, kLinkersCopy));
  rules.allow(SCMP_SYS(dup), is(0, EVENHAND_WORKER_LIBRARY));
  rules.allow(SCMP_SYS(lseek), is(0, EVENHAND_WORKER_LIBRARY));
  rules.allow(SCMP_SYS(close), is(0, EVENHAND_WORKER_LIBRARY));
  rules.allow(SCMP_SYS(mmap), lacks(3, MAP_ANONYMOUS), is(4, kLinkersCopy));
  rules.allow(SCMP_SYS(seccomp), is(0, SECCOMP_SET_MODE_FILTER), is(1, 0));  // can only narrow
}

}  // namespace

FilterProgram make_filter(Phase phase) {
  Rules rules;
  allow_work(rules);
  if (phase == Phase::loading) allow_loading(rules);
  return rules.compiled();
}

bool enforce(const FilterProgram& program) {
  if (program.empty()) return false;
  // The kernel copies it and changes nothing; its structure just has no const.
  const sock_fprog given{static_cast<unsigned short>(program.size()), reinterpret_cast<sock_filter*>(const_cast<std::uint64_t*>(program.data()))};
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &given) == 0;
}

}  // namespace evenhand::worker
