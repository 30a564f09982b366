/// Causal order of a set of events that name each other as parents.
///
/// Memory grows with events and parents, never with their square: what came before what is asked in sweeps over the
/// whole set, 64 questions at a time, instead of being kept for every pair (docs/decisions/0022-causality-in-sweeps.md).
/// Threads: one at a time, for reading too (precedes() remembers answers).
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/event/chain.h"

namespace evenhand {

/// Where each event stands and what came before it. Indices refer to the span given to make().
class CausalOrder {
 public:
  struct Node {
    Reference reference;
    std::vector<Reference> parents;
    Hash hash = {};  ///< the whole one; needed only to tell apart events that share a reference
  };
  /// One bit for each of up to 64 questions, per event.
  using Marks = std::vector<std::uint64_t>;

  /// Parents that are not in the set leave their event, and whatever stands on it, waiting.
  /// Ties are broken by event hash, so the order depends on the set alone. At most 2^32 - 1 events.
  /// Different events may share a reference, which holds only 8 bytes of the hash. Each is ordered by itself; whoever
  /// names the reference follows as soon as one of them stands, and descends from those that stand by then.
  static CausalOrder make(std::span<const Node> nodes);

  /// Indices in causal order; waiting ones are not in it.
  const std::vector<std::size_t>& order() const { return order_; }
  const std::vector<std::size_t>& waiting() const { return waiting_; }
  /// True when different events share a reference: then what follows from parents alone, without the whole set, is not
  /// to be relied on.
  bool has_shared_references() const { return has_shared_references_; }
  /// Events of order() that are nobody's ancestor, in causal order.
  std::vector<std::size_t> heads() const;

  /// For each event, the marks of its ancestors (descendants) together; its own are not among them. `own`: by index,
  /// those of waiting events do not count. Time: one pass over events and parents.
  Marks marks_before(const Marks& own) const;
  Marks marks_after(const Marks& own) const;

  /// True when `earlier` is an ancestor of `later`. Both must be in order(). For asking about few `earlier`: each costs
  /// a pass when it is asked about first, and memory is bounded.
  bool precedes(std::size_t earlier, std::size_t later) const;

 private:
  std::span<const std::uint32_t> parents_of(std::size_t at) const {
    return std::span(parents_).subspan(parents_begin_[at], parents_begin_[at + 1] - parents_begin_[at]);
  }
  const std::vector<bool>& descendants_of(std::size_t earlier) const;

  std::vector<std::uint32_t> parents_begin_;  ///< place of each event's first parent in parents_; one more for the end
  std::vector<std::uint32_t> parents_;        ///< those that stand before it
  std::vector<std::size_t> order_;
  std::vector<std::size_t> waiting_;
  bool has_shared_references_ = false;
  mutable std::unordered_map<std::size_t, std::vector<bool>> descendants_;
};

}  // namespace evenhand
