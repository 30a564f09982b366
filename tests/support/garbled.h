/// A commit as only a hostile device hands it out: hashes that hold and a seal that does not.
#pragma once

#include "core/event/commit.h"

namespace evenhand {

inline Bytes without_seal(Bytes commit) {
  constexpr std::size_t kSealAt = 72;
  commit[kSealAt] ^= 1;
  commit.resize(commit.size() - CommitView::kTrailerBytes);
  const Checksum sum = checksum_of(commit);
  commit.insert(commit.end(), sum.bytes.begin(), sum.bytes.end());
  return commit;
}

}  // namespace evenhand
