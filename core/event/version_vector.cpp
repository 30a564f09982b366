// Bytes: count varint, then per chain, ascending: id (16), and per end, ascending: (seq * 2 + 1 when another end follows) varint,
// head (8). So a chain that never forked costs no byte for the possibility.

#include "core/event/version_vector.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/event/limits.h"

namespace evenhand {

namespace {

void save(CanonicalOutput& out, const VersionVector::Entry& entry) {
  EVENHAND_ASSERT(!entry.ends.empty(), "a chain in a version vector has an end");
  out(entry.chain);
  for (std::size_t i = 0; i < entry.ends.size(); ++i) {
    out.varint(entry.ends[i].seq << 1 | (i + 1 < entry.ends.size() ? 1 : 0));
    out(entry.ends[i].head);
  }
}

void load(BoundedInput& in, VersionVector::Entry& entry) {
  in(entry.chain);
  for (bool goes_on = true; goes_on;) {
    const std::uint64_t number = in.varint();
    goes_on = number & 1;
    VersionVector::End end{number >> 1, {}};
    if (end.seq == 0 || end.seq > VersionVector::kSeqMax) in.fail("a sequence number that no chain has");
    in(end.head);
    if (!entry.ends.empty() && !(entry.ends.back() < end)) in.fail("ends out of order");
    entry.ends.push_back(end);
  }
}

}  // namespace

const VersionVector::Entry* VersionVector::find(const ChainId& chain) const {
  const auto at = std::lower_bound(entries.begin(), entries.end(), chain, [](const Entry& entry, const ChainId& id) { return entry.chain < id; });
  return at != entries.end() && at->chain == chain ? &*at : nullptr;
}

Bytes VersionVector::encode() const {
  CanonicalOutput out;
  out.varint(entries.size());
  for (const Entry& entry : entries) save(out, entry);
  return out.take();
}

Result<VersionVector> VersionVector::decode_untrusted(ByteView bytes) {
  VersionVector vector;
  BoundedInput in(bytes);
  try {
    const std::size_t count = in.count();
    if (count > kChainsPerSpaceMax) in.fail("more chains than a space may have");
    for (std::size_t i = 0; i < count; ++i) {
      Entry entry;
      load(in, entry);
      if (i > 0 && !(vector.entries.back().chain < entry.chain)) in.fail("chains out of order");
      vector.entries.push_back(std::move(entry));
    }
    if (in.left() != 0) in.fail("bytes left over");
  } catch (const DecodeFault& fault) {
    return corrupt("version vector: " + fault.why, "byte " + std::to_string(fault.at));
  }
  return vector;
}

}  // namespace evenhand
