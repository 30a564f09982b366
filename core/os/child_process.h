/// Runs a piece of work in a child of its own, within limits, so that whatever it does to itself ends there.
///
/// The child is forked: the work sees this program's memory as it was, and gives bytes back through a pipe.
/// Threads: call it while no other thread of this process works, since locks held by others stay locked in the child.
/// LMDB: never while an environment is open here; the child opens its own.
#pragma once

#include <functional>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace evenhand {

struct ChildLimits {
  std::uint32_t time_ms = 10'000;
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;  ///< of private memory; maps of files do not count
  std::uint64_t answer_bytes_max = std::uint64_t{16} << 20;
};

struct ChildOutcome {
  enum class End { returned, failed, killed_by_signal, out_of_time, too_much_to_say };
  End end = End::returned;
  int code = 0;  ///< exit code, or the signal
  Bytes answer;  ///< what the work gave back, also when it failed half-way
};

/// The work returns its exit code (0 = well) and fills `answer`. Errors: unavailable (no child could be made).
Result<ChildOutcome> run_in_child(const std::function<int(Bytes& answer)>& work, const ChildLimits& limits);

}  // namespace evenhand
