#include "core/os/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "core/os/files.h"

namespace evenhand {

namespace {

constexpr int kThrewCode = 125;

[[noreturn]] void be_the_child(const std::function<int(Bytes&)>& work, [[maybe_unused]] const ChildLimits& limits, int to_parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlives who asked
  ::prctl(PR_SET_DUMPABLE, 0);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT}) ::signal(signal, SIG_DFL);
#ifndef EVENHAND_SANITIZED  // whose shadow memory would count as the child's own
  const rlimit memory{limits.memory_bytes, limits.memory_bytes};
  ::setrlimit(RLIMIT_DATA, &memory);
#endif
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  Bytes answer;
  int code = kThrewCode;
  try {
    code = work(answer);
  } catch (...) {  // out of memory, as a rule
  }
  FileHandle pipe(to_parent);
  if (!pipe.write_all(answer)) code = kThrewCode;
  ::_exit(code);
}

// Reads until the child closes its end, or a limit is met.
ChildOutcome::End listen(int from_child, const ChildLimits& limits, Bytes& answer) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits.time_ms);
  std::array<std::uint8_t, 65536> piece;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return ChildOutcome::End::out_of_time;
    pollfd ready{from_child, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t got = ::read(from_child, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return ChildOutcome::End::returned;
    if (answer.size() + static_cast<std::size_t>(got) > limits.answer_bytes_max) return ChildOutcome::End::too_much_to_say;
    answer.insert(answer.end(), piece.begin(), piece.begin() + got);
  }
}

}  // namespace

Result<ChildOutcome> run_in_child(const std::function<int(Bytes&)>& work, const ChildLimits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "cannot make a pipe to a child process", "");
  FileHandle from_child(ends[0]);
  const pid_t child = ::fork();
  if (child == 0) be_the_child(work, limits, ends[1]);
  ::close(ends[1]);
  if (child < 0) return system_error(errno, "cannot start a child process", "");
  ChildOutcome outcome;
  outcome.end = listen(from_child.descriptor(), limits, outcome.answer);
  if (outcome.end != ChildOutcome::End::returned) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (outcome.end != ChildOutcome::End::returned) return outcome;
  outcome.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.end = ChildOutcome::End::killed_by_signal;
  if (WIFEXITED(status) && outcome.code != 0) outcome.end = ChildOutcome::End::failed;
  return outcome;
}

}  // namespace evenhand
