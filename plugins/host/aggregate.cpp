#include "plugins/host/aggregate.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand::plugins {

Result<AggregatePlan> AggregatePlan::make(const ProjectionEntry& projection, const AggregateEntry& aggregate) {
  const auto find = [&](const std::string& name) -> Result<std::size_t> {
    const auto at = std::find_if(projection.columns.begin(), projection.columns.end(), [&](const ColumnEntry& one) { return one.name == name; });
    if (at == projection.columns.end()) return refused("an aggregate names a column that its projection does not have", projection.id + "/" + aggregate.id + ": " + name);
    return static_cast<std::size_t>(at - projection.columns.begin());
  };
  AggregatePlan plan;
  for (const std::string& name : aggregate.group) {
    EVENHAND_TRY(const std::size_t column, find(name));
    plan.group.push_back(column);
  }
  for (const MeasureEntry& measure : aggregate.measures) {
    if (measure.rule == AggregateRule::count) {
      plan.measures.emplace_back();
      continue;
    }
    EVENHAND_TRY(const std::size_t column, find(measure.of));
    if (projection.columns[column].type != ColumnType::number) {
      return refused("only numbers can be added up or compared", projection.id + "/" + aggregate.id + ": " + measure.of);
    }
    plan.measures.emplace_back(column);
  }
  return plan;
}

std::vector<ViewCell> AggregatePlan::group_of(const ViewRow& row) const {
  std::vector<ViewCell> cells;
  for (const std::size_t column : group) {
    ViewCell cell = row[column];
    // 7.50 and 7.5 are one group.
    for (; cell.number && cell.decimals > 0 && *cell.number % 10 == 0; --cell.decimals) *cell.number /= 10;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::optional<Amount> AggregatePlan::number_of(const ViewRow& row, std::size_t measure) const {
  return measures[measure] ? row[*measures[measure]].amount() : std::nullopt;
}

void AggregatePlan::add(GroupTotals& totals, const ViewRow& row) const {
  totals.measures.resize(measures.size());
  ++totals.rows;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const auto number = number_of(row, i);
    if (!number) continue;
    ++totals.measures[i].numbers;
    totals.measures[i].sum = totals.measures[i].sum + *number;
  }
}

void AggregatePlan::take_away(GroupTotals& totals, const ViewRow& row) const {
  EVENHAND_ASSERT(totals.rows > 0 && totals.measures.size() == measures.size(), "a row is taken away that was never added");
  --totals.rows;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const auto number = number_of(row, i);
    if (!number) continue;
    --totals.measures[i].numbers;
    totals.measures[i].sum = totals.measures[i].sum - *number;
  }
}

InputRow input_row(const GroupTotals& totals, const Extremes& extremes, const std::string& type, const ProjectionEntry& projection,
                   const AggregateEntry& aggregate, const AggregatePlan& plan) {
  InputRow row{type, "", {}, {totals.rows, totals.rows, {}}};
  for (std::size_t i = 0; i < plan.group.size(); ++i) {
    const ViewCell& cell = totals.group[i];
    if (cell.text || cell.number) row.fields.push_back(input_field(cell, projection.columns[plan.group[i]]));
  }
  for (std::size_t i = 0; i < aggregate.measures.size(); ++i) {
    const MeasureEntry& measure = aggregate.measures[i];
    if (measure.rule == AggregateRule::count) {
      row.fields.push_back(Amount(static_cast<std::int64_t>(totals.rows), 0).field(measure.name));
    } else if (measure.rule == AggregateRule::sum) {
      if (totals.measures[i].numbers > 0) row.fields.push_back(totals.measures[i].sum.field(measure.name));
    } else if (extremes[i]) {
      row.fields.push_back(extremes[i]->field(measure.name));
    }
  }
  return row;
}

bool group_comes_first(const std::vector<ViewCell>& a, const std::vector<ViewCell>& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](const ViewCell& one, const ViewCell& other) {
    if (one.number && other.number) return *one.amount() < *other.amount();
    if (one.number || other.number) return !one.number && !one.text;
    return one.text < other.text;
  });
}

void Grouping::add(const ViewRow& row, const EntityId& person) {
  const std::vector<ViewCell> cells = plan_.group_of(row);
  Group& group = groups_[encode(cells)];
  group.totals.group = cells;
  plan_.add(group.totals, row);
  group.extremes.resize(aggregate_.measures.size());
  group.counted.resize(aggregate_.measures.size());
  if (!person.is_zero()) group.people.insert(person);
  for (std::size_t i = 0; i < aggregate_.measures.size(); ++i) {
    const auto number = plan_.number_of(row, i);
    if (!number) continue;
    if (!person.is_zero() && !(*number == Amount())) group.counted[i].insert(person);
    const bool wants_greatest = aggregate_.measures[i].rule == AggregateRule::max;
    std::optional<Amount>& best = group.extremes[i];
    if (!best || (wants_greatest ? *best < *number : *number < *best)) best = number;
  }
}

MadeOf Grouping::made_of(const Group& group) {
  MadeOf made{group.totals.rows, group.totals.rows, {}};
  if (group.people.empty()) return made;
  made.people = group.people.size();
  for (const Group::People& people : group.counted) made.counted.push_back(people.size());
  return made;
}

std::vector<InputRow> Grouping::rows(const std::string& type) const {
  std::vector<const Group*> sorted;
  for (const auto& [key, group] : groups_) sorted.push_back(&group);
  std::sort(sorted.begin(), sorted.end(), [](const Group* a, const Group* b) { return group_comes_first(a->totals.group, b->totals.group); });
  std::vector<InputRow> rows;
  for (const Group* group : sorted) {
    rows.push_back(input_row(group->totals, group->extremes, type, projection_, aggregate_, plan_));
    rows.back().made_of = made_of(*group);
  }
  return rows;
}

}  // namespace evenhand::plugins
