/// Groups and measures over the rows of a view, exact under any addition and removal.
///
/// count and sum are kept as running totals. min and max are not totals: when the smallest row goes, the next smallest is wanted.
/// A view therefore keeps the measured numbers of each group in order (ViewStore, table "order") and reads the first of them.
/// Threads: values.
#pragma once

#include <algorithm>
#include <map>
#include <unordered_set>

#include "plugins/host/view_row.h"

namespace evenhand::plugins {

/// Running totals of one group.
struct GroupTotals {
  std::vector<ViewCell> group;  ///< the values that its rows share
  std::uint64_t rows = 0;
  struct Measured {
    std::uint64_t numbers = 0;  ///< rows that have one
    Amount sum;
    template <class Archive>
    void serialize(Archive& archive) {
      AmountBytes bytes = sum.sortable();
      archive(numbers, bytes);
      sum = Amount::from_sortable(bytes);
    }
  };
  std::vector<Measured> measures;  ///< beside AggregateEntry::measures

  template <class Archive>
  void serialize(Archive& archive) {
    archive(group, rows, measures);
  }
};

/// Where an aggregate's columns stand among its projection's.
struct AggregatePlan {
  std::vector<std::size_t> group;
  std::vector<std::optional<std::size_t>> measures;  ///< nothing: count

  /// Errors: refused (a column that the projection does not have, or no number where one is measured).
  static Result<AggregatePlan> make(const ProjectionEntry& projection, const AggregateEntry& aggregate);
  std::vector<ViewCell> group_of(const ViewRow& row) const;
  /// The number that a measure takes from the row; nothing: none, or the measure is a count.
  std::optional<Amount> number_of(const ViewRow& row, std::size_t measure) const;
  /// One row more, or one less.
  void add(GroupTotals& totals, const ViewRow& row) const;
  void take_away(GroupTotals& totals, const ViewRow& row) const;
};

/// The smallest or greatest number of each measure that asks for it; nothing for the others.
using Extremes = std::vector<std::optional<Amount>>;
/// As a plugin reads it, under the type "<plugin>/<projection>/<aggregate>".
InputRow input_row(const GroupTotals& totals, const Extremes& extremes, const std::string& type, const ProjectionEntry& projection,
                   const AggregateEntry& aggregate, const AggregatePlan& plan);

/// The groups in the order in which they are shown: by their values, column by column; empty first, numbers by size.
bool group_comes_first(const std::vector<ViewCell>& a, const std::vector<ViewCell>& b);

/// All groups of some rows at once, and where it is said whose the rows are, how many people they came from.
class Grouping {
 public:
  Grouping(const ProjectionEntry& projection, const AggregateEntry& aggregate, AggregatePlan plan)
      : projection_(projection), aggregate_(aggregate), plan_(std::move(plan)) {}
  /// `person`: whose it is; zero: not asked.
  void add(const ViewRow& row, const EntityId& person = {});
  std::vector<InputRow> rows(const std::string& type) const;

 private:
  struct Group {
    GroupTotals totals;
    Extremes extremes;
    using People = std::unordered_set<EntityId, IdHash>;
    People people;
    std::vector<People> counted;  ///< by measure
  };
  static MadeOf made_of(const Group& group);

  const ProjectionEntry& projection_;
  const AggregateEntry& aggregate_;
  AggregatePlan plan_;
  std::map<Bytes, Group> groups_;
};

}  // namespace evenhand::plugins
