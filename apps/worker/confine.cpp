#include "apps/worker/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "plugins/abi/worker_frames.h"

namespace evenhand::worker {

namespace {

/// Address space in use, in bytes.
std::uint64_t address_space() {
  unsigned long long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%llu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool limit(__rlimit_resource_t resource, std::uint64_t value) {
  const rlimit both{value, value};
  return ::setrlimit(resource, &both) == 0;
}

// The host alone holds the other end of our standard input, and never writes to it. When that end closes, by whatever death, the
// kernel sends SIGIO, which ends us. PR_SET_PDEATHSIG would do so already when the thread ends that started us.
bool end_with_host() {
  const bool is_set = ::fcntl(STDIN_FILENO, F_SETOWN, ::getpid()) == 0 && ::fcntl(STDIN_FILENO, F_SETFL, O_ASYNC) == 0;
  pollfd line{STDIN_FILENO, POLLIN, 0};
  return is_set && ::poll(&line, 1, 0) == 0;  // not gone before that
}

}  // namespace

bool give_up_rights() {
  ::close_range(EVENHAND_WORKER_LIBRARY + 1, ~0U, 0);
  // No network, mounts or shared memory of others to be seen; seccomp forbids their use in any case.
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC) != 0) (void)::unshare(CLONE_NEWUSER);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  (void)::syscall(SYS_capset, &header, none);
  return ::prctl(PR_SET_DUMPABLE, 0) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && end_with_host();
}

bool limit_resources(std::uint64_t memory_bytes) {
  const std::uint64_t own = address_space();
  // Room for our own pieces of the answer, and for the stack to grow.
  const std::uint64_t spare = (std::uint64_t{4} << 20) + kStackBytes;
  return own > 0 && limit(RLIMIT_AS, own + spare + memory_bytes) &&
         limit(RLIMIT_STACK, kStackBytes) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_CORE, 0) &&
         limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_NOFILE, EVENHAND_WORKER_LIBRARY + 2);
}

}  // namespace evenhand::worker
