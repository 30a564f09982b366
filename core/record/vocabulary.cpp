#include "core/record/vocabulary.h"

#include <algorithm>
#include <array>

#include "core/record/declared_types.h"
#include "core/record/vocabulary_tables.h"

namespace evenhand {

namespace {
using H = HomeSpace;
namespace t = tables;

// id, name, plural, home, meaning, the field that names it, fields. Ids leave room inside each family.
constinit const RecordSpec kRecords[] = {
    {1, "cycle", "cycles", H::cycle, "One yearly round: framework, policy, dates", "title", t::kCycle},
    {2, "framework", "frameworks", H::cycle, "A grading framework installed as data", "title", t::kFramework},
    {3, "policy", "policies", H::cycle, "A scoring policy installed as data", "title", t::kPolicy},
    {4, "organisation", "organisations", H::cycle, "A trust, ICB or partner", "name", t::kOrganisation},
    {5, "service", "services", H::cycle, "A service chosen for Domain 1", "name", t::kService},
    {6, "profile", "service profiles", H::cycle, "A part of a service's description", "heading", t::kProfile},
    {7, "group", "groups", H::cycle, "A group that evidence must look at", "name", t::kGroup},
    {8, "meeting", "meetings", H::organisation, "A board, committee or group that met", "title", t::kMeeting},
    {9, "decision", "decisions", H::organisation, "What a meeting or a person decided", "title", t::kDecision},
    {10, "report_header", "report headers", H::cycle, "The front page of a report", "sponsor", t::kReportHeader},
    {11, "objective", "equality objectives", H::cycle, "An equality objective", "text", t::kObjective},
    {20, "evidence", "evidence items", H::organisation, "Evidence for an outcome", "title", t::kEvidence},
    {21, "measure", "measures", H::organisation, "A figure with its n, comparator and target", "name", t::kMeasure},
    {22, "milestone", "milestones", H::organisation, "One step of a stepped target", "due", t::kMilestone},
    {23, "data_table", "data tables", H::organisation, "A table behind a chart", "title", t::kDataTable},
    {24, "evidence_request", "evidence requests", H::organisation, "Somebody was asked for evidence", "asked_of", t::kEvidenceRequest},
    {25, "narrative", "narratives", H::organisation, "Text that introduces a report, domain, outcome or service", "heading", t::kNarrative},
    {26, "engagement", "engagement answers", H::organisation, "An answer on the engagement sheet", "question", t::kEngagement},
    {27, "third_party", "third parties", H::organisation, "Who outside the organisation took part in grading", "name", t::kThirdParty},
    {28, "published", "published figures", H::cycle, "A figure as printed, with its source; read-only", "words", t::kPublished},
    {29, "finding", "findings", H::organisation, "What grading showed that is not an action", "text", t::kFinding},
    {30, "file", "files", H::organisation, "An attachment", "title", t::kFile},
    {40, "workshop", "workshops", H::organisation, "A grading workshop", "title", t::kWorkshop},
    {41, "tally", "tallies", H::organisation, "One count of votes", "code", t::kTally},
    {42, "grade", "grades", H::organisation, "The grade of one outcome", "outcome", t::kGrade},
    {43, "comment", "comments", H::organisation, "What somebody said", "text", t::kComment},
    {44, "theme", "themes", H::organisation, "What comments add up to (You said)", "title", t::kTheme},
    {45, "response", "responses", H::organisation, "What was done about a theme (We did)", "text", t::kResponse},
    {46, "outreach", "events", H::organisation, "An event held with or for people, with attendance", "title", t::kOutreach},
    {47, "story", "stories", H::people, "A story told with consent", "title", t::kStory},
    {60, "plan", "plans", H::organisation, "The header of an action plan", "title", t::kPlan},
    {61, "action", "actions", H::organisation, "An improvement action", "text", t::kAction},
    {62, "action_update", "action updates", H::organisation, "A quarterly update of an action", "quarter", t::kActionUpdate},
    {63, "gap", "gaps", H::organisation, "Something owed: tbc as debt, not text", "field", t::kGap},
    {64, "risk", "risks", H::organisation, "A risk of the board assurance framework", "title", t::kRisk},
    {65, "plan_outcome", "delivery-plan outcomes", H::organisation, "A strategic or specific outcome of a delivery plan", "title", t::kPlanOutcome},
    {66, "progress", "progress items", H::organisation, "A row of a quarterly progress pack", "text", t::kProgress},
    {67, "self_assessment", "self-assessments", H::organisation, "A score an organisation gave itself", "title", t::kSelfAssessment},
    {80, "person", "people", H::people, "Somebody on the involvement register", "name", t::kPerson},
    {81, "opportunity", "opportunities", H::people, "A chance to take part", "title", t::kOpportunity},
    {82, "activity", "activities", H::people, "A person took part in something", "title", t::kActivity},
    {83, "training", "trainings", H::people, "A person was trained", "title", t::kTraining},
    {84, "claim", "claims", H::people, "Expenses or recognition claimed", "kind", t::kClaim},
    {85, "evaluation", "evaluations", H::people, "How it was for the person", "score", t::kEvaluation},
    {100, "sign_off", "sign-offs", H::organisation, "A report put forward for signing", "title", t::kSignOff},
    {101, "approval", "approvals", H::organisation, "One seat's verdict on a sign-off", "seat", t::kApproval},
    {102, "publication", "publications", H::organisation, "What was published where", "title", t::kPublication},
    {103, "duplicate", "same-or-different decisions", H::organisation, "Two records that may be one", "verdict", t::kDuplicate},
    {104, "share", "shares", H::cycle, "Provenance of a record copied into this space", "entity", t::kShare},
    {105, "batch", "batches", H::organisation, "An import, undone as one", "title", t::kBatch},
    {106, "schema", "schemas", H::organisation, "A record type declared by a plugin", "name", t::kSchema},
    {107, "late", "late changes", H::organisation, "What became of a change that came after signing", "event", t::kLate},
    {108, "grade_adoption", "adopted grades", H::organisation, "The lead's grade of a shared service, taken over as it stood", "outcome", t::kGradeAdoption},
    {109, "plugin", "plugins", H::organisation, "A plugin that was agreed to, or a key that plugins may be signed with", "title", t::kPlugin},
    {110, "document", "documents made", H::organisation, "A document that a plugin made", "report", t::kDocument},
    {111, "plugin_run", "plugin runs", H::organisation, "How often a plugin ran on one computer in one day", "plugin", t::kPluginRun},
};
}  // namespace

const FieldSpec* RecordSpec::find_field(std::string_view wanted) const {
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& f) { return f.name == wanted; });
  return at == fields.end() ? nullptr : &*at;
}

const FieldSpec* RecordSpec::find_field(std::uint16_t wanted) const {
  // Field ids of a type are 1..n without holes (a unit test holds this), so this is an index; but for the sets of a declared type.
  if (wanted >= 1 && wanted <= fields.size() && fields[wanted - 1].id == wanted) return &fields[wanted - 1];
  if (!is_declared_type(name)) return nullptr;
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& f) { return f.id == wanted; });
  return at == fields.end() ? nullptr : &*at;
}

std::span<const RecordSpec> vocabulary() { return kRecords; }

const RecordSpec* find_record_type(std::string_view name) {
  const auto at = std::find_if(std::begin(kRecords), std::end(kRecords), [&](const RecordSpec& r) { return r.name == name; });
  return at == std::end(kRecords) ? find_declared_type(name) : at;
}

const RecordSpec* find_record_type(std::uint16_t id) {
  const auto at = std::find_if(std::begin(kRecords), std::end(kRecords), [&](const RecordSpec& r) { return r.id == id; });
  return at == std::end(kRecords) ? nullptr : at;
}

std::string_view to_word(FieldType type) {
  static constexpr std::array<std::string_view, 13> kWords = {"word",  "prose",     "integer", "decimal",    "grade", "flag", "date",
                                                              "choice", "code", "reference", "words", "references", "blob"};
  return kWords.at(static_cast<std::size_t>(type));
}

std::string_view to_word(DataClass data_class) {
  static constexpr std::array<std::string_view, 6> kWords = {"none",      "aggregate", "pseudonymous",
                                                             "free text", "personal",  "special"};
  return kWords.at(static_cast<std::size_t>(data_class));
}

std::string_view to_word(MergeRule rule) {
  static constexpr std::array<std::string_view, 7> kWords = {"single",     "text",       "worse_rag", "earlier_date",
                                                             "not_graded", "withdrawal", "items"};
  return kWords.at(static_cast<std::size_t>(rule));
}

std::string_view to_word(HomeSpace space) {
  static constexpr std::array<std::string_view, 3> kWords = {"organisation", "people", "cycle"};
  return kWords.at(static_cast<std::size_t>(space));
}

}  // namespace evenhand
