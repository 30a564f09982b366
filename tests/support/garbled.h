/// A commit as only a hostile device hands it out: hashes that hold and a seal that does not.
#pragma once

#include "core/event/commit.h"

namespace evenhand {

/// The same commit with a checksum that fits what was changed in it.
inline Bytes with_sum(Bytes commit) {
  commit.resize(commit.size() - CommitView::kTrailerBytes);
  const Checksum sum = checksum_of(commit);
  commit.insert(commit.end(), sum.bytes.begin(), sum.bytes.end());
  return commit;
}

inline Bytes without_seal(Bytes commit) {
  constexpr std::size_t kSealAt = 72;
  commit[kSealAt] ^= 1;
  return with_sum(std::move(commit));
}

}  // namespace evenhand
