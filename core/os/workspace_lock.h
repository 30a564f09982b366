/// One writer holds a workspace.
///
/// The lock is flock(2) on a file that also tells who holds it; the kernel lets go when the holder ends, however it
/// ends. Threads: any. Lifetime: held as long as the object.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/os/files.h"

namespace evenhand {

struct LockHolder {
  std::int64_t process = 0;
  std::string program;
  std::string command;  ///< e.g. "desk"
};

/// `where` of the error when another process holds the lock: how callers tell it from other reasons.
inline constexpr std::string_view kHeldByAnother = "held by another process";

class WorkspaceLock {
 public:
  /// What to do between two tries, for up to `ms`. True: no further try.
  using Meanwhile = std::function<bool(int ms)>;

  /// `file`: made when absent (0600). Waits up to about `wait_ms` for a short command to finish, doing `meanwhile`.
  /// Errors: unavailable, telling who holds it (`where` is then kHeldByAnother); system errors.
  static Result<WorkspaceLock> take(const std::filesystem::path& file, const std::string& program, const std::string& command,
                                    int wait_ms = 0, const Meanwhile& meanwhile = {});
  /// Who holds it now; nothing when nobody does. Errors: unavailable.
  static Result<std::optional<LockHolder>> holder(const std::filesystem::path& file);

 private:
  explicit WorkspaceLock(FileHandle handle) : handle_(std::move(handle)) {}
  FileHandle handle_;
};

}  // namespace evenhand
