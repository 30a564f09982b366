/// Rows in columns: what a type's rows are, and what a query gives.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/query/value.h"

namespace evenhand::query {

struct Column {
  std::string name;          ///< "due", "service.name"
  std::string refers_to = {};  ///< the type whose rows its values name by id; empty: none, or more than one
};

/// What is known of rows before there are any.
struct Layout {
  std::vector<Column> columns;
  bool is_pivot = false;  ///< more columns come with the data
  bool counts_people = false;  ///< each row stands for a person, or was made from such rows: how many there are is hidden when it is small
  std::size_t whom = 0;        ///< of such a type: the column that names the person, who may have several rows; where it is empty, the id does

  /// SIZE_MAX when there is none.
  std::size_t find(std::string_view name) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == name) return i;
    }
    return SIZE_MAX;
  }
};

/// Everything that a query can be made from, by name. Each type's first column is "id".
using Catalogue = std::map<std::string, Layout, std::less<>>;

struct Table {
  Layout layout;
  std::size_t width = 0;             ///< cells of a row; for a pivot more than the layout's columns
  std::vector<Value> cells;          ///< row by row
  /// Which cell of a row each column of the layout is; kNoCell: nobody asks for it. Empty: each its own.
  std::vector<std::uint32_t> places = {};
  std::vector<std::string> titles = {};  ///< a pivot's columns beyond the layout
  std::vector<std::string_view> whom = {};  ///< of a query's rows that stand for people: whose each is; one made from several people's is a person of its own
  std::size_t undecided = 0;  ///< rows left out because what decides about them is hidden or disputed
  std::size_t cut = 0;        ///< rows left out by a limit

  std::size_t rows() const { return width == 0 ? 0 : cells.size() / width; }
  const Value& at(std::size_t row, std::size_t column) const {
    static const Value kNothing;
    if (places.empty()) return cells[row * width + column];
    return places[column] == kNoCell ? kNothing : cells[row * width + places[column]];
  }
  /// Whose a row is, where the layout counts people.
  std::string_view whom_at(std::size_t row) const {
    if (!whom.empty()) return whom[row];
    const std::string_view named = at(row, layout.whom).text;
    return named.empty() ? at(row, 0).text : named;
  }
  static constexpr std::uint32_t kNoCell = UINT32_MAX;
};

}  // namespace evenhand::query
