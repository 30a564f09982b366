/// What a device is still told of a space that it is in no more: by whom and when it was taken out, and nothing after.
///
/// Threads: pure. Format: docs/formats/session.md, message 129.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/access/access.h"
#include "core/store/log.h"
#include "sync/session/log_space.h"

namespace evenhand {

/// The commits of the authority lane up to the device's removals and leavings, end to end, each chain from its beginning. A commit
/// is never cut: what was decided in one stroke with a removal comes with it. Empty when nothing took the device out. `access` is that of the log.
/// Errors: corrupt (a damaged commit), unavailable.
Result<Bytes> farewell_of(const Log& log, const Access& access, const PublicKey& device);

/// The same as a space to write into a file: for whoever exchanges by files only, or was removed by somebody whom it removed itself, so
/// that neither names the space to the other any more. Gives nothing else of the log. Lifetime: the log outlives it.
class FarewellSpace : public LogSpace {
 public:
  /// Errors: not_found (nothing took the device out), corrupt, unavailable.
  static Result<std::unique_ptr<FarewellSpace>> make(Log& log, const Access& access, const PublicKey& device);

  Result<VersionVector> vector() const override;
  Result<std::optional<Segment>> next_segment(const ChainId& chain, std::uint64_t after_seq, std::uint64_t& cursor) const override;

 private:
  FarewellSpace(Log& log, std::map<ChainId, std::uint64_t> past) : LogSpace(log), log_(log), past_(std::move(past)) {}

  Log& log_;
  std::map<ChainId, std::uint64_t> past_;
};

}  // namespace evenhand
