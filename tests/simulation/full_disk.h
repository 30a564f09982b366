/// A disk without room: while one lives, no file of this process becomes longer than that. What would go beyond is written
/// up to there and then fails, as on a full disk; what is overwritten in place still goes.
///
/// Threads: it holds for the whole process; one at a time.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>

#include <sys/resource.h>

namespace evenhand::simulation {

class FullDisk {
 public:
  /// Nothing: the disk has room.
  explicit FullDisk(std::optional<std::uint64_t> file_bytes_max) : is_full_(file_bytes_max.has_value()) {
    if (!is_full_) return;
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{static_cast<rlim_t>(*file_bytes_max), before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    if (is_full_) ::setrlimit(RLIMIT_FSIZE, &before_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  bool is_full_;
  rlimit before_{};
};

}  // namespace evenhand::simulation
