// The file holds three lines: process, program, command. It stays when the lock goes; only the lock counts.

#include "core/os/workspace_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <sstream>
#include <thread>

namespace evenhand {

namespace {

constexpr std::size_t kFileBytesMax = 4096;

std::string one_line(std::string text) {
  for (char& c : text) c = (c == '\n' || c == '\r') ? ' ' : c;
  return text.substr(0, 512);
}

LockHolder read_holder(const std::filesystem::path& file) {
  LockHolder holder;
  const auto bytes = read_file(file, kFileBytesMax);
  if (!bytes) return holder;
  std::istringstream lines{std::string(text_of(*bytes))};
  std::string process;
  std::getline(lines, process);
  std::getline(lines, holder.program);
  std::getline(lines, holder.command);
  holder.process = std::strtoll(process.c_str(), nullptr, 10);
  return holder;
}

Result<FileHandle> open_file(const std::filesystem::path& file) {
  FileHandle handle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!handle.is_open()) return system_error(errno, "cannot lock the workspace", file);
  return handle;
}

}  // namespace

Result<WorkspaceLock> WorkspaceLock::take(const std::filesystem::path& file, const std::string& program, const std::string& command,
                                          int wait_ms, const Meanwhile& meanwhile) {
  constexpr int kStepMs = 25;
  EVENHAND_TRY(FileHandle handle, open_file(file));
  for (int waited = 0; ::flock(handle.descriptor(), LOCK_EX | LOCK_NB) != 0; waited += kStepMs) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error(errno, "cannot lock the workspace", file);
    if (waited >= wait_ms || (meanwhile && meanwhile(kStepMs))) {
      const LockHolder other = read_holder(file);
      return unavailable("the workspace is in use by " + other.program + " " + other.command + " (process " + std::to_string(other.process) + ")",
                         std::string(kHeldByAnother), "Close it there, or wait until it has finished; reading works meanwhile.");
    }
    if (!meanwhile) std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
  }
  const std::string text = std::to_string(::getpid()) + "\n" + one_line(program) + "\n" + one_line(command) + "\n";
  if (::ftruncate(handle.descriptor(), 0) != 0) return system_error(errno, "cannot lock the workspace", file);
  EVENHAND_CHECK(handle.write_all(view_of(text)));
  return WorkspaceLock(std::move(handle));
}

Result<std::optional<LockHolder>> WorkspaceLock::holder(const std::filesystem::path& file) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return std::optional<LockHolder>();
  EVENHAND_TRY(const FileHandle handle, FileHandle::open_to_read(file));
  if (::flock(handle.descriptor(), LOCK_SH | LOCK_NB) == 0) return std::optional<LockHolder>();
  if (errno != EWOULDBLOCK) return system_error(errno, "cannot look at the lock", file);
  return std::optional(read_holder(file));
}

}  // namespace evenhand
