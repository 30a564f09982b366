/// The rows that one query works on, before they are grouped and sorted.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "plugins/query/run.h"

namespace evenhand::query {

struct Frame {
  const Table* base = nullptr;
  const Table* every = nullptr;       ///< with_every, or null
  std::vector<std::uint32_t> rows;    ///< of base
  std::vector<std::uint32_t> every_rows;
  std::size_t unfolded = SIZE_MAX;    ///< the column that stands in unfolded_values instead
  std::vector<Value> unfolded_values;
  std::vector<std::vector<Value>> made;  ///< computed columns, by row

  std::size_t size() const { return rows.size(); }
  /// Whose a row is, where it stands for a person.
  std::string_view whom_at(std::size_t row) const {
    return base->layout.counts_people || !every ? base->whom_at(rows[row]) : every->whom_at(every_rows[row]);
  }
  const Value& at(std::size_t row, std::size_t column) const {
    if (column == unfolded) return unfolded_values[row];
    if (column < base->layout.columns.size()) return base->at(rows[row], column);
    column -= base->layout.columns.size();
    if (every) {
      if (column < every->layout.columns.size()) return every->at(every_rows[row], column);
      column -= every->layout.columns.size();
    }
    return made[column][row];
  }
};

/// Fixed when the row counts are too many. Errors: refused.
Result<Frame> make_frame(const Query& query, Results& results);
/// Keeps the rows that the condition holds for; returns how many it could not decide.
std::size_t filter(Frame& frame, const Condition& where, Results& results);

}  // namespace evenhand::query
