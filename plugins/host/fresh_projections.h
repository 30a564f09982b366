/// Rows of projections made on the spot and kept nowhere: for what was signed, and wherever no views are kept.
#pragma once

#include "plugins/host/ask_rows.h"
#include "plugins/host/projection_reader.h"

namespace evenhand::plugins {

/// The same rows as kept views have (plugins/projection).
/// What a plugin does wrong is an error here. Threads: one. Lifetime: the model outlives it.
class FreshProjections : public ProjectionReader {
 public:
  explicit FreshProjections(const Model& model, ProjectionLimits limits = {}) : model_(model), limits_(limits) {}
  Result<ViewRows> rows(Plugin& owner, const ProjectionEntry& projection, const Keeps& keeps) const override;
  Result<ViewRows> aggregate(Plugin& owner, const ProjectionEntry& projection, const AggregateEntry& aggregate, const Keeps& keeps, const PersonOf& person_of = {}) const override;

 private:
  const Model& model_;
  ProjectionLimits limits_;
};

}  // namespace evenhand::plugins
