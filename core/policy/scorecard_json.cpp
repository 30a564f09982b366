#include "core/policy/scorecard_output.h"

namespace evenhand {

namespace {

Json number(HalfPoints points) { return Json::number(points.text()).value(); }

Json total_of(const std::optional<HalfPoints>& total) { return total ? number(*total) : Json(); }

Json range_of(const Score& score) {
  if (!score.range) return {};
  return Json::array().push(score.range->low).push(score.range->high);
}

Json grades_of(const std::map<std::string, HalfPoints>& grades) {
  Json json = Json::object();
  for (const auto& [code, grade] : grades) json.set(code, number(grade));
  return json;
}

Json service_json(const ServiceScore& service) {
  Json json = Json::object();
  json.set("name", service.name).set("total", total_of(service.score.total)).set("max", service.score.max);
  json.set("middle", service.is_middle).set("range", range_of(service.score));
  json.set("basis", to_word(service.score.basis)).set("grades", grades_of(service.grades));
  return json;
}

Json domain_json(const DomainScore& domain) {
  Json json = Json::object();
  json.set("title", domain.title).set("total", total_of(domain.score.total)).set("max", domain.score.max);
  json.set("range", range_of(domain.score)).set("basis", to_word(domain.score.basis));
  if (!domain.per_service) return json.set("grades", grades_of(domain.grades));
  Json services = Json::array();
  for (const ServiceScore& service : domain.services) services.push(service_json(service));
  return json.set("services", std::move(services)).set("check_total", total_of(domain.check_total));
}

}  // namespace

Json scorecard_json(const Scorecard& card, const ScoringPolicy& policy) {
  Json domains = Json::object();
  for (const DomainScore& domain : card.domains) domains.set(domain.code, domain_json(domain));
  Json organisation = Json::object();
  organisation.set("name", card.organisation.empty() ? Json() : Json(card.organisation));
  organisation.set("total", total_of(card.score.total)).set("max", policy.has_total ? Json(card.score.max) : Json());
  organisation.set("band", card.band ? Json(*card.band) : Json()).set("range", range_of(card.score));
  organisation.set("assumed", card.is_assumed);
  Json problems = Json::array();
  for (const Problem& problem : card.problems) {
    problems.push(Json::object().set("code", to_word(problem.code)).set("message", problem.message));
  }
  Json json = Json::object();
  json.set("policy", policy.code).set("policy_version", policy.version).set("framework", policy.framework);
  json.set("domains", std::move(domains)).set("organisation", std::move(organisation)).set("problems", std::move(problems));
  return json;
}

}  // namespace evenhand
