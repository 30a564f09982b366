/// The digest by which two holders of the same events know it, whether they hold a log or frames.
///
/// Threads: one at a time. Format: docs/formats/session.md, "Log digest".
#pragma once

#include <span>

#include "core/store/log.h"

namespace evenhand {

/// SHA-256 over every chain's heads and the missing bodies.
class LogDigest {
 public:
  explicit LogDigest(std::size_t chains);
  /// Ascending by id; as many as were announced.
  void add(const ChainId& chain, std::span<const BranchHead> branches);
  Hash finish(std::span<const Reference> missing);

 private:
  void add_number(std::uint64_t number);
  Sha256 hash_;
};

/// The end of a chain as a partner compares it: its head, or, of a forked chain, a hash over all its ends.
Hash head_over(std::span<const BranchHead> branches);

}  // namespace evenhand
