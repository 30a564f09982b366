/// Brings the boxes of each epoch together. Private to core/access.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/access/access.h"

namespace evenhand {

struct GatheredEpochs {
  std::vector<KeyEpoch> epochs;     ///< in the order of their first events
  std::vector<std::size_t> firsts;  ///< parallel: the event that began each
  std::vector<std::pair<std::size_t, std::string>> without_effect;
};

/// `at`: the events of types key.epoch and key.shared that count, in causal order, as places in `events`. An epoch stands
/// where its first event stands; later events only bring boxes.
GatheredEpochs gather_epochs(std::span<const AuthorityEvent> events, std::span<const std::size_t> at);

}  // namespace evenhand
