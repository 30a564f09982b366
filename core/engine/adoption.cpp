#include "core/engine/adoption.h"

#include <algorithm>
#include <set>

#include "core/engine/sign_off.h"
#include "core/policy/framework.h"

namespace evenhand {

namespace {

int weight_of(const std::string& kind) { return kind == "verified" ? 2 : kind == "published" ? 1 : 0; }

bool is_of(const Record& record, std::string_view outcome, const std::optional<EntityId>& service, const EntityId& organisation) {
  return outcome_code(record.text("outcome")) == outcome && record.reference("service") == service && record.reference("organisation") == organisation;
}

Result<std::vector<Record>> of_cycle(const Workspace& workspace, std::string_view type, const EntityId& cycle) {
  EVENHAND_TRY(std::vector<Record> all, workspace.records(type));
  std::erase_if(all, [&](const Record& one) { return one.reference("cycle") != cycle; });
  return all;
}

std::vector<std::string> seen_of(const Record& grade) {
  std::vector<std::string> seen;
  for (const Reference& head : grade.state().heads) seen.push_back(long_text(head));
  std::sort(seen.begin(), seen.end());
  return seen;
}

Result<void> check_may_adopt(const Record& service, const EntityId& organisation) {
  const auto lead = service.reference("lead_organisation");
  if (!lead) return refused("this service names no lead organisation, so there is no grade to adopt", service.title(), "Name one with: evenhand service edit --lead-organisation");
  if (*lead == organisation) return refused("this organisation leads the service: its own grade counts", service.title());
  const auto providers = service.references("providers");
  const bool provides = service.reference("organisation") == organisation || std::find(providers.begin(), providers.end(), organisation) != providers.end();
  if (!provides) return refused("this organisation does not provide the service", service.title(), "See: evenhand service show");
  return {};
}

RecordChange change_for(const StandingGrade& grade, const Record& standing, const Record& service, const EntityId& organisation, const EntityId& cycle) {
  RecordChange change{"grade_adoption", {}, Verb::changed, {}};
  change.set = {{"organisation", organisation}, {"cycle", cycle}, {"service", service.id()}, {"outcome", outcome_code(standing.text("outcome"))}};
  change.set.push_back({"value", grade.value});
  change.set.push_back({"kind", grade.kind});
  change.set.push_back({"graded_by", grade.graded_by});
  change.set.push_back({"grade", grade.record});
  change.set.push_back({"seen", seen_of(standing)});
  return change;
}

bool says_the_same(const Record& adoption, const RecordChange& change) {
  return std::all_of(change.set.begin(), change.set.end(), [&](const FieldValue& one) {
    return !adoption.is_conflicted(one.field) && adoption.value(one.field) == one.value;
  });
}

}  // namespace

std::optional<StandingGrade> standing_grade(const std::vector<Record>& grades, std::string_view outcome,
                                            const std::optional<EntityId>& service, const EntityId& organisation) {
  std::optional<StandingGrade> best;
  bool is_disputed = false;
  for (const Record& grade : grades) {
    const int weight = weight_of(grade.text("kind"));
    const auto value = grade.grade("value");
    if (weight == 0 || !is_of(grade, outcome, service, organisation)) continue;
    if (best && weight_of(best->kind) > weight) continue;
    const bool is_same_weight = best && weight_of(best->kind) == weight;
    is_disputed = grade.is_conflicted("value") || (is_same_weight && (is_disputed || !value || best->value != *value));
    best = StandingGrade{grade.id(), value.value_or(GradeValue{}), grade.text("kind"), grade.text("source"), organisation};
    if (!value) is_disputed = true;
  }
  return is_disputed ? std::nullopt : best;
}

AdoptedGrade adopted_grade(const std::vector<Record>& adoptions, std::string_view outcome, const EntityId& service, const EntityId& organisation) {
  AdoptedGrade adopted;
  bool is_clear = true;
  for (const Record& one : adoptions) {
    if (!is_of(one, outcome, service, organisation)) continue;
    adopted.is_adopted = true;
    const auto value = one.grade("value");
    is_clear = is_clear && value && (!adopted.grade || adopted.grade->value == *value);
    if (value) adopted.grade = StandingGrade{one.reference("grade").value_or(EntityId{}), *value, one.text("kind"), "", one.reference("graded_by").value_or(EntityId{})};
  }
  if (!is_clear) adopted.grade.reset();
  return adopted;
}

bool is_regraded(const Record& adoption, const std::vector<Record>& grades, const std::vector<Record>& services) {
  const auto value = adoption.grade("value");
  const auto service = adoption.reference("service");
  const auto organisation = adoption.reference("organisation");
  if (!value || !service || !organisation) return false;
  const auto known = std::find_if(services.begin(), services.end(), [&](const Record& one) { return one.id() == *service; });
  auto lead = known == services.end() ? std::nullopt : known->reference("lead_organisation");
  if (!lead) lead = adoption.reference("graded_by");
  if (!lead || *lead == *organisation) return false;
  std::vector<Record> of_cycle = grades;
  std::erase_if(of_cycle, [&](const Record& one) { return one.reference("cycle") != adoption.reference("cycle"); });
  const auto now = standing_grade(of_cycle, outcome_code(adoption.text("outcome")), service, *lead);
  if (now) return now->value != *value;
  return std::any_of(of_cycle.begin(), of_cycle.end(), [&](const Record& one) { return one.id() == adoption.reference("grade"); });
}

Result<std::vector<RecordChange>> adoptions_to_make(const Workspace& workspace, const EntityId& organisation, const EntityId& cycle,
                                                    const Record& service, std::string_view outcome) {
  EVENHAND_CHECK(check_may_adopt(service, organisation));
  const EntityId lead = *service.reference("lead_organisation");
  EVENHAND_TRY(const std::vector<Record> grades, of_cycle(workspace, "grade", cycle));
  EVENHAND_TRY(const std::vector<Record> adoptions, of_cycle(workspace, "grade_adoption", cycle));
  std::set<std::string> outcomes;
  for (const Record& grade : grades) {
    const std::string code = outcome_code(grade.text("outcome"));
    if ((outcome.empty() || code == outcome_code(outcome)) && is_of(grade, code, service.id(), lead)) outcomes.insert(code);
  }
  std::vector<RecordChange> changes;
  bool any = false;
  for (const std::string& code : outcomes) {
    const auto standing = standing_grade(grades, code, service.id(), lead);
    if (!standing) continue;
    any = true;
    const auto record = std::find_if(grades.begin(), grades.end(), [&](const Record& one) { return one.id() == standing->record; });
    RecordChange change = change_for(*standing, *record, service, organisation, cycle);
    const auto earlier = std::find_if(adoptions.begin(), adoptions.end(), [&](const Record& one) { return is_of(one, code, service.id(), organisation); });
    if (earlier != adoptions.end()) {
      if (says_the_same(*earlier, change)) continue;
      change.entity = earlier->id();
      change.seen = earlier->state().heads;
    }
    changes.push_back(std::move(change));
  }
  if (!any) return not_found("the lead has no settled grade here" + (outcome.empty() ? std::string() : " for " + outcome_code(outcome)), service.title(), "Ask the lead to share it, then sync");
  return changes;
}

}  // namespace evenhand
