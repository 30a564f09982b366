/// Shared services: the lead grades, and each of the others adopts that grade as it stands.
///
/// An adoption (record `grade_adoption`) holds the lead's grade by value, and names the changes of it that were seen. What
/// the lead does afterwards changes nothing of it: scorecards and reports of the adopter keep the adopted grade until it is
/// adopted anew; a problem says that the lead's grade is another one by now. Without an adoption the lead's present grade
/// counts, as it always did.
/// Threads: pure, but for adoptions_to_make().
#pragma once

#include "core/engine/workspace.h"

namespace evenhand {

/// The grade of one outcome that counts.
struct StandingGrade {
  EntityId record;
  GradeValue value;
  std::string kind;    ///< verified, published
  std::string source;  ///< document, when published
  EntityId graded_by;
};

/// Of an organisation's grades of one outcome: verified before published, self-assessed never. Nothing when there is none,
/// when two that weigh the same differ, or when the one that counts is in dispute. `grades`: of one cycle.
std::optional<StandingGrade> standing_grade(const std::vector<Record>& grades, std::string_view outcome,
                                            const std::optional<EntityId>& service, const EntityId& organisation);

/// What an organisation adopted for one outcome of a service.
struct AdoptedGrade {
  bool is_adopted = false;
  std::optional<StandingGrade> grade;  ///< none while two adoptions differ or one is in dispute
};
/// `adoptions`: of one cycle.
AdoptedGrade adopted_grade(const std::vector<Record>& adoptions, std::string_view outcome, const EntityId& service, const EntityId& organisation);

/// The lead's grade is here, and is no longer what was adopted: another value, cleared, or in dispute. A grade that is not
/// here is a dangling reference, not this. Nothing once the adopter leads the service itself.
bool is_regraded(const Record& adoption, const std::vector<Record>& grades, const std::vector<Record>& services);

/// The changes by which `organisation` adopts the lead's grades of a service as they stand: of one outcome, or of all that
/// the lead graded. An adoption that is there is brought up to date; one that says the same already is left out.
/// Errors: refused (no lead, it leads itself, it does not provide the service), not_found (nothing graded), those of reading.
Result<std::vector<RecordChange>> adoptions_to_make(const Workspace& workspace, const EntityId& organisation, const EntityId& cycle,
                                                    const Record& service, std::string_view outcome);

}  // namespace evenhand
