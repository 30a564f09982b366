/// What this device remembers of its partners, so that meeting again costs only what changed. Losing it costs bytes, never
/// correctness.
///
/// Threads: one at a time. Lifetime: outlives the sessions that use it.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "core/event/version_vector.h"
#include "sync/protocol/segment.h"

namespace evenhand {

/// Both sides' ends of one chain: the first 16 bytes of a hash over them.
using BothEndsPrint = Id<struct BothEndsPrintTag, 16>;

/// A chain that was left out of what both compared, because nothing more could be had or given of it.
struct LeftOutChain {
  BothEndsPrint on;  ///< on which ends of both
  ChainPrint held;   ///< what the hub held of it
  bool operator==(const LeftOutChain&) const = default;
};

/// What both held when they last agreed on a space.
struct Agreed {
  VersionVector vector;
  Hash log_digest;
  /// Chains that are in neither: left out again while both stand on the same ends, and the hub holds the same.
  std::map<ChainId, LeftOutChain> left_out = {};
};

class SessionMemory {
 public:
  virtual ~SessionMemory() = default;
  /// Nothing: never met, or forgotten.
  virtual std::optional<Agreed> agreed(const PublicKey& partner, const SpaceId& space) = 0;
  virtual void remember(const PublicKey& partner, const SpaceId& space, const Agreed& agreed) = 0;
};

/// Remembers as long as it lives.
class ShortMemory : public SessionMemory {
 public:
  std::optional<Agreed> agreed(const PublicKey& partner, const SpaceId& space) override {
    const auto found = agreed_.find({partner, space});
    return found == agreed_.end() ? std::nullopt : std::optional(found->second);
  }
  void remember(const PublicKey& partner, const SpaceId& space, const Agreed& agreed) override { agreed_[{partner, space}] = agreed; }

 private:
  std::map<std::pair<PublicKey, SpaceId>, Agreed> agreed_;
};

}  // namespace evenhand
