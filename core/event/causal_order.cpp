#include "core/event/causal_order.h"

#include <limits>
#include <queue>
#include <tuple>
#include <utility>

namespace evenhand {

namespace {

constexpr std::size_t kRememberedBytes = std::size_t{32} << 20;  // of precedes(): beyond, answers are worked out again

}  // namespace

// Events that share a reference make a group, named by its first member; nearly every group has one.
CausalOrder CausalOrder::make(std::span<const Node> nodes) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  CausalOrder result;
  const std::size_t count = nodes.size();
  EVENHAND_ASSERT(count < kNone, "events of one order are counted in 32 bits");

  std::unordered_map<Reference, std::uint32_t, ReferenceHash> group_named;
  group_named.reserve(count);
  std::vector<std::uint32_t> group(count);
  std::vector<std::uint32_t> next_in_group(count, kNone);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto [at, is_first] = group_named.emplace(nodes[i].reference, i);
    group[i] = at->second;
    if (is_first) continue;
    result.has_shared_references_ = true;
    next_in_group[i] = std::exchange(next_in_group[group[i]], i);
  }

  std::vector<std::size_t> open_parents(count, 0);
  std::vector<std::uint32_t> children_begin(count + 1, 0);
  const auto for_each_parent_group = [&](std::size_t i, const auto& visit) {
    for (const Reference& parent : nodes[i].parents) {
      if (const auto at = group_named.find(parent); at != group_named.end()) visit(at->second);
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    open_parents[i] = nodes[i].parents.size();  // a parent that is not here is never closed, so the event waits
    for_each_parent_group(i, [&](std::uint32_t parent) { ++children_begin[parent + 1]; });
  }
  for (std::size_t i = 0; i < count; ++i) children_begin[i + 1] += children_begin[i];
  std::vector<std::uint32_t> children(children_begin[count]);
  std::vector<std::uint32_t> next_child(children_begin.begin(), children_begin.end());
  for (std::uint32_t i = 0; i < count; ++i) {
    for_each_parent_group(i, [&](std::uint32_t parent) { children[next_child[parent]++] = i; });
  }

  const auto key = [&](std::size_t i) { return std::tie(nodes[i].reference.hash, nodes[i].reference, nodes[i].hash); };
  const auto later_hash = [&](std::size_t a, std::size_t b) { return key(a) > key(b); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later_hash)> ready(later_hash);
  for (std::size_t i = 0; i < count; ++i) {
    if (open_parents[i] == 0) ready.push(i);
  }
  std::vector<std::uint32_t> rank(count, kNone);
  std::vector<bool> is_group_open(count, true);
  while (!ready.empty()) {
    const std::size_t at = ready.top();
    ready.pop();
    rank[at] = static_cast<std::uint32_t>(result.order_.size());
    result.order_.push_back(at);
    if (!is_group_open[group[at]]) continue;
    is_group_open[group[at]] = false;
    for (std::uint32_t c = children_begin[group[at]]; c < children_begin[group[at] + 1]; ++c) {
      if (--open_parents[children[c]] == 0) ready.push(children[c]);
    }
  }

  result.parents_begin_.reserve(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    result.parents_begin_.push_back(static_cast<std::uint32_t>(result.parents_.size()));
    if (rank[i] == kNone) {
      result.waiting_.push_back(i);
      continue;
    }
    for_each_parent_group(i, [&](std::uint32_t parent) {
      for (std::uint32_t at = parent; at != kNone; at = next_in_group[at]) {
        if (rank[at] < rank[i]) result.parents_.push_back(at);
      }
    });
  }
  result.parents_begin_.push_back(static_cast<std::uint32_t>(result.parents_.size()));
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
