// A shared service's grade, adopted on another trust's laptop.
#include "core/engine/adoption.h"

#include <catch2/catch.hpp>

#include "core/engine/problems.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

FieldValue said(std::string field, std::string words) { return {std::move(field), std::move(words)}; }
FieldValue graded(std::string_view value) { return {"value", *GradeValue::parse(value)}; }

Receipt shared(Laptop& laptop, RecordChange change) {
  Command command;
  command.in_space = laptop.cycle();
  command.changes.push_back(std::move(change));
  return good(laptop->submit(command));
}

std::size_t regraded(Laptop& laptop) {
  const auto problems = good(find_problems(*laptop));
  return static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const RecordProblem& problem) { return problem.code == "regraded_after_adoption"; }));
}

}  // namespace

TEST_CASE("a grade adopted on one trust's laptop stands on both, and only a regrading that has arrived is told of") {
  Laptop lead(41), adopter(42);
  lead.found("Lead");
  adopter.found("Adopter");
  let_in(lead, adopter, kPartner);
  exchange(lead, adopter);
  good(adopter->use_cycle_space(lead.cycle()));
  exchange(lead, adopter);
  const EntityId cycle = shared(lead, {"cycle", {}, Verb::changed, {said("title", "EDS 2025/26"), said("framework", "eds-2022"), said("policy", "nhs-eds-2022")}}).entities.front();
  const EntityId service = shared(lead, {"service", {}, Verb::changed, {said("name", "Virtual wards"), {"organisation", lead->organisation()}, {"cycle", cycle}, {"lead_organisation", lead->organisation()},
                                         {"providers", std::vector<EntityId>{lead->organisation(), adopter->organisation()}}}}).entities.front();
  const EntityId grade = shared(lead, {"grade", {}, Verb::changed, {{"organisation", lead->organisation()}, {"cycle", cycle}, {"service", service}, said("outcome", "1A"), said("kind", "verified"), graded("2")}}).entities.front();
  exchange(lead, adopter);

  const auto changes = good(adoptions_to_make(*adopter, adopter->organisation(), cycle, *good(adopter->find(service)), "1A"));
  REQUIRE(changes.size() == 1);
  shared(adopter, changes.front());
  shared(lead, {"grade", grade, Verb::changed, {graded("3")}});
  CHECK(regraded(adopter) == 0);  // it has not heard yet

  exchange(lead, adopter);
  for (Laptop* laptop : {&lead, &adopter}) {
    const AdoptedGrade adopted = adopted_grade(good((*laptop)->records("grade_adoption")), "1A", service, adopter->organisation());
    REQUIRE(adopted.grade.has_value());
    CHECK(adopted.grade->value == *GradeValue::parse("2"));
    CHECK(adopted.grade->graded_by == lead->organisation());
    CHECK(regraded(*laptop) == 1);
  }
  const auto anew = good(adoptions_to_make(*adopter, adopter->organisation(), cycle, *good(adopter->find(service)), "1A"));
  REQUIRE(anew.size() == 1);
  CHECK_FALSE(anew.front().entity.is_zero());  // the adoption that is there, brought up to date
  shared(adopter, anew.front());
  exchange(lead, adopter);
  CHECK(regraded(adopter) + regraded(lead) == 0);
  CHECK(good(adopter->records("grade_adoption")).size() == 1);
}
