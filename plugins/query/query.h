/// A query as an author wrote it, read and checked: which rows, which columns, which of them, in groups or not, in what order.
///
/// Language: docs/formats/pack.md. A query is a fixed sequence of steps; none of them loops, calls or runs code. A query may
/// start from one that stands before it, never from itself or a later one, so every run ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/query/table.h"

namespace evenhand::query {

inline constexpr std::size_t kQueriesMax = 64;         ///< of one file
inline constexpr std::size_t kQueryColumnsMax = 64;    ///< computed by one query
inline constexpr std::size_t kConditionDepthMax = 8;   ///< any, all and not within each other
inline constexpr std::size_t kConditionsMax = 200;     ///< of one query
inline constexpr std::size_t kTermDepthMax = 8;        ///< a column within a column
inline constexpr std::size_t kFormatPartsMax = 64;     ///< fields of one text
inline constexpr std::size_t kHopsMax = 4;             ///< references followed one after the other

/// Where a value is found: a column, then the rows that it refers to, one after the other.
struct Path {
  std::string words;  ///< as written: "service.organisation.name"
  std::size_t column = 0;
  struct Hop {
    std::string type;
    std::size_t column = 0;
  };
  std::vector<Hop> hops = {};
};

struct Literal {
  std::string text;        ///< "$organisation": what the host says of this run
  bool is_option = false;
  bool has_number = false;
  std::int64_t number = 0;
  unsigned decimals = 0;
};

enum class Test : std::uint8_t { one_of, missing, masked, conflict, known, same_as, before, after, less, greater, at_least, at_most, contains, starts };

struct Condition {
  enum class Kind : std::uint8_t { all, any, no, test } kind = Kind::all;
  std::vector<Condition> parts = {};
  Path field = {};
  Test test = Test::one_of;
  std::vector<Literal> literals = {};
  Path other = {};  ///< same_as
};

enum class Rule : std::uint8_t { count, distinct, sum, min, max, first, list };
/// What becomes of several rows.
struct Measure {
  Rule rule = Rule::count;
  Path of = {};  ///< not of count
};

struct Term;
/// Rows of another source that match this row.
struct Lookup {
  std::string source;
  Measure measure;
  struct Pair {
    Path theirs;
    Path ours;
  };
  std::vector<Pair> on;
  Condition where;
};

/// How a column is made.
struct Term {
  enum class Kind : std::uint8_t { field, text, quarter, year, first, words, plain, points, minus, choose, lookup } kind = Kind::field;
  std::vector<Path> fields = {};
  /// text: literals between the fields, one more than fields. words: from, to, from, to.
  std::vector<std::string> texts = {};
  std::size_t length = 0;                ///< first: characters
  bool is_calendar = false;              ///< quarter, year: from January, not from April
  Condition condition = {};              ///< choose
  std::unique_ptr<Term> yes = {}, otherwise = {};  ///< choose; words: otherwise
  std::unique_ptr<Term> none = {};       ///< when nothing is there
  std::unique_ptr<Lookup> lookup = {};
};

struct SortKey {
  Path by;  ///< of the result
  bool is_descending = false;
};

struct Query {
  std::string name;
  std::size_t line = 0;
  std::string from;
  std::string with_every;               ///< empty: none
  std::optional<std::size_t> unfold;    ///< a column of the rows
  struct Made {
    std::string name;
    Term term;
  };
  std::vector<Made> columns;
  Condition where;
  bool is_grouped = false;
  std::vector<Path> group;
  std::vector<Measure> measures;
  std::optional<Path> pivot;            ///< whose values become columns; then the one measure fills the cells
  std::vector<SortKey> sort;
  std::optional<std::size_t> limit;
  Layout layout;                        ///< of the result
};

}  // namespace evenhand::query
