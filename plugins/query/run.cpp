#include "plugins/query/run.h"

#include <algorithm>
#include <numeric>

#include "plugins/query/group.h"
#include "plugins/query/run_terms.h"

namespace evenhand::query {

const Table* Results::find(std::string_view name) const {
  if (const auto at = tables.find(name); at != tables.end()) return &at->second;
  const auto at = input.tables.find(name);
  return at == input.tables.end() ? nullptr : &at->second;
}

std::size_t Results::row_of(std::string_view type, std::string_view id) const {
  auto at = ids_.find(type);
  if (at == ids_.end()) {
    at = ids_.emplace(std::string(type), Ids::mapped_type{}).first;
    const Table* table = find(type);
    for (std::uint32_t row = 0; table && row < table->rows(); ++row) at->second.emplace_back(table->at(row, 0).text, row);
    std::sort(at->second.begin(), at->second.end());
  }
  const auto found = std::lower_bound(at->second.begin(), at->second.end(), std::pair(id, std::uint32_t{0}));
  return found == at->second.end() || found->first != id ? SIZE_MAX : found->second;
}

Value Results::follow(const Path& path, const Value& first) {
  Value value = first;
  for (const Path::Hop& hop : path.hops) {
    if (!value.is_known()) return value;
    value = step(hop, value);
  }
  return value;
}

/// One row gives its value as it is; several give their texts, and what may not be seen among them hides all.
Value Results::step(const Path::Hop& hop, const Value& from) {
  const Table* table = find(hop.type);
  if (from.count == 0) {
    const std::size_t row = row_of(hop.type, from.text);
    return row == SIZE_MAX ? Value{} : table->at(row, hop.column);
  }
  std::vector<std::string_view> found;
  const std::vector<std::string_view> ids(pool.texts(from).begin(), pool.texts(from).end());
  for (const std::string_view id : ids) {
    const std::size_t row = row_of(hop.type, id);
    if (row == SIZE_MAX) continue;
    const Value& next = table->at(row, hop.column);
    if (next.state == State::masked || next.state == State::conflict) return nothing(next.state);
    for (const std::string_view text : pool.texts(next)) found.push_back(text);
  }
  return pool.value_of(found);
}

namespace {

/// As docs/formats/plugin-input.md names them; what is no such number leaves the default.
DisclosureRule rule_of(const Input& input) {
  constexpr std::int64_t kPeopleMost = 1'000'000;  // a threshold above it is no threshold
  DisclosureRule rule;
  const auto read = [&](const char* name, int& to) {
    const auto at = input.options.find(name);
    const auto number = at == input.options.end() ? std::nullopt : number_from(at->second);
    if (number && number->decimals == 0 && number->value >= 0 && number->value <= kPeopleMost) to = static_cast<int>(number->value);
  };
  read("people_masked_from", rule.people_masked_from);
  read("people_masked_to", rule.people_masked_to);
  read("people_rounded_to", rule.people_rounded_to);
  return rule;
}

void sort_rows(Table& table, const std::vector<SortKey>& keys, Results& results) {
  std::vector<Value> values;
  values.reserve(table.rows() * keys.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (const SortKey& key : keys) values.push_back(results.follow(key.by, table.at(row, key.by.column)));
  }
  std::vector<std::size_t> order(table.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Value &left = values[a * keys.size() + i], &right = values[b * keys.size() + i];
      const int way = compare(left, right);
      if (way == 0) continue;
      // What nobody knows stands last, whichever way the values run.
      return keys[i].is_descending && left.state == right.state ? way > 0 : way < 0;
    }
    return false;
  });
  std::vector<Value> cells;
  cells.reserve(table.cells.size());
  for (const std::size_t row : order) {
    const auto from = table.cells.begin() + static_cast<std::ptrdiff_t>(row * table.width);
    cells.insert(cells.end(), from, from + static_cast<std::ptrdiff_t>(table.width));
  }
  table.cells = std::move(cells);
  if (table.whom.empty()) return;
  std::vector<std::string_view> whom;
  for (const std::size_t row : order) whom.push_back(table.whom[row]);
  table.whom = std::move(whom);
}

Table plain_rows(const Query& query, const Frame& frame) {
  Table table{query.layout, query.layout.columns.size(), {}};
  table.cells.reserve(frame.size() * table.width);
  for (std::size_t row = 0; row < frame.size(); ++row) {
    for (std::size_t column = 0; column < table.width; ++column) table.cells.push_back(frame.at(row, column));
    if (query.layout.counts_people) table.whom.push_back(frame.whom_at(row));
  }
  return table;
}

Result<Table> run(const Query& query, Results& results) {
  EVENHAND_TRY(Frame frame, make_frame(query, results));
  std::size_t undecided = 0;
  for (const Query::Made& column : query.columns) {
    EVENHAND_TRY(auto made, compute(column.term, frame, results, undecided));
    frame.made.push_back(std::move(made));
  }
  undecided += filter(frame, query.where, results);
  if (!query.is_grouped && frame.size() * query.layout.columns.size() > kResultCellsMax) return refused("the query's result is too large", "", "Leave out rows, or group them");
  EVENHAND_TRY(Table table, query.pivot ? pivoted(query, frame, results) : query.is_grouped ? grouped(query, frame, results) : Result<Table>(plain_rows(query, frame)));
  if (!query.sort.empty()) sort_rows(table, query.sort, results);
  if (query.limit && table.rows() > *query.limit) {
    table.cut = table.rows() - *query.limit;
    table.cells.resize(*query.limit * table.width);
    if (!table.whom.empty()) table.whom.resize(*query.limit);
  }
  table.undecided = undecided;
  return table;
}

}  // namespace

Result<std::unique_ptr<Results>> run_queries(const std::vector<Query>& queries, const Catalogue& types, const Names& names, std::string_view input) {
  auto results = std::make_unique<Results>();
  EVENHAND_TRY(results->input, decode_untrusted(input, types, names, results->pool));
  results->rule = rule_of(results->input);
  std::size_t cells = 0;
  for (const Query& query : queries) {
    auto table = run(query, *results);
    if (!table) {
      Error error = table.error();
      if (error.where.empty()) error.where = "queries." + query.name;
      return error;
    }
    cells += table->cells.size();
    if (cells > kResultCellsMax) return refused("the results are too large together", "queries." + query.name, "Leave out rows, or group them");
    results->tables[query.name] = std::move(table).value();
  }
  return results;
}

}  // namespace evenhand::query
