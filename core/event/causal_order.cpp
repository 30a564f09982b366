#include "core/event/causal_order.h"

#include <limits>
#include <queue>
#include <tuple>

namespace evenhand {

namespace {

constexpr std::size_t kRememberedBytes = std::size_t{32} << 20;  // of precedes(): beyond, answers are worked out again

}  // namespace

CausalOrder CausalOrder::make(std::span<const Node> nodes) {
  CausalOrder result;
  const std::size_t count = nodes.size();
  EVENHAND_ASSERT(count < std::numeric_limits<std::uint32_t>::max(), "events of one order are counted in 32 bits");

  std::unordered_map<Reference, std::uint32_t, ReferenceHash> place;
  place.reserve(count);
  for (std::size_t i = 0; i < count; ++i) place.emplace(nodes[i].reference, static_cast<std::uint32_t>(i));

  std::vector<std::size_t> open_parents(count, 0);
  std::vector<std::uint32_t> children_begin(count + 1, 0);
  result.parents_begin_.reserve(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    result.parents_begin_.push_back(static_cast<std::uint32_t>(result.parents_.size()));
    open_parents[i] = nodes[i].parents.size();  // a parent that is not here is never closed, so the event waits
    for (const Reference& parent : nodes[i].parents) {
      const auto at = place.find(parent);
      if (at == place.end()) continue;
      result.parents_.push_back(at->second);
      ++children_begin[at->second + 1];
    }
  }
  result.parents_begin_.push_back(static_cast<std::uint32_t>(result.parents_.size()));

  for (std::size_t i = 0; i < count; ++i) children_begin[i + 1] += children_begin[i];
  std::vector<std::uint32_t> children(result.parents_.size());
  std::vector<std::uint32_t> next_child(children_begin.begin(), children_begin.end());
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::uint32_t parent : result.parents_of(i)) children[next_child[parent]++] = static_cast<std::uint32_t>(i);
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
    for (std::uint32_t c = children_begin[at]; c < children_begin[at + 1]; ++c) {
      if (--open_parents[children[c]] == 0) ready.push(children[c]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (open_parents[i] > 0) result.waiting_.push_back(i);
  }
  return result;
}

std::vector<std::size_t> CausalOrder::heads() const {
  std::vector<bool> is_parent(parents_begin_.size(), false);
  for (const std::size_t at : order_) {
    for (const std::uint32_t parent : parents_of(at)) is_parent[parent] = true;
  }
  std::vector<std::size_t> heads;
  for (const std::size_t at : order_) {
    if (!is_parent[at]) heads.push_back(at);
  }
  return heads;
}

CausalOrder::Marks CausalOrder::marks_before(const Marks& own) const {
  Marks marks(own.size(), 0);
  for (const std::size_t at : order_) {
    for (const std::uint32_t parent : parents_of(at)) marks[at] |= marks[parent] | own[parent];
  }
  return marks;
}

CausalOrder::Marks CausalOrder::marks_after(const Marks& own) const {
  Marks marks(own.size(), 0);
  for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
    for (const std::uint32_t parent : parents_of(*at)) marks[parent] |= marks[*at] | own[*at];
  }
  return marks;
}

bool CausalOrder::precedes(std::size_t earlier, std::size_t later) const { return descendants_of(earlier)[later]; }

const std::vector<bool>& CausalOrder::descendants_of(std::size_t earlier) const {
  if (const auto known = descendants_.find(earlier); known != descendants_.end()) return known->second;
  const std::size_t count = parents_begin_.size() - 1;
  if ((descendants_.size() + 1) * (count / 8 + 1) > kRememberedBytes) descendants_.clear();
  std::vector<bool>& descends = descendants_[earlier];
  descends.assign(count, false);
  for (const std::size_t at : order_) {
    for (const std::uint32_t parent : parents_of(at)) {
      if (parent == earlier || descends[parent]) descends[at] = true;
    }
  }
  return descends;
}

}  // namespace evenhand
