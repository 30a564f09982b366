/// How reports, packs and exports get at the rows of projections. plugins/projection keeps and computes them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "plugins/host/input_writer.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

/// Rows as a plugin reads them.
struct ViewRows {
  std::vector<InputRow> rows;
  std::string stale;  ///< one sentence when they are not all that they should be; else empty
};

/// Whether a record belongs to what is being made.
using Keeps = std::function<Result<bool>(const EntityId& record)>;

/// Whose the rows are that were made from a record; several records may be about one person.
using PersonOf = std::function<Result<EntityId>(const EntityId& record)>;

class ProjectionReader {
 public:
  virtual ~ProjectionReader() = default;

  /// The rows made from the records kept, by record and then in the plugin's order; each under the record's id.
  /// Errors: unavailable (nothing was made yet), corrupt, those of `keeps`.
  virtual Result<ViewRows> rows(Plugin& owner, const ProjectionEntry& projection, const Keeps& keeps) const = 0;
  /// One row a group over the same rows, ascending by the group's values. `person_of`: counts people, too (MadeOf); empty: does not.
  /// Errors: the same, those of `person_of`.
  virtual Result<ViewRows> aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps,
                                     const PersonOf& person_of = {}) const = 0;
};

}  // namespace evenhand::plugins
