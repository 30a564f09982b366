/// Tells a store that goes on from one that was restored from a backup or cloned.
///
/// The marker stands in a file of its own, outside the log. It knows the machine, its own inode, and how far this
/// device's chains had come when it was last written. A copy has another inode or machine; a restored log is behind
/// the marker. Either way the device must start a new incarnation: two copies that both went on with one chain
/// would fork it. A false alarm costs one more chain and nothing else.
/// Threads: one thread at a time. Format: docs/formats/store.md, "Marker".
#pragma once

#include <filesystem>

#include "core/base/random.h"
#include "core/event/chain.h"

namespace evenhand {

class IncarnationMarker {
 public:
  /// Makes a fresh incarnation, replacing the marker. Errors: unavailable.
  static Result<IncarnationMarker> create(const std::filesystem::path& file, Random& random);
  /// Errors: corrupt, unavailable. An absent marker reads as one that needs a fresh incarnation.
  static Result<IncarnationMarker> open(const std::filesystem::path& file);

  const Incarnation& incarnation() const { return incarnation_; }
  /// `last_seq`: how far the log says that this incarnation's chain of the lane has come.
  bool needs_fresh_incarnation(Lane lane, std::uint64_t last_seq) const;
  /// Remembers how far the chain has come. Not synced: being behind is safe, being ahead is the alarm.
  Result<void> acknowledge(Lane lane, std::uint64_t last_seq);

 private:
  std::filesystem::path file_;
  Incarnation incarnation_;
  std::uint64_t acknowledged_[2] = {0, 0};
  bool is_copy_ = false;
};

}  // namespace evenhand
