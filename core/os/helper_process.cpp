#include "core/os/helper_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <utility>

namespace evenhand {

namespace {

constexpr int kFirstFree = 5;  // the helper's own descriptors are 0 to 4
constexpr std::size_t kPieceBytes = 65536;
constexpr long long kLookMs = 50;  // how often the helper's processor time is looked at

/// A copy beyond the helper's own descriptors, so that laying those out never overwrites one that is still to be laid out.
FileHandle moved_up(int descriptor) { return FileHandle(::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFree)); }

struct Ends {
  FileHandle ours, helpers;
};
Result<Ends> line_to_helper() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error(errno, "cannot make a line to a helper process", "");
  const FileHandle given(ends[1]);
  return Ends{FileHandle(ends[0]), moved_up(given.descriptor())};
}
enum class Reads : std::uint8_t { us, helper };
Result<Ends> pipe_to_helper(Reads reader) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "cannot make a pipe to a helper process", "");
  const int ours = reader == Reads::us ? 0 : 1;
  const FileHandle given(ends[1 - ours]);
  ::fcntl(ends[ours], F_SETFL, O_NONBLOCK);
  return Ends{FileHandle(ends[ours]), moved_up(given.descriptor())};
}

/// What posix_spawn() takes, freed with the object.
struct SpawnPlan {
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  /// Signals as if freshly born, whatever this program ignores or blocks; a group of its own, so that Ctrl-C is ours to handle.
  void be_unburdened() {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

Result<HelperProcess> HelperProcess::start(const std::filesystem::path& program, const FileHandle& file) {
  EVENHAND_TRY(Ends line, line_to_helper());
  EVENHAND_TRY(Ends life, pipe_to_helper(Reads::helper));
  EVENHAND_TRY(Ends printed, pipe_to_helper(Reads::us));
  const FileHandle given = moved_up(file.descriptor());
  if (!life.helpers.is_open() || !line.helpers.is_open() || !printed.helpers.is_open() || !given.is_open()) return unavailable("too many files are open to start a helper process");
  SpawnPlan plan;
  plan.be_unburdened();
  ::posix_spawn_file_actions_adddup2(&plan.actions, life.helpers.descriptor(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.actions, printed.helpers.descriptor(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.actions, printed.helpers.descriptor(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.actions, line.helpers.descriptor(), 3);
  ::posix_spawn_file_actions_adddup2(&plan.actions, given.descriptor(), 4);
  ::posix_spawn_file_actions_addclosefrom_np(&plan.actions, kFirstFree);
  std::string name = program.filename().string();
  char* const arguments[] = {name.data(), nullptr};
  char* const no_environment[] = {nullptr};
  pid_t process = -1;
  const int failed = ::posix_spawn(&process, program.c_str(), &plan.actions, &plan.attributes, arguments, no_environment);
  if (failed != 0) return system_error(failed, "cannot start a helper process", program);
  return HelperProcess(process, std::move(life.ours), std::move(line.ours), std::move(printed.ours));
}

HelperProcess::HelperProcess(int process, FileHandle life, FileHandle line, FileHandle printed)
    : process_(process), life_(std::move(life)), line_(std::move(line)), printed_(std::move(printed)) {}

HelperProcess::HelperProcess(HelperProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)), allowed_at_(other.allowed_at_), kept_waiting_before_(other.kept_waiting_before_), processor_time_max_(other.processor_time_max_), life_(std::move(other.life_)), line_(std::move(other.line_)), printed_(std::move(other.printed_)), said_(std::move(other.said_)),
      received_(std::move(other.received_)), received_from_(other.received_from_), received_to_(other.received_to_), ending_(other.ending_) {}

HelperProcess& HelperProcess::operator=(HelperProcess&& other) noexcept {
  std::swap(process_, other.process_);
  std::swap(allowed_at_, other.allowed_at_);
  std::swap(kept_waiting_before_, other.kept_waiting_before_);
  std::swap(processor_time_max_, other.processor_time_max_);
  std::swap(life_, other.life_);
  std::swap(line_, other.line_);
  std::swap(printed_, other.printed_);
  std::swap(said_, other.said_);
  std::swap(received_, other.received_);
  std::swap(received_from_, other.received_from_);
  std::swap(received_to_, other.received_to_);
  std::swap(ending_, other.ending_);
  return *this;
}

HelperProcess::~HelperProcess() { end(); }

bool HelperProcess::is_idle() {
  pollfd line{line_.descriptor(), POLLIN, 0};
  return process_ > 0 && received_from_ == received_to_ && ::poll(&line, 1, 0) == 0;
}

// Also takes what the helper prints, so that a full pipe never stops it.
HelperProcess::Talk HelperProcess::wait_for(short events, Deadline until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) return is_starved() ? Talk::starved : Talk::out_of_time;
    if (processor_time() > processor_time_max_) return Talk::overworked;
    pollfd ready[2] = {{line_.descriptor(), events, 0}, {printed_.descriptor(), POLLIN, 0}};
    const int found = ::poll(ready, 2, static_cast<int>(std::min<long long>(left, kLookMs)));
    if (found < 0 && errno != EINTR) return Talk::gone;
    if (found <= 0) continue;
    if (ready[1].revents != 0) keep_printed();
    if (ready[0].revents != 0) return Talk::well;
  }
}

void HelperProcess::keep_printed() {
  std::array<char, kPieceBytes> piece;
  const ssize_t got = printed_.is_open() ? ::read(printed_.descriptor(), piece.data(), piece.size()) : 0;
  if (got > 0) {
    said_.append(piece.data(), std::min(static_cast<std::size_t>(got), kSaidBytesMax - said_.size()));
  } else if (got == 0) {
    printed_ = FileHandle();
  }
}

const std::string& HelperProcess::said() {
  // Bounded, as a helper may print faster than we read.
  for (std::size_t i = 0; i < 16 && printed_.is_open(); ++i) {
    pollfd ready{printed_.descriptor(), POLLIN, 0};
    if (::poll(&ready, 1, 0) <= 0) break;
    keep_printed();
  }
  return said_;
}

HelperProcess::Talk HelperProcess::send(std::string_view bytes, Deadline until) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(line_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent < 0 && errno == EINTR) {
      continue;
    } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (const Talk talk = wait_for(POLLOUT, until); talk != Talk::well) return talk;
    } else {
      return Talk::gone;
    }
  }
  return Talk::well;
}

HelperProcess::Talk HelperProcess::receive(std::span<char> out, Deadline until) {
  for (;;) {
    const std::size_t part = std::min(out.size(), received_to_ - received_from_);
    std::copy_n(received_.data() + received_from_, part, out.data());
    received_from_ += part;
    out = out.subspan(part);
    if (out.empty()) return Talk::well;
    received_.resize(kPieceBytes);
    const ssize_t got = ::recv(line_.descriptor(), received_.data(), received_.size(), MSG_DONTWAIT);
    received_from_ = 0;
    received_to_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) return Talk::gone;
    if (got > 0) continue;
    if (const Talk talk = wait_for(POLLIN, until); talk != Talk::well) return talk;
  }
}

std::chrono::nanoseconds HelperProcess::processor_time() const {
  clockid_t clock;
  timespec used{};
  if (process_ <= 0 || ::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// The second number of proc_pid_schedstat(5); nothing where the system does not keep it.
std::chrono::nanoseconds HelperProcess::time_kept_waiting() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/schedstat");
  long long ran_ns = 0, waited_ns = 0;
  return file >> ran_ns >> waited_ns ? std::chrono::nanoseconds(waited_ns) : std::chrono::nanoseconds();
}

bool HelperProcess::is_starved() const { return (time_kept_waiting() - kept_waiting_before_) * 2 > std::chrono::steady_clock::now() - allowed_at_; }

void HelperProcess::allow_processor_time(std::uint32_t seconds) {
  allowed_at_ = std::chrono::steady_clock::now();
  kept_waiting_before_ = time_kept_waiting();
  processor_time_max_ = processor_time() + std::chrono::seconds(seconds);
  const auto whole = std::chrono::ceil<std::chrono::seconds>(processor_time_max_).count();
  rlimit limit{static_cast<rlim_t>(whole) + 1, RLIM_INFINITY};
  ::prlimit(process_, RLIMIT_CPU, &limit, nullptr);
}

HelperProcess::Ending HelperProcess::end() {
  if (process_ <= 0) return ending_;
  ::kill(process_, SIGKILL);  // one that is dying already keeps the reason it dies of
  int status = 0;
  pid_t reaped = -1;
  while ((reaped = ::waitpid(process_, &status, 0)) < 0 && errno == EINTR) {
  }
  if (reaped == process_ && WIFEXITED(status)) ending_ = {Ending::How::exited, WEXITSTATUS(status)};
  if (reaped == process_ && WIFSIGNALED(status)) ending_ = {Ending::How::killed_by_signal, WTERMSIG(status)};
  process_ = -1;
  life_ = FileHandle();
  line_ = FileHandle();
  return ending_;
}

Result<FileHandle> sealed_file(ByteView bytes) {
  FileHandle file(::memfd_create("evenhand", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.is_open()) return system_error(errno, "cannot make a file in memory", "");
  EVENHAND_CHECK(file.write_all(bytes));
  if (::fcntl(file.descriptor(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    return system_error(errno, "cannot seal a file in memory", "");
  }
  return file;
}

}  // namespace evenhand
