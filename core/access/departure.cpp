#include "core/access/departure.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand {

namespace {

bool takes_out(const AuthorityEvent& event, const PublicKey& device) {
  if (event.type == authority_type::kRemoved) {
    const auto removal = decode_untrusted<Removal>(event.body, "removal");
    return removal && removal->device == device;
  }
  if (event.type != authority_type::kLeft) return false;
  const auto leaving = Leaving::decode_untrusted(event.body);
  return leaving && std::find(leaving->devices.begin(), leaving->devices.end(), device) != leaving->devices.end();
}

}  // namespace

Departure departure_of(const Access& access, const PublicKey& device) {
  const Device* known = access.find_device(device);
  if (known == nullptr) return Departure::none;
  const bool has_left = std::any_of(access.members().begin(), access.members().end(),
                                    [&](const Member& member) { return member.organisation == known->organisation && member.has_left; });
  return has_left ? Departure::left : known->is_removed ? Departure::removed : Departure::none;
}

std::map<ChainId, std::uint64_t> past_of_departure(std::span<const AuthorityEvent> events, const Access& access, const PublicKey& device) {
  std::unordered_map<Reference, const AuthorityEvent*, ReferenceHash> by_reference;
  std::map<std::pair<ChainId, std::uint64_t>, std::vector<const AuthorityEvent*>> by_place;  // several where a chain is forked
  std::vector<const AuthorityEvent*> open;
  std::unordered_set<Reference, ReferenceHash> in_vain;
  for (const auto& [reference, why] : access.without_effect()) in_vain.insert(reference);
  for (const AuthorityEvent& event : events) {
    by_reference.emplace(event.reference, &event);
    by_place[{event.reference.chain, event.reference.seq}].push_back(&event);
    if (takes_out(event, device) && !in_vain.contains(event.reference)) open.push_back(&event);
  }
  std::map<ChainId, std::uint64_t> past;
  std::unordered_set<Reference, ReferenceHash> seen;
  while (!open.empty()) {
    const AuthorityEvent& event = *open.back();
    open.pop_back();
    if (!seen.insert(event.reference).second) continue;
    std::uint64_t& highest = past[event.reference.chain];
    highest = std::max(highest, event.reference.seq);
    std::vector<Reference> before = event.parents;
    before.push_back(event.grant);
    for (const Reference& reference : before) {
      if (const auto found = by_reference.find(reference); found != by_reference.end()) open.push_back(found->second);
    }
    // What stands before it in its own chain, whether it names that or not: a chain is given from its beginning.
    const auto earlier = by_place.find({event.reference.chain, event.reference.seq - 1});
    if (earlier != by_place.end()) open.insert(open.end(), earlier->second.begin(), earlier->second.end());
  }
  return past;
}

}  // namespace evenhand
