/// "Same or different?": one service, person or action that was entered twice, and a person's word on it.
///
/// Two live records of one type may be one when their names are equal (core/policy/name_key.h) within the same cycle and,
/// for actions, the same organisation. What a person decided stands in a `duplicate` record. Where both are the same, the
/// follower vanishes from lists and whatever names it counts for the leader; taking the decision back restores both.
/// Nothing is ever joined inside the records.
/// Threads: pure.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/engine/model.h"

namespace evenhand {

/// The record types that can be entered twice.
std::span<const std::string_view> types_entered_twice();

/// Under which name a record may be another one's twin; empty: never.
std::string twin_key(const Record& record);

class SameOrDifferent {
 public:
  /// `decisions`: the live `duplicate` records. Two decisions that contradict each other leave their pair undecided.
  explicit SameOrDifferent(const std::vector<Record>& decisions);

  bool is_decided(const EntityId& a, const EntityId& b) const { return decided_.contains(std::minmax(a, b)); }
  /// Follower → the record that leads it.
  const std::map<EntityId, EntityId>& leaders() const { return leaders_; }
  /// The last leader along the way; the record itself when it follows nobody. Those in a circle follow nobody.
  EntityId leader_of(const EntityId& id) const;
  bool is_empty() const { return leaders_.empty(); }

 private:
  std::set<std::pair<EntityId, EntityId>> decided_;
  std::map<EntityId, EntityId> leaders_;
};

/// Every reference to a follower names its leader instead.
void point_to_leaders(const RecordSpec& spec, EntityState& state, const SameOrDifferent& same);

}  // namespace evenhand
