#include "apps/dictionary/computed_fields.h"

#include <algorithm>
#include <iterator>

namespace evenhand::dictionary {

namespace {

constexpr ComputedField kFields[] = {
    {"", "organisation", "reference: organisation", "", "Whose result it is", "@nct"},
    {"", "cycle", "reference: cycle", "", "The cycle that it is of", "@cycle"},
    {"framework_in_force", "code", "word", "", "Code of the framework", "eds-2022"},
    {"framework_in_force", "title", "word", "", "Its title", "Equality Delivery System 2022"},
    {"framework_in_force", "source", "word", "", "Where it is published", "NHS England, Equality Delivery System 2022"},
    {"framework_domain", "code", "code", "", "Domain", "1"},
    {"framework_domain", "title", "word", "", "Its official title", "Commissioned or provided services"},
    {"framework_domain", "per_service", "flag", "", "Is it graded service by service", "yes"},
    {"framework_domain", "graded_by", "words", "", "Who grades it", "patients; public; community and voluntary groups"},
    {"framework_domain", "maximum", "integer", "points", "Most points; of one service where it is graded by service", "12"},
    {"framework_outcome", "code", "code", "", "Outcome", "1A"},
    {"framework_outcome", "domain", "code", "", "Domain that it belongs to", "1"},
    {"framework_outcome", "title", "word", "", "Its official title", "Patients (service users) have required levels of access to the service"},
    {"framework_outcome", "short_title", "word", "", "The same in a few words", "Access to the service"},
    {"framework_outcome", "question", "word", "", "The same as a question, in our words", "Can everybody reach the service?"},
    {"framework_grade", "value", "integer", "points", "Points of the grade, from 0", "2"},
    {"framework_grade", "word", "word", "", "Its name", "Achieving"},
    {"framework_question", "code", "word", "", "Code of a question of the engagement or evidence sheet", "E1"},
    {"framework_question", "title", "word", "", "The question", "Who took part?"},
    {"framework_question", "part", "choice: engagement|evidence", "", "Which sheet it stands on", "engagement"},
    {"score", "total", "decimal", "points", "The whole result; absent while grades are missing", "21.5"},
    {"score", "low", "decimal", "points", "The same with every open tie settled down; absent where none is open", "21"},
    {"score", "high", "decimal", "points", "The same with every open tie settled up", "22"},
    {"score", "maximum", "integer", "points", "Most points that there are", "33"},
    {"score", "band", "word", "", "Name of the result; absent where none follows", "Developing"},
    {"score", "policy", "word", "", "Policy that it was scored by, with code and version", "NHS EDS 2022 scoring (nhs-eds-2022 version 1)"},
    {"score", "policy_source", "word", "", "Where the policy is published", "Bands as published by most trusts: under 8, 8 to 21, 22 to 32, 33"},
    {"score", "is_assumed", "flag", "", "Was a published rating read as grades, on request", "no"},
    {"score_part", "domain", "code", "", "Domain that it is, or is a part of", "1"},
    {"score_part", "service", "reference: service", "", "Service; absent for the domain itself", "@virtual-wards"},
    {"score_part", "name", "word", "", "Name of the service, or title of the domain", "Virtual wards"},
    {"score_part", "total", "decimal", "points", "Its points; absent while grades are missing", "7.5"},
    {"score_part", "low", "decimal", "points", "The same with every open tie settled down; absent where none is open", "7"},
    {"score_part", "high", "decimal", "points", "The same with every open tie settled up", "8"},
    {"score_part", "maximum", "integer", "points", "Most points that there are", "12"},
    {"score_part", "basis", "choice: unknown|grades|published_total|assumed_rating|services|domains", "", "What the points come from", "grades"},
    {"score_part", "is_middle", "flag", "", "Is it the service whose points count for the domain", "yes"},
    {"score_part", "check_total", "decimal", "points", "Of a domain: the middle grade of each outcome added up, as a check only", "8"},
    {"score_grade", "outcome", "code", "", "Outcome graded", "1A"},
    {"score_grade", "service", "reference: service", "", "Service; absent where the domain is not graded by service", "@virtual-wards"},
    {"score_grade", "value", "grade", "half points", "The grade that counts; in a pack, {\"points\": \"value\"} makes points of it", "2"},
    {"score_grade", "kind", "choice: verified|published", "", "What kind of grade counts", "verified"},
    {"score_grade", "source", "word", "", "Document that it stands in, when it was published", "CCS EDS report 2023-24"},
    {"score_grade", "graded_by", "reference: organisation", "", "Whose grade it is; the lead's for a shared service", "@nct"},
    {"score_problem", "code", "word", "", "What the result does not settle, as a code (core/policy/scorecard.h)", "tie_open"},
    {"score_problem", "text", "word", "", "The same as a sentence", "1D is a tie that nobody has settled."},
    {"score_published", "name", "word", "", "Name of the service or domain, or \"Organisation\"", "Organisation"},
    {"score_published", "kind", "choice: total|rating|band", "", "What was published", "total"},
    {"score_published", "published", "decimal", "points", "The figure; absent for a band", "21"},
    {"score_published", "words", "word", "", "As printed", "21 out of 33"},
    {"score_published", "computed", "decimal", "points", "What the grades come to", "21.5"},
    {"score_published", "maximum", "integer", "points", "Most that the published figure could be", "33"},
    {"score_published", "computed_maximum", "integer", "points", "Most that the grades could come to", "33"},
    {"score_published", "computed_band", "word", "", "The band that the grades give", "Developing"},
    {"score_published", "verdict", "choice: agrees|disagrees|not_comparable|not_computed", "", "Do the two agree", "disagrees"},
    {"score_published", "source", "word", "", "Document that it stands in", "LPT EDS report 2023/24"},
    {"score_published", "place", "word", "", "Where in the document", "page 12"},
};

}  // namespace

std::span<const ComputedField> computed_fields() { return kFields; }

const ComputedField* find_computed_field(std::string_view row, std::string_view field) {
  const auto at = std::find_if(std::begin(kFields), std::end(kFields), [&](const ComputedField& one) { return one.field == field && (one.row == row || one.row.empty()); });
  return at == std::end(kFields) ? nullptr : &*at;
}

}  // namespace evenhand::dictionary
