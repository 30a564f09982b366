#include "plugins/host/score_input.h"

#include <algorithm>

#include "plugins/host/record_rows.h"

namespace evenhand::plugins {

namespace {

/// Which grade counts when there are several: verified, then published; self-assessed never.
int weight_of(const std::string& kind) { return kind == "verified" ? 2 : kind == "published" ? 1 : 0; }

/// The grade of one outcome among `grades`, or nothing: none, or two that say different things.
std::optional<CountedGrade> choose(const std::vector<Record>& grades, const std::string& outcome,
                                   const std::optional<EntityId>& service, const EntityId& organisation) {
  std::optional<CountedGrade> best;
  bool is_disputed = false;
  for (const Record& grade : grades) {
    const int weight = weight_of(grade.text("kind"));
    const auto value = grade.grade("value");
    if (weight == 0 || outcome_code(grade.text("outcome")) != outcome || grade.reference("service") != service) continue;
    if (grade.reference("organisation") != organisation) continue;
    if (best && weight_of(best->kind) > weight) continue;
    const bool is_same_weight = best && weight_of(best->kind) == weight;
    is_disputed = grade.is_conflicted("value") || (is_same_weight && (is_disputed || !value || best->value != *value));
    best = CountedGrade{outcome, service, value.value_or(GradeValue{}), grade.text("kind"), grade.text("source"), organisation};
    if (!value) is_disputed = true;
  }
  return is_disputed ? std::nullopt : best;
}

/// Whose grade of a service counts: the lead's where one is named, else the organisation's own, else the reporter's.
EntityId grader_of(const Record& service, const std::vector<Record>& grades, const EntityId& organisation) {
  if (const auto lead = service.reference("lead_organisation")) return *lead;
  const bool has_own = std::any_of(grades.begin(), grades.end(), [&](const Record& grade) {
    return grade.reference("service") == service.id() && grade.reference("organisation") == organisation;
  });
  return has_own ? organisation : service.reference("organisation").value_or(organisation);
}

void take_grades(const std::vector<Record>& grades, const Domain& domain, const std::optional<EntityId>& service,
                 const EntityId& organisation, Figures& figures, std::vector<CountedGrade>& counted) {
  for (const Outcome& outcome : domain.outcomes) {
    const auto grade = choose(grades, outcome.code, service, organisation);
    if (!grade) continue;
    figures.grades[outcome.code] = HalfPoints{grade->value.halves};
    counted.push_back(*grade);
  }
}

void take_published(const Record& figure, int total_max, int grade_max, Figures& figures) {
  const auto value = figure.decimal("value");
  if (!value) return;
  if (figure.text("kind") == "total") figures.total = points_of(*value, total_max);
  if (figure.text("kind") == "rating") figures.rating = points_of(*value, grade_max);
}

Result<std::vector<Record>> of_cycle(const Model& model, std::string_view type, const EntityId& cycle) {
  EVENHAND_TRY(std::vector<Record> all, model.records(type));
  std::erase_if(all, [&](const Record& one) { return one.is_removed() || one.reference("cycle") != cycle; });
  return all;
}

Result<std::vector<Record>> published_of(const Model& model, const EntityId& organisation, const EntityId& cycle) {
  EVENHAND_TRY(std::vector<Record> all, of_cycle(model, "published", cycle));
  std::erase_if(all, [&](const Record& one) {
    const std::string kind = one.text("kind");
    return one.reference("organisation") != organisation || (kind != "total" && kind != "rating" && kind != "band");
  });
  return all;
}

}  // namespace

std::optional<HalfPoints> points_of(const Decimal& decimal, int points_max) {
  std::int64_t unit = 1;
  for (int i = 0; i < decimal.decimals; ++i) unit *= 10;
  const std::int64_t most = static_cast<std::int64_t>(points_max) * unit;
  if (decimal.mantissa < 0 || decimal.mantissa > most || decimal.mantissa * 2 % unit != 0) return std::nullopt;
  return HalfPoints{static_cast<int>(decimal.mantissa * 2 / unit)};
}

Result<GatheredFigures> gather_figures(const Model& model, const EntityId& organisation, const EntityId& cycle,
                                       const Framework& framework) {
  GatheredFigures all;
  EVENHAND_TRY(const std::vector<Record> grades, of_cycle(model, "grade", cycle));
  EVENHAND_TRY(all.published, published_of(model, organisation, cycle));
  EVENHAND_TRY(const ScopeFilter scope, ScopeFilter::make(model, {organisation, {cycle}}));
  all.services = scope.services();
  for (const Domain& domain : framework.domains) {
    Figures own;
    for (const Record& figure : all.published) {
      if (figure.text("level") == "domain" && outcome_code(figure.text("code")) == domain.code) {
        take_published(figure, framework.total_max(domain), framework.grade_max(), own);
      }
    }
    if (!domain.per_service) {
      take_grades(grades, domain, std::nullopt, organisation, own, all.grades);
      if (!own.is_blank()) all.input.domains[domain.code] = own;
      continue;
    }
    for (const EntityId& id : all.services) {
      EVENHAND_TRY(const auto service, model.find(id));
      ServiceFigures figures{service->text("name"), {}};
      take_grades(grades, domain, id, grader_of(*service, grades, organisation), figures.figures, all.grades);
      for (const Record& figure : all.published) {
        if (figure.reference("service") == id && figure.text("level") == "service") {
          take_published(figure, framework.total_max(domain), framework.grade_max(), figures.figures);
        }
      }
      all.input.services.push_back(std::move(figures));
    }
    if (!own.is_blank()) all.input.domains[domain.code] = own;
  }
  return all;
}

}  // namespace evenhand::plugins
