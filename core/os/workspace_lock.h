/// One writer holds a workspace. The kernel lets go of the lock when the holder ends, kill -9 included.
///
/// Threads: any. Lifetime: held until the object dies.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"
#include "core/os/files.h"

namespace evenhand {

class WorkspaceLock {
 public:
  /// Waits up to `wait_ms` for a short command to finish, then gives up.
  /// Errors: unavailable: who holds it (process number and program), or a disk that takes no lock.
  static Result<WorkspaceLock> acquire(const std::filesystem::path& file, std::string_view program, int wait_ms = 2000);

 private:
  explicit WorkspaceLock(FileHandle file) : file_(std::move(file)) {}
  FileHandle file_;
};

/// `where` of the error when another process holds the lock; callers tell it from other reasons by this.
inline constexpr std::string_view kHeldByAnother = "held by another process";

}  // namespace evenhand
