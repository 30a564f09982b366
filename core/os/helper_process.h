/// A program of ours that runs beside this one and answers over one socket. It may do anything: it is held to deadlines, what
/// it prints is kept within bounds, and it is always killed and reaped.
///
/// The helper finds: an empty environment; on descriptor 0 a pipe that closes when this process is gone, however it went; 1 and 2
/// are read by us, 3 is the socket, 4 the file that it was given; there is no other.
/// Threads: one at a time.
/// Lifetime: the helper dies with the object.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/os/files.h"

namespace evenhand {

class HelperProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  /// well: all bytes went over. gone: the other side is closed, so the helper is dead or dying. overworked: it has used up its
  /// processor time. out_of_time: the deadline has passed. starved: so it has, and for more than half of the time the helper was ready to
  /// run and others had the processor, so that it is not to blame.
  enum class Talk : std::uint8_t { well, gone, overworked, out_of_time, starved };
  struct Ending {
    enum class How : std::uint8_t { exited, killed_by_signal, unknown } how = How::unknown;
    int code = 0;  ///< exit code, or the signal
  };

  /// Errors: not_found (no such program), unavailable.
  static Result<HelperProcess> start(const std::filesystem::path& program, const FileHandle& file);
  HelperProcess(HelperProcess&& other) noexcept;
  HelperProcess& operator=(HelperProcess&& other) noexcept;
  ~HelperProcess();

  /// Alive, and has said nothing that was not read.
  bool is_idle();

  Talk send(std::string_view bytes, Deadline until);
  /// Exactly out.size() bytes.
  Talk receive(std::span<char> out, Deadline until);

  /// From now on it may use so many seconds of processor time. Looked at while we wait for it; should we no longer look, the
  /// system ends it (SIGXCPU) some two seconds later.
  void allow_processor_time(std::uint32_t seconds);

  /// The beginning of what it printed on either output, at most kSaidBytesMax bytes.
  static constexpr std::size_t kSaidBytesMax = 4096;
  const std::string& said();
  void forget_said() { said_.clear(); }

  /// Kills it if it still runs. May be called again.
  Ending end();

 private:
  HelperProcess(int process, FileHandle life, FileHandle line, FileHandle printed);
  Talk wait_for(short events, Deadline until);
  void keep_printed();

  std::chrono::nanoseconds processor_time() const;
  std::chrono::nanoseconds time_kept_waiting() const;
  bool is_starved() const;

  int process_ = -1;  ///< -1: none, or reaped
  Deadline allowed_at_ = std::chrono::steady_clock::now();
  std::chrono::nanoseconds kept_waiting_before_{};
  std::chrono::nanoseconds processor_time_max_ = std::chrono::nanoseconds::max();
  FileHandle life_;   ///< the end of the pipe that nobody writes to
  FileHandle line_;
  FileHandle printed_;
  std::string said_;
  std::string received_;  ///< read from the line; what lies between the next two was not asked for yet
  std::size_t received_from_ = 0, received_to_ = 0;
  Ending ending_;
};

/// A file in memory with these bytes, which nobody can change any more. Errors: unavailable.
Result<FileHandle> sealed_file(ByteView bytes);

}  // namespace evenhand
