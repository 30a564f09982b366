#include "core/os/folder_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace evenhand {

namespace fs = std::filesystem;

namespace {

// Files are read on the way, so being opened or read must not count as a change.
constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;

bool is_watched(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.starts_with(".") && !name.starts_with("build") && !name.ends_with(".html") && !name.ends_with(".tmp");
}

// 1: something is there to be read; 0: the time is over, or a signal came.
Result<bool> readable(int descriptor, std::uint32_t timeout_ms) {
  pollfd asked{descriptor, POLLIN, 0};
  const int got = ::poll(&asked, 1, static_cast<int>(timeout_ms));
  if (got < 0 && errno != EINTR) return system_error(errno, "waiting for changes", {});
  return got > 0;
}

// Did anything change that counts? Reads all that has come.
bool drain(int descriptor) {
  alignas(inotify_event) std::array<char, 4096> events;
  bool counts = false;
  for (ssize_t got = ::read(descriptor, events.data(), events.size()); got > 0; got = ::read(descriptor, events.data(), events.size())) {
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
      counts = counts || event->len == 0 || is_watched(event->name);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  return counts;
}

}  // namespace

Result<FolderWatch> FolderWatch::open(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return not_found("there is no such folder", folder.string());
  FileHandle handle(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!handle.is_open()) return system_error(errno, "watching a folder", folder);
  FolderWatch watch(std::move(handle), folder);
  EVENHAND_CHECK(watch.add_all());
  return watch;
}

// Adding a folder twice is the same watch, so new folders are found by adding all again.
Result<void> FolderWatch::add_all() {
  if (::inotify_add_watch(handle_.descriptor(), folder_.c_str(), kChanges) < 0) return system_error(errno, "watching a folder", folder_);
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(folder_, failed); !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    std::error_code ignored;
    if (!at->is_directory(ignored) || at->is_symlink(ignored)) continue;
    if (!is_watched(at->path())) at.disable_recursion_pending();
    else (void)::inotify_add_watch(handle_.descriptor(), at->path().c_str(), kChanges);
  }
  return {};
}

Result<bool> FolderWatch::wait(std::uint32_t timeout_ms, std::uint32_t quiet_ms) {
  EVENHAND_TRY(const bool came, readable(handle_.descriptor(), timeout_ms));
  if (!came) return false;
  bool counts = false;
  for (bool more = true; more;) {
    counts = drain(handle_.descriptor()) || counts;
    EVENHAND_TRY(const bool again, readable(handle_.descriptor(), quiet_ms));
    more = again;
  }
  EVENHAND_CHECK(add_all());
  return counts;
}

}  // namespace evenhand
