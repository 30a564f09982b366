/// Runs queries over the bytes that a plugin is given.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/policy/scoring_policy.h"
#include "plugins/query/decode.h"
#include "plugins/query/query.h"

namespace evenhand::query {

inline constexpr std::size_t kPairsMax = 1'000'000;       ///< rows of with_every and of unfold, and matches of one look-up
inline constexpr std::size_t kGroupsMax = 200'000;        ///< of one query
inline constexpr std::size_t kPivotColumnsMax = 60;       ///< a page holds no more
inline constexpr std::size_t kResultCellsMax = 8'000'000; ///< of all queries of one run
inline constexpr std::size_t kListTextsMax = 1000;        ///< of one list; the rest is counted

/// What a run has made. Lifetime: the values view the input.
struct Results {
  Pool pool;
  Input input;                                       ///< the types, as tables
  DisclosureRule rule;                               ///< for counts of people, as the host says in its options; else the strict default
  std::map<std::string, Table, std::less<>> tables;  ///< the queries

  /// A type's rows or a query's.
  const Table* find(std::string_view name) const;
  /// The row of that type with that id; SIZE_MAX when there is none.
  std::size_t row_of(std::string_view type, std::string_view id) const;
  /// Follows a path from a value of its first column.
  Value follow(const Path& path, const Value& first);

 private:
  Value step(const Path::Hop& hop, const Value& from);
  using Ids = std::map<std::string, std::vector<std::pair<std::string_view, std::uint32_t>>, std::less<>>;
  mutable Ids ids_;  ///< made when first asked
};

/// `names`: of all fields that the queries, or whoever reads the results, ask for.
/// Deterministic: the same bytes and queries give the same results.
/// Errors: corrupt (the input), refused (a bound; names the query). Threads: one a Results.
Result<std::unique_ptr<Results>> run_queries(const std::vector<Query>& queries, const Catalogue& types, const Names& names, std::string_view input);

}  // namespace evenhand::query
