#include "sync/partners/held_vector.h"

#include <algorithm>

namespace evenhand {

namespace {

bool goes_as_far(const VersionVector::Entry& further, const VersionVector::Entry& than) {
  return std::all_of(than.ends.begin(), than.ends.end(), [&](const VersionVector::End& end) {
    return std::any_of(further.ends.begin(), further.ends.end(), [&](const VersionVector::End& one) { return one == end || one.seq > end.seq; });
  });
}

bool includes(const VersionVector& whole, const VersionVector& part) {
  return std::all_of(part.entries.begin(), part.entries.end(), [&](const VersionVector::Entry& entry) {
    const VersionVector::Entry* const same = whole.find(entry.chain);
    return same != nullptr && goes_as_far(*same, entry);
  });
}

}  // namespace

VersionVector held_by_both_accounts(const VersionVector& before, const VersionVector& now) {
  if (includes(now, before)) return now;
  if (includes(before, now)) return before;
  VersionVector both;
  for (const VersionVector::Entry& entry : before.entries) {
    const VersionVector::Entry* const same = now.find(entry.chain);
    if (same == nullptr) continue;
    if (goes_as_far(entry, *same)) both.entries.push_back(*same);
    else if (goes_as_far(*same, entry)) both.entries.push_back(entry);
  }
  return both;
}

}  // namespace evenhand
