// What will change: plans, actions, gaps, risks, delivery plans, progress.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kPlan[] = {
    reference(1, "organisation", "organisation", {"Whose plan", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Cycle it came out of", "@cycle"}, kRequired),
    word(3, "title", {"What the plan is called", "Action plan 2024-2025, Domain 1"}, kRequired),
    code(4, "domain", {"Domain", "1"}),
    reference(5, "service", "service", {"Service, for a plan of one", "@virtual-wards"}),
    word(6, "lead", {"Role of the EDS lead", "Patient experience lead"}),
    word(7, "sponsor", {"Role of the sponsor", "Executive lead"}),
    word(8, "years_active", {"Years it runs", "2024-2025"}),
    word(9, "authorisation", {"Who authorised it, when", "Board, March 2024"}),
    position(10),
};

constinit const FieldSpec kAction[] = {
    reference(1, "organisation", "organisation", {"Who acts", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Cycle it came out of", "@cycle"}, kRequired),
    reference(3, "plan", "plan", {"Plan it stands in", "@plan-1"}),
    code(4, "domain", {"Domain", "1"}),
    words(5, "outcomes", {"Outcomes it serves", "1A"}),
    reference(6, "service", "service", {"Service", "@virtual-wards"}),
    reference(7, "objective", "objective", {"Equality objective it serves", "@fewer-missed"}),
    prose(8, "text", {"What will be done", "Texts before each appointment."}, kRequired),
    date(9, "due", {"When it should be done", "Sep-24"}),
    words(10, "leads", {"Roles, teams or several", "Service manager"}),
    rag(11),
    choice(12, "status", "not_agreed|agreed|under_way|done|stopped", {"Where it stands", "agreed"}),
    prose(13, "progress", {"Where it stands, in words", "Supplier chosen."}),
    flag(14, "from_last_year", {"Brought from the previous year and completed", "no"}),
    word(15, "linked_objective", {"Objective as printed, when it has no record", "Objective 2"}),
    position(16),
    reference(17, "same_as", "action", {"The action that this row repeats (\"see above\")", "@texts"}),
};

constinit const FieldSpec kActionUpdate[] = {
    reference(1, "action", "action", {"Action updated", "@texts"}, kRequired),
    rag(2),
    prose(3, "text", {"What happened", "Two courses run."}),
    date(4, "date", {"When", "2024-06-30"}),
    reference(5, "evidence", "evidence", {"Proof", "@courses"}),
    date(6, "new_due_asked", {"Date asked for instead", "2024-12"}),
    word(7, "quarter", {"Quarter it reports on", "Q1 2024/25"}),
    position(8),
};

constinit const FieldSpec kGap[] = {
    reference(1, "organisation", "organisation", {"Who owes it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"In which cycle", "@cycle"}, kRequired),
    choice(3, "kind", "no_owner|no_date|no_status|no_action|no_evidence|no_grade|no_link|no_data|no_number|other",
           {"What is missing", "no_date"}, kRequired),
    references(4, "about", "action|evidence|plan|service|objective|measure|narrative|finding|grade|tally|workshop|published|engagement|report_header|data_table", {"What it is missing from", "@texts"}),
    word(5, "field", {"Field that is empty", "due"}),
    word(6, "printed", {"What stood in its place", "tbc"}),
    word(7, "owner", {"Role that owes it", "EDI lead"}),
    date(8, "due", {"Wanted by", "2024-06"}),
    choice(9, "status", "open|closed", {"Where it stands", "open"}),
    word(10, "source", {"Document it was found in", "LPT EDS report 2023/24"}),
    code(11, "domain", {"Domain", "1"}),
    code(12, "outcome", {"Outcome", "1A"}),
    reference(13, "service", "service", {"Service", "@virtual-wards"}),
    integer(14, "printed_count", "times", {"How often the word stands there", "4"}),
    prose(15, "note", {"What is missing, in a sentence", "The chart's figures were lost."}),
    position(16),
};

constinit const FieldSpec kRisk[] = {
    reference(1, "organisation", "organisation", {"Whose risk", "@nct"}, kRequired),
    word(2, "number", {"Number in the assurance framework", "BAF 4"}, kRequired),
    word(3, "title", {"What may go wrong", "Unequal access"}, kRequired),
    integer(4, "consequence", "1-5", {"How bad", "4"}),
    integer(5, "likelihood", "1-5", {"How likely", "3"}),
    integer(6, "score", "1-25", {"Consequence times likelihood", "12"}),
    choice(7, "direction", "rising|steady|falling|not_stated", {"Where it is heading", "steady"}),
    words(8, "outcomes", {"Outcomes it touches", "1A"}),
    references(9, "actions", "action", {"Actions that lessen it", "@texts"}),
    date(10, "scored_on", {"When it was scored", "2024-06"}),
    word(11, "owner", {"Role that answers for it", "Director of people"}),
};

constinit const FieldSpec kPlanOutcome[] = {
    reference(1, "organisation", "organisation", {"Whose plan", "@nct"}, kRequired),
    word(2, "title", {"Strategic outcome", "People shape services"}, kRequired),
    word(3, "specific", {"Specific outcome under it", "More people involved"}),
    reference(4, "parent", "plan_outcome", {"Strategic outcome it belongs to", "@shape"}),
    position(5),
};

constinit const FieldSpec kProgress[] = {
    reference(1, "organisation", "organisation", {"Who reports", "@nct"}, kRequired),
    word(2, "quarter", {"Quarter", "Q2 2024/25"}, kRequired),
    word(3, "theme", {"Theme of the pack", "Equality, leadership and culture"}),
    word(4, "objective", {"Objective under the theme", "Reduce inequalities"}),
    word(5, "number", {"Number of the item", "3"}),
    prose(6, "text", {"What was done", "Training reached 80 % of managers."}, kRequired),
    word(7, "owner", {"Role of the senior responsible owner", "Director of people"}),
    rag(8),
    references(9, "risks", "risk", {"Risks it bears on", "@baf-4"}),
    position(10),
};

constinit const FieldSpec kSelfAssessment[] = {
    reference(1, "organisation", "organisation", {"Who assessed itself", "@nct"}, kRequired),
    word(2, "title", {"What was assessed", "Patient experience"}, kRequired),
    decimal(3, "value", "0-5", {"Score", "3.4"}, kRequired),
    word(4, "scale", {"Scale", "0-5"}, kRequired),
    date(5, "date", {"When", "2023-10"}),
    prose(6, "words", {"Why", "Strong on listening."}),
};
}  // namespace evenhand::tables
