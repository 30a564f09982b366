// Tables (docs/formats/projection.md); p, a, m: position of projection, aggregate and measure, one byte each.
//   meta     "bytes"                                       -> bytes held
//            "shape"                                       -> the projections with their columns and aggregates
//            "state" p                                     -> ViewState
//   records  p record(16)                                  -> RecordNote
//   rows     p record(16) number(2)                        -> ViewRow
//   groups   p a group(32)                                 -> GroupTotals; group: SHA-256 of its values
//   order    p a m group(32) amount(16) record(16) number(2) -> nothing; of a maximum the amount's bits are turned over, so that
//            the first key of a group is its minimum or its maximum
#include "plugins/projection/view_store.h"

#include <map>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kMeta = "meta", kRecords = "records", kRows = "rows", kGroups = "groups", kOrder = "order";
constexpr std::size_t kPositionsMost = 255;
constexpr std::uint8_t kPresent = 1;

std::uint8_t byte(std::size_t position) { return static_cast<std::uint8_t>(position); }

Bytes key_of(std::initializer_list<std::uint8_t> positions, std::initializer_list<ByteView> parts = {}) {
  Bytes key(positions);
  for (const ByteView part : parts) key.insert(key.end(), part.begin(), part.end());
  return key;
}
std::array<std::uint8_t, 2> number_bytes(std::size_t number) { return {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}; }

Bytes state_key(std::size_t projection) {
  Bytes key = key_of({}, {view_of("state")});
  key.push_back(byte(projection));
  return key;
}
Bytes row_key(std::size_t projection, const EntityId& record, std::size_t number) {
  return key_of({byte(projection)}, {record.view(), number_bytes(number)});
}

struct OrderKey {
  static constexpr std::size_t kAmountAt = 35;
  static Bytes prefix(std::size_t p, std::size_t a, std::size_t m, ByteView group) { return key_of({byte(p), byte(a), byte(m)}, {group}); }
  static AmountBytes turned(AmountBytes amount, AggregateRule rule) {
    if (rule == AggregateRule::max) {
      for (std::uint8_t& one : amount.bytes) one = static_cast<std::uint8_t>(~one);
    }
    return amount;
  }
};

struct StoredColumn {
  std::string name;
  std::uint8_t type = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, type);
  }
};
struct StoredMeasure {
  std::string name, of;
  std::uint8_t rule = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, of, rule);
  }
};
struct StoredAggregate {
  std::string id;
  std::vector<std::string> group;
  std::vector<StoredMeasure> measures;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, group, measures);
  }
};
struct StoredProjection {
  std::string id;
  std::vector<StoredColumn> columns;
  std::vector<StoredAggregate> aggregates;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, columns, aggregates);
  }
};

Bytes encode_shape(const std::vector<ProjectionEntry>& projections) {
  std::vector<StoredProjection> shape;
  for (const ProjectionEntry& projection : projections) {
    StoredProjection& stored = shape.emplace_back();
    stored.id = projection.id;
    for (const ColumnEntry& column : projection.columns) stored.columns.push_back({column.name, static_cast<std::uint8_t>(column.type)});
    for (const AggregateEntry& aggregate : projection.aggregates) {
      StoredAggregate& kept = stored.aggregates.emplace_back(StoredAggregate{aggregate.id, aggregate.group, {}});
      for (const MeasureEntry& measure : aggregate.measures) kept.measures.push_back({measure.name, measure.of, static_cast<std::uint8_t>(measure.rule)});
    }
  }
  return encode(shape);
}

Result<std::vector<ProjectionEntry>> decode_shape(ByteView bytes) {
  EVENHAND_TRY(const auto shape, decode_untrusted<std::vector<StoredProjection>>(bytes, "the columns of a view"));
  std::vector<ProjectionEntry> projections;
  for (const StoredProjection& stored : shape) {
    ProjectionEntry& projection = projections.emplace_back();
    projection.id = stored.id;
    for (const StoredColumn& column : stored.columns) {
      projection.columns.push_back({column.name, column.type == static_cast<std::uint8_t>(ColumnType::number) ? ColumnType::number : ColumnType::text, ""});
    }
    for (const StoredAggregate& kept : stored.aggregates) {
      AggregateEntry& aggregate = projection.aggregates.emplace_back(AggregateEntry{kept.id, kept.group, {}});
      for (const StoredMeasure& measure : kept.measures) {
        if (measure.rule > static_cast<std::uint8_t>(AggregateRule::max)) return corrupt("a view has a measure of no known rule");
        aggregate.measures.push_back({measure.name, measure.of, static_cast<AggregateRule>(measure.rule)});
      }
    }
  }
  return projections;
}

bool is_extreme(AggregateRule rule) { return rule == AggregateRule::min || rule == AggregateRule::max; }

}  // namespace

std::string ViewState::words() const {
  switch (condition) {
    case ViewCondition::current: return "";
    case ViewCondition::quarantined: return "stopped at record " + short_id_of(record) + ": " + sentence;
    case ViewCondition::paused: return "paused: " + sentence;
  }
  assertion_failed("condition", "a condition outside its closed list", __FILE__, __LINE__);
}

Result<ViewStore> ViewStore::open_to_fold(const std::filesystem::path& folder, const std::vector<ProjectionEntry>& projections, Syncing syncing) {
  EVENHAND_TRY(TableStore tables, TableStore::open(folder, OpenMode::read_write, {kMeta, kRecords, kRows, kGroups, kOrder}, syncing));
  ViewStore store(std::move(tables), projections);
  EVENHAND_CHECK(store.make_plans());
  const Bytes shape = encode_shape(projections);
  {
    EVENHAND_TRY(const TableReadView view, store.store_.read());
    const auto bytes = view.find(kMeta, view_of("shape"));
    if (bytes && std::equal(bytes->begin(), bytes->end(), shape.begin(), shape.end())) return store;
    if (bytes) return corrupt("a view was made for other columns");
  }
  EVENHAND_TRY(WriteBatch batch, store.store_.write());
  EVENHAND_CHECK(batch.put(kMeta, view_of("shape"), shape));
  EVENHAND_CHECK(batch.commit());
  return store;
}

Result<ViewStore> ViewStore::open_to_read(const std::filesystem::path& folder) {
  EVENHAND_TRY(TableStore tables, TableStore::open(folder, OpenMode::read_only, {kMeta, kRecords, kRows, kGroups, kOrder}));
  ViewStore store(std::move(tables), {});
  {
    EVENHAND_TRY(const TableReadView view, store.store_.read());
    const auto bytes = view.find(kMeta, view_of("shape"));
    if (!bytes) return corrupt("a view does not say what its columns are");
    EVENHAND_TRY(store.projections_, decode_shape(*bytes));
  }
  EVENHAND_CHECK(store.make_plans());
  return store;
}

Result<void> ViewStore::make_plans() {
  if (projections_.size() > kPositionsMost) return refused("a plugin has at most 255 projections");
  for (const ProjectionEntry& projection : projections_) {
    auto& plans = plans_.emplace_back();
    if (projection.aggregates.size() > kPositionsMost) return refused("a projection has at most 255 aggregates", projection.id);
    for (const AggregateEntry& aggregate : projection.aggregates) {
      if (aggregate.measures.size() > kPositionsMost) return refused("an aggregate has at most 255 measures", aggregate.id);
      EVENHAND_TRY(AggregatePlan plan, AggregatePlan::make(projection, aggregate));
      plans.push_back(std::move(plan));
    }
  }
  return {};
}

std::optional<std::size_t> ViewStore::find(std::string_view projection) const {
  const auto at = std::find_if(projections_.begin(), projections_.end(), [&](const ProjectionEntry& one) { return one.id == projection; });
  return at == projections_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - projections_.begin()));
}

/// One transaction on one projection.
class ViewStore::Writing {
 public:
  Writing(const ViewStore& store, WriteBatch batch, std::size_t projection)
      : projection_(projection), entry_(store.projections_[projection]), plans_(store.plans_[projection]), batch_(std::move(batch)) {}

  Result<void> replace(const Replacement& replacement) {
    const Bytes note_key = key_of({byte(projection_)}, {replacement.record.view()});
    RecordNote before;
    if (const auto bytes = batch_.find(kRecords, note_key)) {
      EVENHAND_TRY(before, decode_untrusted<RecordNote>(*bytes, "a record of a view"));
    }
    const std::size_t most = std::max<std::size_t>(before.rows, replacement.rows.size());
    for (std::size_t i = 0; i < most; ++i) {
      EVENHAND_CHECK(replace_row(replacement.record, i, i < before.rows, i < replacement.rows.size() ? &replacement.rows[i] : nullptr));
    }
    if (!replacement.print) return batch_.erase(kRecords, note_key);
    return batch_.put(kRecords, note_key, encode(RecordNote{*replacement.print, static_cast<std::uint32_t>(replacement.rows.size()), replacement.losses}));
  }

  Result<void> finish(const std::optional<ViewState>& state, std::uint64_t bytes_max) {
    for (const auto& [key, totals] : groups_) {
      EVENHAND_CHECK(totals.rows == 0 ? batch_.erase(kGroups, key) : batch_.put(kGroups, key, encode(totals)));
    }
    if (state) EVENHAND_CHECK(batch_.put(kMeta, state_key(projection_), encode(*state)));
    std::int64_t held = 0;
    if (const auto bytes = batch_.find(kMeta, view_of("bytes"))) {
      EVENHAND_TRY(held, decode_untrusted<std::int64_t>(*bytes, "the size of a view"));
    }
    held += grown_;
    if (grown_ > 0 && held > static_cast<std::int64_t>(bytes_max)) {
      return refused("it would hold more than the " + std::to_string(bytes_max >> 20) + " MiB that a plugin's views may hold");
    }
    EVENHAND_CHECK(batch_.put(kMeta, view_of("bytes"), encode(held)));
    return batch_.commit();
  }

 private:
  Result<void> replace_row(const EntityId& record, std::size_t number, bool stood, const ViewRow* row) {
    const Bytes key = row_key(projection_, record, number);
    const Bytes after = row != nullptr ? encode_row(*row) : Bytes();
    if (stood) {
      const auto bytes = batch_.find(kRows, key);
      if (!bytes) return corrupt("a view lacks a row that it should have");
      if (row != nullptr && std::equal(bytes->begin(), bytes->end(), after.begin(), after.end())) return {};
      grown_ -= static_cast<std::int64_t>(key.size() + bytes->size());
      EVENHAND_TRY(const ViewRow before, decode_row(*bytes, entry_.columns.size()));
      EVENHAND_CHECK(account(record, number, before, false));
    }
    if (row == nullptr) return batch_.erase(kRows, key);
    grown_ += static_cast<std::int64_t>(key.size() + after.size());
    EVENHAND_CHECK(account(record, number, *row, true));
    return batch_.put(kRows, key, after);
  }

  Result<void> account(const EntityId& record, std::size_t number, const ViewRow& row, bool is_added) {
    for (std::size_t a = 0; a < plans_.size(); ++a) {
      const std::vector<ViewCell> cells = plans_[a].group_of(row);
      const Hash group = sha256(encode(cells));
      EVENHAND_TRY(GroupTotals* const totals, totals_of(key_of({byte(projection_), byte(a)}, {group.view()})));
      totals->group = cells;
      if (!is_added && totals->rows == 0) return corrupt("the totals of a view do not fit its rows");
      is_added ? plans_[a].add(*totals, row) : plans_[a].take_away(*totals, row);
      EVENHAND_CHECK(account_extremes(record, number, row, a, group.view(), is_added));
    }
    return {};
  }

  Result<void> account_extremes(const EntityId& record, std::size_t number, const ViewRow& row, std::size_t a, ByteView group, bool is_added) {
    const auto& measures = entry_.aggregates[a].measures;
    for (std::size_t m = 0; m < measures.size(); ++m) {
      const auto amount = is_extreme(measures[m].rule) ? plans_[a].number_of(row, m) : std::nullopt;
      if (!amount) continue;
      const auto sortable = OrderKey::turned(amount->sortable(), measures[m].rule);
      const Bytes key = key_of({byte(projection_), byte(a), byte(m)}, {group, sortable.view(), record.view(), number_bytes(number)});
      grown_ += (is_added ? 1 : -1) * static_cast<std::int64_t>(key.size() + 1);
      EVENHAND_CHECK(is_added ? batch_.put(kOrder, key, ByteView(&kPresent, 1)) : batch_.erase(kOrder, key));
    }
    return {};
  }

  Result<GroupTotals*> totals_of(const Bytes& key) {
    if (const auto at = groups_.find(key); at != groups_.end()) return &at->second;
    GroupTotals totals;
    if (const auto bytes = batch_.find(kGroups, key)) {
      EVENHAND_TRY(totals, decode_untrusted<GroupTotals>(*bytes, "the totals of a view"));
    }
    return &groups_.emplace(key, std::move(totals)).first->second;
  }

  std::size_t projection_;
  const ProjectionEntry& entry_;
  const std::vector<AggregatePlan>& plans_;
  WriteBatch batch_;
  std::map<Bytes, GroupTotals> groups_;
  std::int64_t grown_ = 0;
};

Result<void> ViewStore::replace(std::size_t projection, std::span<const Replacement> replacements, const std::optional<ViewState>& state, std::uint64_t bytes_max) {
  EVENHAND_TRY(WriteBatch batch, store_.write());
  Writing writing(*this, std::move(batch), projection);
  for (const Replacement& one : replacements) EVENHAND_CHECK(writing.replace(one));
  return writing.finish(state, bytes_max);
}

Result<RecordNotes> ViewStore::notes(std::size_t projection) const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  RecordNotes notes;
  Result<void> inner;
  view.scan(kRecords, key_of({byte(projection)}), [&](ByteView key, ByteView value) {
    const auto record = EntityId::from(key.subspan(1));
    auto note = decode_untrusted<RecordNote>(value, "a record of a view");
    if (!record || !note) return inner = corrupt("a record of a view is damaged"), false;
    notes.emplace(*record, std::move(*note));
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return corrupt("a view is damaged");
  return notes;
}

Result<ViewState> ViewStore::state(std::size_t projection) const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  const auto bytes = view.find(kMeta, state_key(projection));
  return bytes ? decode_untrusted<ViewState>(*bytes, "the state of a view") : Result<ViewState>(ViewState{});
}

Result<ViewStore::Size> ViewStore::size(std::size_t projection) const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  Size size;
  const Bytes prefix = key_of({byte(projection)});
  view.scan(kRecords, prefix, [&](ByteView, ByteView) { return ++size.records, true; });
  view.scan(kRows, prefix, [&](ByteView key, ByteView value) {
    ++size.rows;
    size.bytes += key.size() + value.size();
    return true;
  });
  return view.is_damaged() ? Result<Size>(corrupt("a view is damaged")) : Result<Size>(size);
}

Result<std::uint64_t> ViewStore::bytes() const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  const auto bytes = view.find(kMeta, view_of("bytes"));
  if (!bytes) return std::uint64_t{0};
  EVENHAND_TRY(const std::int64_t held, decode_untrusted<std::int64_t>(*bytes, "the size of a view"));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(held, 0));
}

Result<void> ViewStore::for_each_row(std::size_t projection, const std::function<bool(const EntityId&, const ViewRow&)>& visit) const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  const std::size_t columns = projections_[projection].columns.size();
  Result<void> inner;
  view.scan(kRows, key_of({byte(projection)}), [&](ByteView key, ByteView value) {
    const auto record = key.size() == 1 + EntityId::kSize + 2 ? EntityId::from(key.subspan(1, EntityId::kSize)) : std::nullopt;
    const auto row = decode_row(value, columns);
    if (!record || !row) return inner = corrupt("a row of a view is damaged"), false;
    return visit(*record, *row);
  });
  EVENHAND_CHECK(inner);
  return view.is_damaged() ? Result<void>(corrupt("a view is damaged")) : Result<void>();
}

Result<std::vector<InputRow>> ViewStore::aggregate_rows(std::size_t projection, std::size_t aggregate, const std::string& type) const {
  EVENHAND_TRY(const TableReadView view, store_.read());
  const ProjectionEntry& entry = projections_[projection];
  const AggregateEntry& declared = entry.aggregates[aggregate];
  const AggregatePlan& plan = plans_[projection][aggregate];
  struct Group {
    GroupTotals totals;
    Extremes extremes;
  };
  std::vector<Group> groups;
  Result<void> inner;
  view.scan(kGroups, key_of({byte(projection), byte(aggregate)}), [&](ByteView key, ByteView value) {
    auto totals = decode_untrusted<GroupTotals>(value, "the totals of a view");
    if (!totals || totals->group.size() != plan.group.size() || totals->measures.size() != plan.measures.size()) {
      return inner = corrupt("the totals of a view are damaged"), false;
    }
    Group group{std::move(*totals), Extremes(declared.measures.size())};
    for (std::size_t m = 0; m < declared.measures.size(); ++m) {
      if (!is_extreme(declared.measures[m].rule)) continue;
      view.scan(kOrder, OrderKey::prefix(projection, aggregate, m, key.subspan(2)), [&](ByteView order, ByteView) {
        const auto amount = order.size() >= OrderKey::kAmountAt + AmountBytes::kSize ? AmountBytes::from(order.subspan(OrderKey::kAmountAt, AmountBytes::kSize)) : std::nullopt;
        if (amount) group.extremes[m] = Amount::from_sortable(OrderKey::turned(*amount, declared.measures[m].rule));
        return false;
      });
    }
    groups.push_back(std::move(group));
    return true;
  });
  EVENHAND_CHECK(inner);
  if (view.is_damaged()) return corrupt("a view is damaged");
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return group_comes_first(a.totals.group, b.totals.group); });
  std::vector<InputRow> rows;
  for (const Group& group : groups) rows.push_back(input_row(group.totals, group.extremes, type, entry, declared, plan));
  return rows;
}

}  // namespace evenhand::plugins
