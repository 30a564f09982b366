#include "core/access/epochs.h"

#include <unordered_map>

#include "core/codec/archive.h"

namespace evenhand {

GatheredEpochs gather_epochs(std::span<const AuthorityEvent> events, std::span<const std::size_t> at) {
  GatheredEpochs gathered;
  std::unordered_map<KeyId, std::size_t, IdHash> place;
  for (const std::size_t i : at) {
    if (events[i].type != authority_type::kEpoch) continue;
    const auto epoch = decode_untrusted<Epoch>(events[i].body, "epoch");
    if (!epoch) {
      gathered.without_effect.emplace_back(i, epoch.error().what);
      continue;
    }
    const auto [known, is_new] = place.emplace(epoch->key, gathered.epochs.size());
    if (is_new) {
      gathered.epochs.push_back({epoch->key, {}});
      gathered.firsts.push_back(i);
    }
    std::vector<Epoch::Box>& boxes = gathered.epochs[known->second].boxes;
    boxes.insert(boxes.end(), epoch->boxes.begin(), epoch->boxes.end());
  }
  // In a second round: a key may be shared by somebody whose event comes to stand before another one of the same epoch.
  for (const std::size_t i : at) {
    if (events[i].type != authority_type::kShared) continue;
    const auto share = decode_untrusted<KeyShare>(events[i].body, "shared keys");
    if (!share) {
      gathered.without_effect.emplace_back(i, share.error().what);
      continue;
    }
    for (const KeyShare::Box& box : share->boxes) {
      if (const auto known = place.find(box.key); known != place.end()) gathered.epochs[known->second].boxes.push_back({hint_of(share->device), box.box});
    }
  }
  return gathered;
}

}  // namespace evenhand
