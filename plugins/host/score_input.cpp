#include "plugins/host/score_input.h"

#include <algorithm>

#include "core/engine/adoption.h"
#include "plugins/host/record_rows.h"

namespace evenhand::plugins {

namespace {

/// Grades and adoptions of one cycle.
struct GradesHere {
  std::vector<Record> grades;
  std::vector<Record> adoptions;
};

/// Whose grade of a service counts: the lead's where one is named, else the organisation's own, else the reporter's.
EntityId grader_of(const Record& service, const std::vector<Record>& grades, const EntityId& organisation) {
  if (const auto lead = service.reference("lead_organisation")) return *lead;
  const bool has_own = std::any_of(grades.begin(), grades.end(), [&](const Record& grade) {
    return grade.reference("service") == service.id() && grade.reference("organisation") == organisation;
  });
  return has_own ? organisation : service.reference("organisation").value_or(organisation);
}

/// The lead's grade of a shared service counts as the organisation adopted it; before it adopts, as it stands.
std::optional<StandingGrade> grade_of(const GradesHere& here, const std::string& outcome, const std::optional<EntityId>& service,
                                      const EntityId& grader, const EntityId& organisation) {
  if (service && grader != organisation) {
    const AdoptedGrade adopted = adopted_grade(here.adoptions, outcome, *service, organisation);
    if (adopted.is_adopted) return adopted.grade;
  }
  return standing_grade(here.grades, outcome, service, grader);
}

void take_grades(const GradesHere& here, const Domain& domain, const std::optional<EntityId>& service, const EntityId& grader,
                 const EntityId& organisation, Figures& figures, std::vector<CountedGrade>& counted) {
  for (const Outcome& outcome : domain.outcomes) {
    const auto grade = grade_of(here, outcome.code, service, grader, organisation);
    if (!grade) continue;
    figures.grades[outcome.code] = HalfPoints{grade->value.halves};
    counted.push_back({outcome.code, service, grade->value, grade->kind, grade->source, grade->graded_by});
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
  const auto is_compared = [](const Record& one) {  // whatever it turns out to be, while that is in dispute
    const std::vector<Value> kinds = one.values("kind");
    return std::any_of(kinds.begin(), kinds.end(), [](const Value& kind) { return kind == Value(std::string("total")) || kind == Value(std::string("rating")) || kind == Value(std::string("band")); });
  };
  std::erase_if(all, [&](const Record& one) { return one.reference("organisation") != organisation || !is_compared(one); });
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
  GradesHere here;
  EVENHAND_TRY(here.grades, of_cycle(model, "grade", cycle));
  EVENHAND_TRY(here.adoptions, of_cycle(model, "grade_adoption", cycle));
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
      take_grades(here, domain, std::nullopt, organisation, organisation, own, all.grades);
      if (!own.is_blank()) all.input.domains[domain.code] = own;
      continue;
    }
    for (const EntityId& id : all.services) {
      EVENHAND_TRY(const auto service, model.find(id));
      ServiceFigures figures{service->text("name"), {}};
      take_grades(here, domain, id, grader_of(*service, here.grades, organisation), organisation, figures.figures, all.grades);
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
