/// Causal order of a set of events that name each other as parents.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/event/chain.h"

namespace evenhand {

/// Where each event stands and what came before it. Indices refer to the span given to make().
class CausalOrder {
 public:
  struct Node {
    Reference reference;
    std::vector<Reference> parents;
  };

  /// Parents that are not in the set leave their event, and whatever stands on it, waiting.
  /// Ties are broken by event hash, so the order depends on the set alone.
  static CausalOrder make(std::span<const Node> nodes);

  /// Indices in causal order; waiting ones are not in it.
  const std::vector<std::size_t>& order() const { return order_; }
  const std::vector<std::size_t>& waiting() const { return waiting_; }
  /// True when `earlier` is an ancestor of `later`. Both must be in order().
  bool precedes(std::size_t earlier, std::size_t later) const {
    return (ancestors_[later * words_ + earlier / 64] >> (earlier % 64) & 1) != 0;
  }
  /// Events of order() that are nobody's ancestor, in causal order.
  std::vector<std::size_t> heads() const;

 private:
  std::size_t words_ = 0;
  std::vector<std::uint64_t> ancestors_;  ///< one bit row per event
  std::vector<std::size_t> order_;
  std::vector<std::size_t> waiting_;
};

}  // namespace evenhand
