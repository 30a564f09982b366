/// Recognises a store that was restored from a backup or cloned with its machine, so that its device starts a new
/// incarnation instead of writing a second event with a sequence number that it gave away already.
///
/// The marker is one small file beside the log, written in place: it names its own inode, so a copy betrays itself.
/// Bytes, little-endian: "EHINC001" ‖ incarnation 8 ‖ device u64 ‖ inode u64 ‖ H("evenhand/machine/1\0" ‖ machine id) 32
/// ‖ last own seq acknowledged in lane data u64, in lane authority u64 ‖ XXH3-128 of all that.
///
/// Durability: begin() is durable. acknowledge() is a plain write: after power loss the marker may be behind the log,
/// which is harmless; a log behind its marker was restored.
/// Threads: one at a time; the holder of the workspace lock.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/random.h"
#include "core/event/chain.h"
#include "core/os/files.h"

namespace evenhand {

/// The last own sequence number in each lane.
struct OwnEnds {
  std::uint64_t data = 0;
  std::uint64_t authority = 0;
  bool operator==(const OwnEnds&) const = default;
};

class IncarnationMarker {
 public:
  /// How far the log says that the chains of an incarnation have come.
  using EndsInLog = std::function<Result<OwnEnds>(const Incarnation&)>;

  /// Goes on with the incarnation of `file`, when it is still this store on this machine and the log holds all that
  /// the marker saw acknowledged. `machine`: machine_id(). Errors: stale (a fresh incarnation is needed; `what` says
  /// why), unavailable, those of `in_log`.
  static Result<IncarnationMarker> resume(const std::filesystem::path& file, ByteView machine, const EndsInLog& in_log);
  /// Starts a fresh incarnation, replacing any marker. Durable on return. Errors: unavailable.
  static Result<IncarnationMarker> begin(const std::filesystem::path& file, ByteView machine, Random& random);

  const Incarnation& incarnation() const { return incarnation_; }
  const OwnEnds& acknowledged() const { return ends_; }
  /// Called after append() of own events returned, before the user is told. Errors: unavailable.
  Result<void> acknowledge(const OwnEnds& ends);

 private:
  explicit IncarnationMarker(FileHandle file) : file_(std::move(file)) {}
  Result<void> write();

  FileHandle file_;
  Incarnation incarnation_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  Hash machine_;
  OwnEnds ends_;
};

}  // namespace evenhand
