// Keeps a damaged page from ending the program.
//
// LMDB 0.9 checks its pages by assertions that call abort(), and reads the file through a memory map, where a
// wild page number or a shortened file becomes SIGSEGV or SIGBUS. open() looks at the file before LMDB does;
// this is the net below for what rots later, while the file is open. Only C frames of LMDB lie between
// the jump and its target, so no destructor is skipped.

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <mutex>

#include "core/store/environment.h"

namespace evenhand {

namespace {

thread_local sigjmp_buf* landing = nullptr;

struct sigaction before_segv;
struct sigaction before_bus;

// Not in a call of ours: whoever was there before decides.
void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& before = signal == SIGBUS ? before_bus : before_segv;
  if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != nullptr) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  if (landing != nullptr) siglongjmp(*landing, 1);
  pass_on(signal, info, context);
}

}  // namespace

void catch_faults() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS}) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction == on_fault) continue;
    (signal == SIGBUS ? before_bus : before_segv) = before;
    ::sigaction(signal, &action, nullptr);
  }
}

int guarded(int (*call)(void*), void* argument) {
  if (call == nullptr) {  // LMDB's failed assertion
    if (landing != nullptr) siglongjmp(*landing, 1);
    std::abort();
  }
  sigjmp_buf here;
  sigjmp_buf* const outer = landing;
  if (sigsetjmp(here, 0) != 0) {
    landing = outer;
    return MDB_CORRUPTED;
  }
  landing = &here;
  const int code = call(argument);
  landing = outer;
  return code;
}

}  // namespace evenhand
