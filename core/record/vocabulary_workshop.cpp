// Grading: workshops, tallies, grades; and what people said there.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kWorkshop[] = {
    reference(1, "organisation", "organisation", {"Who runs it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    word(3, "title", {"What it is called", "Virtual wards grading"}, kRequired),
    date(4, "date", {"When", "2023-11-15"}),
    word(5, "venue", {"Where", "Community hall"}),
    references(6, "services", "service", {"Services graded", "@virtual-wards"}),
    words(7, "outcomes", {"Outcomes graded", "1A"}),
    choice(8, "method", "most_votes|median|consensus|not_stated", {"How a grade follows from votes", "most_votes"}),
    integer(9, "quorum", "people", {"Fewest graders for a result", "5"}),
    word(10, "tie_rule", {"What happens on a tie, fixed before voting", "Discuss, vote again, else settle with a reason"}),
    integer(11, "participants", "people", {"Who took part", "21"}),
    words(12, "grader_groups", {"Kinds of graders present", "patients"}),
    choice(13, "status", "planned|open|closed|sealed", {"Where it stands", "planned"}),
};

constinit const FieldSpec kTally[] = {
    reference(1, "workshop", "workshop", {"Where it was counted", "@hall"}, kRequired),
    choice(2, "level", "outcome|service|domain|unclear", {"What one count covers", "outcome"}, kRequired),
    code(3, "code", {"Outcome or domain counted", "1A"}),
    reference(4, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    integer(5, "round", "", {"Round of voting, from 1", "1"}),
    word(6, "graders", {"Group of graders, when counted apart", "patients"}),
    integer(7, "participants", "people", {"Who took part in this count", "21"}),
    integer(8, "issued", "slips", {"Slips issued", "28"}),
    integer(9, "used", "slips", {"Slips used", "21"}),
    integer(10, "spoiled", "slips", {"Slips spoiled", "1"}),
    integer(11, "unused", "slips", {"Slips unused", "6"}),
    integer(12, "votes_0", "votes", {"Votes for Undeveloped", "0"}),
    integer(13, "votes_1", "votes", {"Votes for Developing", "10"}),
    integer(14, "votes_2", "votes", {"Votes for Achieving", "10"}),
    integer(15, "votes_3", "votes", {"Votes for Excelling", "1"}),
    integer(16, "abstained", "votes", {"Did not want to vote on this one", "0"}),
    word(17, "source", {"Document, when carried from one", "LPT EDS report 2023/24"}),
    position(18),
};

constinit const FieldSpec kGrade[] = {
    reference(1, "organisation", "organisation", {"Whose grade", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    code(3, "outcome", {"Outcome", "1A"}, kRequired),
    reference(4, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    grade(5, "value", {"0 to 3; a half is a tie left open", "2"}),
    choice(6, "kind", "self_assessed|verified|published", {"How it came about", "verified"}, kRequired),
    prose(7, "reason", {"Why this grade; how a tie was settled", "Interpreters are there; out-of-hours are not."}),
    flag(8, "tie_settled", {"A tie was settled by a person", "no"}),
    reference(9, "workshop", "workshop", {"Where it was agreed", "@hall"}),
    word(10, "recorded_by", {"Role of who recorded it", "Facilitator"}),
    word(11, "source", {"Document, when published", "CCS EDS report 2023-24"}),
    date(12, "date", {"When it was agreed", "2023-11-15"}),
};

constinit const FieldSpec kComment[] = {
    reference(1, "organisation", "organisation", {"Who heard it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"In which cycle", "@cycle"}),
    reference(3, "workshop", "workshop", {"Where it was said", "@hall"}),
    code(4, "outcome", {"Outcome", "1A"}),
    reference(5, "service", "service", {"Service", "@virtual-wards"}),
    prose(6, "text", {"What was said, without names", "Letters come too late."}, kRequired),
    choice(7, "triage", "new|publishable|complaint|safeguarding|speaking_up", {"Where it must go", "publishable"}),
    reference(8, "theme", "theme", {"Theme it belongs to", "@letters"}),
    date(9, "date", {"When", "2023-11-15"}),
    position(10),
};

constinit const FieldSpec kTheme[] = {
    reference(1, "organisation", "organisation", {"Whose theme", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"In which cycle", "@cycle"}),
    word(3, "title", {"You said, in a line", "Letters come too late"}, kRequired),
    words(4, "outcomes", {"Outcomes it touches", "1A"}),
    word(5, "owner", {"Role that answers", "Head of service"}),
    position(6),
};

constinit const FieldSpec kResponse[] = {
    reference(1, "theme", "theme", {"Theme it answers", "@letters"}, kRequired),
    prose(2, "text", {"We did", "Texts are sent the same day."}, kRequired),
    reference(3, "action", "action", {"Action it led to", "@texts"}),
    date(4, "told_back", {"When people were told", "2024-02"}, MergeRule::single),
    word(5, "told_how", {"How, and in which format", "Poster and Easy Read letter"}),
    word(6, "told_whom", {"Who was told", "Workshop graders"}),
};

constinit const FieldSpec kOutreach[] = {
    reference(1, "organisation", "organisation", {"Who held it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"In which cycle", "@cycle"}),
    word(3, "title", {"What it was", "Asthma club at the mosque"}, kRequired),
    date(4, "date", {"When", "2023-10"}),
    word(5, "venue", {"Where", "Community centre"}),
    integer(6, "attended", "people", {"Who came", "24"}),
    words(7, "groups", {"Groups reached, by code", "race"}),
    prose(8, "notes", {"What happened", "Screening offered."}),
    position(9),
};

constinit const FieldSpec kStory[] = {
    reference(1, "organisation", "organisation", {"Who holds it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"In which cycle", "@cycle"}),
    word(3, "title", {"What it is about, without names", "Finding a way to the clinic"}, kRequired),
    prose(4, "text", {"The story", "It took three buses."}, false, kSpecial),
    choice(5, "consent", "none|internal|board|public|withdrawn", {"How far consent reaches", "board"}, kRequired,
           MergeRule::withdrawal),
    date(6, "consent_expires", {"When consent ends", "2025-03-31"}),
    code(7, "outcome", {"Outcome", "1A"}),
    reference(8, "service", "service", {"Service", "@virtual-wards"}),
};
}  // namespace evenhand::tables
