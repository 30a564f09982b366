#include "core/engine/unsent.h"

#include <algorithm>
#include <map>

namespace evenhand {

namespace {

// How far a partner has the chain, when its end is an event of ours. Of a forked chain: all when it names every end, else nothing,
// because its ends do not tell which branches it has up to where.
Result<std::uint64_t> held_by(const LogReadView& view, const ChainId& id, const ChainState& chain, const VersionVector& partner) {
  std::uint64_t held = 0;
  const VersionVector::Entry* entry = partner.find(id);
  if (chain.is_forked()) {
    const bool has_all = entry != nullptr && std::all_of(chain.branches.begin(), chain.branches.end(), [&](const BranchHead& branch) {
      return std::find(entry->ends.begin(), entry->ends.end(), VersionVector::End{branch.seq, shorten(branch.head)}) != entry->ends.end();
    });
    return has_all ? chain.branches.back().seq : 0;
  }
  for (const VersionVector::End& end : entry == nullptr ? std::vector<VersionVector::End>{} : entry->ends) {
    const auto place = view.find({id, end.seq, end.head});
    if (place) held = std::max(held, end.seq);
    else if (place.error().code != ErrorCode::not_found) return place.error();
  }
  return held;
}

}  // namespace

Result<Unsent> find_unsent(const Space& space, const PublicKey& own, std::span<const VersionVector> partners) {
  Unsent unsent;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  for (const auto& [id, chain] : chains) {
    if (chain.descriptor.lane == Lane::authority || chain.descriptor.device != own) continue;
    std::uint64_t held = 0;
    for (const VersionVector& partner : partners) {
      EVENHAND_TRY(const std::uint64_t by_one, held_by(view, id, chain, partner));
      held = std::max(held, by_one);
    }
    EVENHAND_CHECK(view.scan_chain(id, held + 1, [&](Arrival, const CommitView& commit) {
      (void)commit.walk([&](std::size_t i, const EventView& event) {
        if (commit.first_seq() + i <= held) return true;
        ++unsent.events;
        if (!unsent.oldest || event.header.claimed < *unsent.oldest) unsent.oldest = event.header.claimed;
        return true;
      });
      return true;
    }));
  }
  return unsent;
}

Result<Apart> find_apart(const Space& space, std::span<const VersionVector> held) {
  Apart apart;
  EVENHAND_TRY(const LogReadView view, space.log.read());
  EVENHAND_TRY(const auto chains, view.chains());
  std::map<ChainId, std::uint64_t> beyond;  // of each chain the furthest that one of them has
  for (const VersionVector& one : held) {
    for (const VersionVector::Entry& entry : one.entries) {
      for (const VersionVector::End& end : entry.ends) beyond[entry.chain] = std::max(beyond[entry.chain], end.seq);
    }
  }
  for (const auto& [id, chain] : chains) {
    std::uint64_t there = 0;
    for (const VersionVector& one : held) {
      EVENHAND_TRY(const std::uint64_t by_one, held_by(view, id, chain, one));
      there = std::max(there, by_one);
    }
    const std::uint64_t here = chain.branches.empty() ? 0 : chain.branches.back().seq;
    apart.not_there += here - std::min(here, there);
    if (const auto theirs = beyond.find(id); theirs != beyond.end()) theirs->second -= std::min(theirs->second, here);
  }
  for (const auto& [id, events] : beyond) apart.not_here += events;
  return apart;
}

}  // namespace evenhand
