#include "plugins/query/group.h"

#include <algorithm>

#include "plugins/query/measure.h"
#include "plugins/query/run_terms.h"

namespace evenhand::query {

namespace {

/// Gives equal keys the same number, in the order in which they first appear. Open addressing, at most half full.
class Keys {
 public:
  Keys(std::size_t width, const Pool& pool) : width_(width), pool_(pool), slots_(1024, UINT32_MAX) {}

  std::size_t number_of(std::span<const Value> key) {
    std::uint64_t hash = 0;
    for (const Value& value : key) hash = (hash ^ hash_of(value, pool_)) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != UINT32_MAX; slot = (slot + 1) & (slots_.size() - 1)) {
      if (hashes_[slots_[slot]] == hash && is_same(slots_[slot], key)) return slots_[slot];
    }
    slots_[slot] = static_cast<std::uint32_t>(size());
    hashes_.push_back(hash);
    values_.insert(values_.end(), key.begin(), key.end());
    if (size() * 2 > slots_.size()) grow();
    return size() - 1;
  }
  std::size_t size() const { return hashes_.size(); }
  std::span<const Value> at(std::size_t number) const { return {values_.data() + number * width_, width_}; }

 private:
  bool is_same(std::size_t number, std::span<const Value> key) const {
    for (std::size_t i = 0; i < width_; ++i) {
      if (!are_same(values_[number * width_ + i], key[i], pool_)) return false;
    }
    return true;
  }
  void grow() {
    slots_.assign(slots_.size() * 2, UINT32_MAX);
    for (std::uint32_t number = 0; number < size(); ++number) {
      std::size_t slot = hashes_[number] & (slots_.size() - 1);
      while (slots_[slot] != UINT32_MAX) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = number;
    }
  }

  std::size_t width_;
  const Pool& pool_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> hashes_;
  std::vector<Value> values_;
};

Error too_many(const Query& query, std::size_t most, const char* what) {
  return refused("the query makes more than " + std::to_string(most) + " " + what, "queries." + query.name, "Group by fewer or coarser fields");
}

/// Every row's group, and what is gathered for each.
struct Groups {
  Keys keys;
  std::vector<Gathered> gathered;  ///< by group, then measure
  std::vector<std::string_view> whom;  ///< by group, where rows stand for people: its one person; of several a name of its own
};

/// A row more of a group, or of what is made from groups.
void add_whom(std::vector<std::string_view>& whom, std::size_t number, std::string_view one, Pool& pool) {
  if (number == whom.size()) whom.push_back(one);
  else if (whom[number] != one && !whom[number].starts_with('\n')) whom[number] = pool.keep("\n" + std::to_string(number));
}

Result<Groups> gather(const Query& query, const Frame& frame, Results& results) {
  std::vector<Path> paths = query.group;
  if (query.pivot) paths.push_back(*query.pivot);
  Groups groups{Keys(paths.size(), results.pool), {}, {}};
  const bool counts_people = query.layout.counts_people;
  std::vector<Value> key(paths.size());
  std::vector<Gathered> fresh;
  for (const Measure& measure : query.measures) fresh.emplace_back(measure.rule);
  for (std::size_t row = 0; row < frame.size(); ++row) {
    for (std::size_t i = 0; i < paths.size(); ++i) key[i] = value_at(paths[i], frame, row, results);
    const std::size_t number = groups.keys.number_of(key);
    if (number >= kGroupsMax) return too_many(query, kGroupsMax, "groups");
    if ((number + 1) * fresh.size() > groups.gathered.size()) groups.gathered.insert(groups.gathered.end(), fresh.begin(), fresh.end());
    const std::string_view whom = counts_people ? frame.whom_at(row) : std::string_view();
    if (counts_people) add_whom(groups.whom, number, whom, results.pool);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      const Measure& measure = query.measures[i];
      groups.gathered[number * fresh.size() + i].add(measure.rule == Rule::count ? Value{} : value_at(measure.of, frame, row, results), whom);
    }
  }
  return groups;
}

/// What was gathered, as it may be seen.
Result<Value> shown(const Gathered& gathered, const Query& query, Results& results) {
  return query.layout.counts_people ? gathered.people_value(results.pool, results.rule) : gathered.value(results.pool);
}

std::vector<Value*> column_of(Table& table, std::size_t column) {
  std::vector<Value*> cells;
  for (std::size_t row = 0; row < table.rows(); ++row) cells.push_back(&table.cells[row * table.width + column]);
  return cells;
}

/// Counts and sums of people that stand beside each other, in rows and in columns: hiding one may leave another alone.
void hide_seconds(Table& table, std::size_t from) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t row = 0; table.width - from > 1 && row < table.rows(); ++row) {
      std::vector<Value*> counts;
      for (std::size_t column = from; column < table.width; ++column) counts.push_back(&table.cells[row * table.width + column]);
      again = hide_a_second(counts) || again;
    }
    for (std::size_t column = from; column < table.width; ++column) again = hide_a_second(column_of(table, column)) || again;
  }
}

/// Counts over no rows at all are one row of noughts: "0 gaps" is an answer.
Result<void> add_empty(const Query& query, Table& table, Results& results) {
  if (!query.group.empty() || table.rows() != 0) return {};
  for (const Measure& measure : query.measures) {
    EVENHAND_TRY(const Value value, Gathered(measure.rule).value(results.pool));
    table.cells.push_back(value);
  }
  return {};
}

std::string title_of(const Value& value, const Pool& pool) {
  switch (value.state) {
    case State::known:
      if (const std::string words = pool.words(value); words.find_first_not_of(" \t\r\n") != std::string::npos) return words;
      break;
    case State::conflict: return "In conflict";
    case State::masked: return "Hidden";
    case State::missing: break;
  }
  return "Not stated";
}

}  // namespace

Result<Table> grouped(const Query& query, const Frame& frame, Results& results) {
  EVENHAND_TRY(const Groups groups, gather(query, frame, results));
  Table table{query.layout, query.layout.columns.size(), {}};
  const std::size_t measures = query.measures.size();
  table.cells.reserve(groups.keys.size() * table.width);
  for (std::size_t number = 0; number < groups.keys.size(); ++number) {
    const auto key = groups.keys.at(number);
    table.cells.insert(table.cells.end(), key.begin(), key.end());
    for (std::size_t i = 0; i < measures; ++i) {
      EVENHAND_TRY(const Value value, shown(groups.gathered[number * measures + i], query, results));
      table.cells.push_back(value);
    }
  }
  for (std::size_t i = 0; query.layout.counts_people && i < measures; ++i) {
    if (is_additive(query.measures[i].rule)) hide_a_second(column_of(table, query.group.size() + i));
  }
  table.whom = groups.whom;
  EVENHAND_CHECK(add_empty(query, table, results));
  return table;
}

Result<Table> pivoted(const Query& query, const Frame& frame, Results& results) {
  EVENHAND_TRY(const Groups groups, gather(query, frame, results));
  const std::size_t width = query.group.size();
  Keys rows(width, results.pool), columns(1, results.pool);
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t number = 0; number < groups.keys.size(); ++number) {
    const auto key = groups.keys.at(number);
    places.emplace_back(rows.number_of(key.first(width)), columns.number_of(key.last(1)));
    if (columns.size() > kPivotColumnsMax) return too_many(query, kPivotColumnsMax, "columns");
  }
  Table table{query.layout, width + columns.size(), {}};
  for (std::size_t column = 0; column < columns.size(); ++column) table.titles.push_back(title_of(columns.at(column).front(), results.pool));
  EVENHAND_TRY(const Value empty, query.measures.front().rule == Rule::count ? Gathered(Rule::count).value(results.pool) : Result<Value>(Value{}));
  table.cells.assign(rows.size() * table.width, empty);
  for (std::size_t row = 0; row < rows.size(); ++row) std::copy(rows.at(row).begin(), rows.at(row).end(), table.cells.begin() + static_cast<std::ptrdiff_t>(row * table.width));
  for (std::size_t number = 0; number < places.size(); ++number) {
    const auto [row, column] = places[number];
    EVENHAND_TRY(table.cells[row * table.width + width + column], shown(groups.gathered[number], query, results));
    if (query.layout.counts_people) add_whom(table.whom, row, groups.whom[number], results.pool);
  }
  if (query.layout.counts_people && is_additive(query.measures.front().rule)) hide_seconds(table, width);
  return table;
}

}  // namespace evenhand::query
