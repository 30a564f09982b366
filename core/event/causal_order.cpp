#include "core/event/causal_order.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

namespace evenhand {

CausalOrder CausalOrder::make(std::span<const Node> nodes) {
  CausalOrder result;
  const std::size_t count = nodes.size();
  result.words_ = (count + 63) / 64;
  result.ancestors_.assign(count * result.words_, 0);

  std::unordered_map<Reference, std::size_t, ReferenceHash> place;
  for (std::size_t i = 0; i < count; ++i) place.emplace(nodes[i].reference, i);

  std::vector<std::vector<std::size_t>> children(count);
  std::vector<std::size_t> open_parents(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    for (const Reference& parent : nodes[i].parents) {
      ++open_parents[i];  // a parent that is not here is never closed, so the event waits
      if (const auto at = place.find(parent); at != place.end()) children[at->second].push_back(i);
    }
  }
  const auto later_hash = [&](std::size_t a, std::size_t b) {
    return std::tie(nodes[a].reference.hash, nodes[a].reference) > std::tie(nodes[b].reference.hash, nodes[b].reference);
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later_hash)> ready(later_hash);
  for (std::size_t i = 0; i < count; ++i) {
    if (open_parents[i] == 0) ready.push(i);
  }
  while (!ready.empty()) {
    const std::size_t at = ready.top();
    ready.pop();
    result.order_.push_back(at);
    for (const std::size_t child : children[at]) {
      std::uint64_t* row = &result.ancestors_[child * result.words_];
      const std::uint64_t* mine = &result.ancestors_[at * result.words_];
      for (std::size_t w = 0; w < result.words_; ++w) row[w] |= mine[w];
      row[at / 64] |= std::uint64_t{1} << (at % 64);
      if (--open_parents[child] == 0) ready.push(child);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (open_parents[i] > 0) result.waiting_.push_back(i);
  }
  return result;
}

std::vector<std::size_t> CausalOrder::heads() const {
  std::vector<std::uint64_t> covered(words_, 0);
  for (const std::size_t at : order_) {
    for (std::size_t w = 0; w < words_; ++w) covered[w] |= ancestors_[at * words_ + w];
  }
  std::vector<std::size_t> heads;
  for (const std::size_t at : order_) {
    if ((covered[at / 64] >> (at % 64) & 1) == 0) heads.push_back(at);
  }
  return heads;
}

}  // namespace evenhand
