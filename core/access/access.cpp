#include "core/access/access.h"

#include <algorithm>

namespace evenhand {

bool Access::is_cut(const ValidGrant& grant, const Reference& event) const {
  return std::any_of(grant.excluded_by.begin(), grant.excluded_by.end(), [&](std::size_t i) {
    const auto cut = removals_[i].cuts.find(event.chain);
    return cut == removals_[i].cuts.end() || event.seq > cut->second;
  });
}

Standing Access::judge(const Reference& event, const PublicKey& device, const Reference& grant, Capability needs) const {
  const auto found = grants_.find(grant);
  if (found == grants_.end()) return known_.contains(grant) ? Standing::quarantined : Standing::waiting;
  if (found->second.device != device || !found->second.capabilities.has(needs)) return Standing::quarantined;
  if (is_cut(found->second, event) && !adopted_.contains(event)) return Standing::quarantined;
  const Device* certified = find_device(device);
  return certified == nullptr ? Standing::waiting : Standing::counts;
}

bool Access::keeps_verdicts_of(const Access& earlier) const {
  if (removals_ != earlier.removals_ || adopted_ != earlier.adopted_ || erased_ != earlier.erased_ || redacted_ != earlier.redacted_) return false;
  for (const Device& device : earlier.devices_) {
    if (find_device(device.key) == nullptr) return false;
  }
  return std::all_of(earlier.known_.begin(), earlier.known_.end(), [&](const Reference& known) {
    const auto then = earlier.grants_.find(known);
    const auto now = grants_.find(known);
    if (then == earlier.grants_.end()) return now == grants_.end();
    return now != grants_.end() && now->second == then->second;
  });
}

bool Access::depends_on_event(const Reference& grant) const {
  const auto found = grants_.find(grant);
  return found != grants_.end() && !found->second.excluded_by.empty();
}

bool Access::can_be_adopted(const Reference& event, const PublicKey& device, const Reference& grant, Capability needs) const {
  const auto found = grants_.find(grant);
  return found != grants_.end() && found->second.device == device && found->second.capabilities.has(needs) && is_cut(found->second, event) &&
         !adopted_.contains(event);
}

bool Access::was_removed(const PublicKey& device) const {
  return std::any_of(removals_.begin(), removals_.end(), [&](const Effective& removal) {
    return std::find(removal.devices.begin(), removal.devices.end(), device) != removal.devices.end();
  });
}

std::vector<PublicKey> Access::readers() const {
  std::vector<PublicKey> keys;
  for (const Device& device : devices_) {
    if (device.capabilities.has(Capability::read)) keys.push_back(device.key);
  }
  return keys;
}

bool KeyEpoch::is_sealed_to(const PublicKey& device) const {
  return std::any_of(boxes.begin(), boxes.end(), [hint = hint_of(device)](const Epoch::Box& box) { return box.device == hint; });
}

const Device* Access::find_device(const PublicKey& key) const {
  for (const Device& device : devices_) {
    if (device.key == key) return &device;
  }
  return nullptr;
}

std::optional<Reference> Access::find_grant(const PublicKey& device, Capability needs) const {
  std::optional<Reference> best;
  for (const auto& [reference, grant] : grants_) {
    if (grant.device != device || !grant.capabilities.has(needs) || !grant.excluded_by.empty()) continue;
    if (!best || reference < *best) best = reference;
  }
  return best;
}

}  // namespace evenhand
