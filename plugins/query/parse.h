/// Reads queries and holds every name in them against what there is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/codec/json.h"
#include "plugins/query/query.h"

namespace evenhand::query {

/// One thing that is wrong, for authors.
struct Problem {
  std::string code;      ///< "pack.unknown-field"; closed list in docs/formats/pack.md
  std::size_t line = 0;  ///< from 1; 0: not known
  std::string path;      ///< "queries.grid.where.status"
  std::string found;
  std::string wanted;
};

struct Parsed {
  std::vector<Query> queries;  ///< in the order of the file; of use only without problems
  Catalogue catalogue;         ///< what there was, and the queries
  std::vector<Problem> problems;
};

/// What {word due} stands for in a text, by name.
using TextWords = std::map<std::string, std::string, std::less<>>;

/// `json`: the object of queries. `catalogue`: the types that may be read, with their fields; "id" first.
Parsed parse_queries(const Json& json, const Catalogue& catalogue, const TextWords& words = {});

/// A field, or a field of what it refers to. Nothing when a name in it is not there.
std::optional<Path> resolve(const Layout& layout, const Catalogue& catalogue, std::string_view words);
/// The type that a path's value refers to; empty: none.
std::string refers_to(const Path& path, const Layout& layout, const Catalogue& catalogue);

}  // namespace evenhand::query
