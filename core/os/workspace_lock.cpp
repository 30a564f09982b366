#include "core/os/workspace_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

namespace evenhand {

namespace {

std::string holder_of(const std::filesystem::path& file) {
  const auto text = read_file(file, 4096);
  return text && !text->empty() ? std::string(text_of(*text)) : "another process";
}

}  // namespace

Result<WorkspaceLock> WorkspaceLock::acquire(const std::filesystem::path& file, std::string_view program, int wait_ms) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_error(errno, "the workspace cannot be written", file);
  FileHandle handle(descriptor);
  constexpr int kStepMs = 50;
  for (int waited = 0; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; waited += kStepMs) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error(errno, "the workspace cannot be locked", file);
    if (waited >= wait_ms) {
      return unavailable("the workspace is in use by " + holder_of(file), std::string(kHeldByAnother),
                         "Wait until it has finished, or stop it; reading commands work meanwhile.");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
  }
  // The words are for people; only the lock itself counts, so failing to write them is no failure.
  const std::string words = std::string(program) + " (process " + std::to_string(::getpid()) + ")";
  if (::ftruncate(descriptor, 0) == 0) {
    const auto written = ::pwrite(descriptor, words.data(), words.size(), 0);
    (void)written;
  }
  return WorkspaceLock(std::move(handle));
}

}  // namespace evenhand
