/// One writer holds a workspace.
///
/// The lock is flock(2) on a file that also tells who holds it; the kernel lets go when the holder ends, however it
/// ends. Threads: any. Lifetime: held as long as the object.
#pragma once

#include <filesystem>
#include <string>

#include "core/os/files.h"

namespace evenhand {

struct LockHolder {
  std::int64_t process = 0;
  std::string program;
  std::string command;  ///< e.g. "desk"
};

class WorkspaceLock {
 public:
  /// `file`: made when absent (0600). Errors: unavailable, telling who holds it; system errors.
  static Result<WorkspaceLock> take(const std::filesystem::path& file, const std::string& program, const std::string& command);
  /// Who holds it now; nothing when nobody does. Errors: unavailable.
  static Result<std::optional<LockHolder>> holder(const std::filesystem::path& file);

 private:
  explicit WorkspaceLock(FileHandle handle) : handle_(std::move(handle)) {}
  FileHandle handle_;
};

}  // namespace evenhand
