/// Tells when files in a folder were written, without asking again and again (inotify).
///
/// Threads: one. Lifetime: watching ends with the object.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/result.h"
#include "core/os/files.h"

namespace evenhand {

class FolderWatch {
 public:
  /// The folder and all below it, but for pages (.html) and names that begin with a dot or "build". Errors: not_found, unavailable.
  static Result<FolderWatch> open(const std::filesystem::path& folder);

  /// Waits until something changed, then until nothing has for `quiet_ms`; editors write a file in several steps.
  /// False: nothing came within `timeout_ms`, or a signal did. Errors: unavailable.
  Result<bool> wait(std::uint32_t timeout_ms, std::uint32_t quiet_ms);

 private:
  FolderWatch(FileHandle handle, std::filesystem::path folder) : handle_(std::move(handle)), folder_(std::move(folder)) {}
  Result<void> add_all();

  FileHandle handle_;
  std::filesystem::path folder_;
};

}  // namespace evenhand
