#include "plugins/query/frame.h"

#include <numeric>

#include "plugins/query/run_terms.h"

namespace evenhand::query {

namespace {

Error too_many(const Query& query, std::size_t most) {
  return refused("the query makes more than " + std::to_string(most) + " rows", "queries." + query.name, "Start from fewer rows");
}

Result<void> pair_up(Frame& frame, const Query& query) {
  const std::size_t left = frame.base->rows(), right = frame.every->rows();
  if (right != 0 && left > kPairsMax / right) return too_many(query, kPairsMax);
  frame.rows.reserve(left * right);
  frame.every_rows.reserve(left * right);
  for (std::uint32_t i = 0; i < left; ++i) {
    for (std::uint32_t k = 0; k < right; ++k) {
      frame.rows.push_back(i);
      frame.every_rows.push_back(k);
    }
  }
  return {};
}

/// One row for each text; a row without any stays, as do those whose values nobody may see.
Result<void> unfold(Frame& frame, const Query& query, const Results& results) {
  std::vector<std::uint32_t> rows, every_rows;
  std::vector<Value> values;
  for (std::size_t row = 0; row < frame.size(); ++row) {
    const Value& value = frame.at(row, *query.unfold);
    const std::size_t times = value.is_known() && value.count != 0 ? value.count : 1;
    for (std::size_t i = 0; i < times; ++i) {
      Value one = value;
      if (value.is_known() && value.count != 0) {
        one.text = results.pool.texts(value)[i];
        one.count = 0;
      }
      values.push_back(one);
      rows.push_back(frame.rows[row]);
      if (frame.every) every_rows.push_back(frame.every_rows[row]);
    }
    if (rows.size() > kPairsMax) return too_many(query, kPairsMax);
  }
  frame.rows = std::move(rows);
  frame.every_rows = std::move(every_rows);
  frame.unfolded = *query.unfold;
  frame.unfolded_values = std::move(values);
  return {};
}

template <class Item>
void keep_only(std::vector<Item>& items, const std::vector<std::uint32_t>& kept) {
  if (items.empty()) return;
  for (std::size_t i = 0; i < kept.size(); ++i) items[i] = items[kept[i]];
  items.resize(kept.size());
}

}  // namespace

Result<Frame> make_frame(const Query& query, Results& results) {
  Frame frame;
  frame.base = results.find(query.from);
  if (query.with_every.empty()) {
    frame.rows.resize(frame.base->rows());
    std::iota(frame.rows.begin(), frame.rows.end(), 0u);
  } else {
    frame.every = results.find(query.with_every);
    EVENHAND_CHECK(pair_up(frame, query));
  }
  if (query.unfold) EVENHAND_CHECK(unfold(frame, query, results));
  return frame;
}

std::size_t filter(Frame& frame, const Condition& where, Results& results) {
  if (where.kind == Condition::Kind::all && where.parts.empty()) return 0;
  std::size_t undecided = 0;
  std::vector<std::uint32_t> kept;
  for (std::size_t row = 0; row < frame.size(); ++row) {
    const Truth truth = holds(where, frame, row, results);
    if (truth == Truth::yes) kept.push_back(static_cast<std::uint32_t>(row));
    if (truth == Truth::unknown) ++undecided;
  }
  keep_only(frame.rows, kept);
  keep_only(frame.every_rows, kept);
  keep_only(frame.unfolded_values, kept);
  for (auto& column : frame.made) keep_only(column, kept);
  return undecided;
}

}  // namespace evenhand::query
