#include "plugins/host/fresh_projections.h"

#include <algorithm>

#include "plugins/host/aggregate.h"

namespace evenhand::plugins {

namespace {

using Visit = std::function<void(const EntityId& record, const ViewRow& row)>;

Result<void> visit_fresh(Plugin& owner, const ProjectionEntry& projection, const Model& model, const ProjectionLimits& limits, const Keeps& keeps, const Visit& visit) {
  std::vector<SourceRecord> records;
  EVENHAND_CHECK(for_each_source_record(owner.manifest, projection, model, [&](SourceRecord record) { records.push_back(std::move(record)); }));
  std::sort(records.begin(), records.end(), [](const SourceRecord& a, const SourceRecord& b) { return a.id < b.id; });
  for (std::size_t from = 0; from < records.size(); from += limits.batch_records_max) {
    const std::size_t count = std::min(limits.batch_records_max, records.size() - from);
    EVENHAND_TRY(const std::vector<Replacement> made, ask_for_rows(owner, projection, std::span(records).subspan(from, count), limits));
    for (const Replacement& one : made) {
      EVENHAND_TRY(const bool is_kept, keeps ? keeps(one.record) : Result<bool>(true));
      if (!is_kept) continue;
      for (const ViewRow& row : one.rows) visit(one.record, row);
    }
  }
  return {};
}

}  // namespace

Result<ViewRows> FreshProjections::rows(Plugin& owner, const ProjectionEntry& projection, const Keeps& keeps) const {
  ViewRows rows;
  const std::string type = owner.manifest.id + "/" + projection.id;
  EVENHAND_CHECK(visit_fresh(owner, projection, model_, limits_, keeps, [&](const EntityId& record, const ViewRow& row) {
    rows.rows.push_back(input_row(row, type, record, projection.columns));
  }));
  return rows;
}

Result<ViewRows> FreshProjections::aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps,
                                              const PersonOf& person_of) const {
  EVENHAND_TRY(AggregatePlan plan, AggregatePlan::make(projection, aggregate));
  Grouping grouping(projection, aggregate, std::move(plan));
  Result<void> inner;
  EVENHAND_CHECK(visit_fresh(owner, projection, model_, limits_, keeps, [&](const EntityId& record, const ViewRow& row) {
    const auto person = person_of ? person_of(record) : Result<EntityId>(EntityId());
    if (person) grouping.add(row, *person);
    else inner = person.error();
  }));
  EVENHAND_CHECK(inner);
  return ViewRows{grouping.rows(owner.manifest.id + "/" + projection.id + "/" + aggregate.id), ""};
}

}  // namespace evenhand::plugins
