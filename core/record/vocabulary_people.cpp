// The involvement register: at home in a people space, sealed under each person's key, never shared.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kPerson[] = {
    word(1, "name", {"Name", "(never in examples)"}, kRequired, kPersonal),
    prose(2, "contact", {"How to reach them", "(never in examples)"}, false, kPersonal),
    words(3, "preferences", {"Ways they like to take part", "evenings, online"}, kPersonal),
    words(4, "interests", {"What they care about", "diabetes"}, kPersonal),
    words(5, "skills", {"What they bring", "chairing, Punjabi"}, kPersonal),
    words(6, "access_needs", {"What they need to take part", "step-free"}, kSpecial),
    words(7, "characteristics", {"Protected characteristics they chose to give", "disability"}, kSpecial),
    choice(8, "level", "individual|involvement|collaboration", {"Level of co-production", "involvement"}, false,
           MergeRule::single, kPersonal),
    choice(9, "consent", "none|register|contact|withdrawn", {"What they agreed to", "contact"}, kRequired,
           MergeRule::withdrawal, kPersonal),
    date(10, "consent_date", {"When they agreed", "2024-01"}, MergeRule::single, kPersonal),
    choice(11, "under_18", "yes|no", {"Needs a guardian's consent", "no"}, false, MergeRule::single, kPersonal),
    word(12, "guardian", {"Guardian who consented", "(never in examples)"}, false, kPersonal),
    word(13, "safeguarding_contact", {"Safeguarding contact", "(never in examples)"}, false, kPersonal),
    word(14, "lawful_ground", {"Lawful ground for holding this", "consent"}, false, kPersonal),
    date(15, "keep_until", {"When it must go", "2027-01"}, MergeRule::earlier_date, kPersonal),
};

constinit const FieldSpec kOpportunity[] = {
    reference(1, "organisation", "organisation", {"Who offers it", "@nct"}, kRequired),
    word(2, "title", {"What it is", "Sit on a recruitment panel"}, kRequired),
    prose(3, "text", {"What it takes and gives", "Two hours, online."}),
    word(4, "lead", {"Role that leads it", "Involvement lead"}),
    words(5, "interests", {"Interests it needs", "diabetes"}),
    words(6, "skills", {"Skills it needs", "Punjabi"}),
    words(7, "access", {"Access it offers", "step-free"}),
    date(8, "date", {"When", "2024-05"}),
    integer(9, "places", "people", {"How many", "3"}),
    choice(10, "status", "open|filled|done|withdrawn", {"Where it stands", "open"}),
};

constinit const FieldSpec kActivity[] = {
    reference(1, "person", "person", {"Who took part", "@person"}, kRequired),
    reference(2, "opportunity", "opportunity", {"In what", "@panel"}),
    word(3, "title", {"What was done", "Recruitment panel"}, kRequired, kPersonal),
    date(4, "date", {"When", "2024-05-02"}, MergeRule::single, kPersonal),
    decimal(5, "hours", "hours", {"How long", "2.5"}, false, kPersonal),
    choice(6, "status", "invited|accepted|declined|attended|missed", {"What became of it", "attended"}, false,
           MergeRule::single, kPersonal),
    prose(7, "report", {"What came of it", "Two posts filled."}, false, kPersonal),
};

constinit const FieldSpec kTraining[] = {
    reference(1, "person", "person", {"Who was trained", "@person"}, kRequired),
    word(2, "title", {"In what", "Recruitment training"}, kRequired, kPersonal),
    choice(3, "level", "individual|involvement|collaboration", {"Level it opens", "involvement"}, false,
           MergeRule::single, kPersonal),
    date(4, "date", {"When", "2024-04"}, MergeRule::single, kPersonal),
};

constinit const FieldSpec kClaim[] = {
    reference(1, "person", "person", {"Who claims", "@person"}, kRequired),
    reference(2, "activity", "activity", {"For what", "@panel-day"}),
    choice(3, "kind", "travel|time|carer|other", {"Expense or recognition", "travel"}, kRequired, MergeRule::single,
           kPersonal),
    decimal(4, "amount", "pounds", {"How much", "12.40"}, kRequired, kPersonal),
    choice(5, "status", "claimed|approved|paid|refused", {"Where it stands", "claimed"}, false, MergeRule::single,
           kPersonal),
    date(6, "date", {"When claimed", "2024-05-03"}, MergeRule::single, kPersonal),
    date(7, "paid_on", {"When paid", "2024-05-20"}, MergeRule::single, kPersonal),
    word(8, "budget", {"Service that pays", "Virtual wards"}, false, kPersonal),
};

constinit const FieldSpec kEvaluation[] = {
    reference(1, "person", "person", {"Who evaluates", "@person"}),
    reference(2, "activity", "activity", {"What is evaluated", "@panel-day"}),
    integer(3, "score", "1-5", {"How was it", "4"}, false, kPersonal),
    prose(4, "text", {"In their words", "I felt heard."}, false, kPersonal),
    date(5, "date", {"When", "2024-05-03"}, MergeRule::single, kPersonal),
};
}  // namespace evenhand::tables
