#include "core/event/version_vector.h"

#include <algorithm>

namespace evenhand {

const VersionVector::Entry* VersionVector::find(const ChainId& chain) const {
  const auto at = std::lower_bound(entries.begin(), entries.end(), chain, [](const Entry& entry, const ChainId& id) { return entry.chain < id; });
  return at != entries.end() && at->chain == chain ? &*at : nullptr;
}

}  // namespace evenhand
