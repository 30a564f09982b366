/// Gathers from the records what core/policy scores: grades, published totals and ratings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/engine/model.h"
#include "core/policy/framework.h"
#include "core/policy/scorecard.h"

namespace evenhand::plugins {

/// One grade that counts.
struct CountedGrade {
  std::string outcome;
  std::optional<EntityId> service;
  GradeValue value;
  std::string kind;
  std::string source;
  EntityId graded_by;
};

struct GatheredFigures {
  ScorecardInput input;
  std::vector<EntityId> services;  ///< beside input.services
  std::vector<CountedGrade> grades;
  std::vector<Record> published;   ///< totals, ratings and bands of this organisation
};

/// Errors: those of the model.
Result<GatheredFigures> gather_figures(const Model& model, const EntityId& organisation, const EntityId& cycle,
                                       const Framework& framework);

/// The whole number of half points that a decimal is; nothing when it is none, negative or above the maximum.
std::optional<HalfPoints> points_of(const Decimal& decimal, int points_max);

}  // namespace evenhand::plugins
