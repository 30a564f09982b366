// The cycle and who takes part in it.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kCycle[] = {
    word(1, "title", {"What the cycle is called", "EDS 2023/24"}, kRequired),
    word(2, "framework", {"Code of the framework in force", "eds-2022"}, kRequired),
    word(3, "policy", {"Code of the scoring policy in force", "nhs-eds-2022"}, kRequired),
    date(4, "starts", {"First day", "2023-04-01"}),
    date(5, "ends", {"Last day", "2024-03-31"}),
    date(6, "publish_by", {"Day by which the report should be public", "2024-02-28"}),
    choice(7, "status", "open|closed|retired", {"Where the cycle stands", "open"}),
    words(8, "systems", {"Integrated care systems that the cycle covers", "Fenmarsh ICS"}),
    flag(9, "demonstration", {"Made-up material; every page says so", "yes"}),
};

constinit const FieldSpec kFramework[] = {
    word(1, "code", {"Short code", "eds-2022"}, kRequired),
    word(2, "version", {"Version of the file", "1"}, kRequired),
    word(3, "title", {"Official title", "Equality Delivery System 2022"}, kRequired),
    prose(4, "definition", {"The framework file, as JSON", "{…}"}, kRequired, kOpen),
};

constinit const FieldSpec kPolicy[] = {
    word(1, "code", {"Short code", "nhs-eds-2022"}, kRequired),
    word(2, "version", {"Version of the file", "1"}, kRequired),
    word(3, "title", {"What the policy is called", "Published bands, Achieving 22-32"}, kRequired),
    prose(4, "definition", {"The policy file, as JSON", "{…}"}, kRequired, kOpen),
};

constinit const FieldSpec kOrganisation[] = {
    word(1, "name", {"Full name", "Northmere Community NHS Trust"}, kRequired),
    word(2, "short_name", {"Name in tables and on the command line", "NCT"}),
    word(3, "ods_code", {"Code in the Organisation Data Service", "RYV"}),
    choice(4, "kind", "trust|icb|council|voluntary|other", {"What it is", "trust"}),
    words(5, "systems", {"Integrated care systems it sits in", "Fenmarsh ICS"}),
    flag(6, "demonstration", {"Made-up organisation; every page says so", "yes"}),
};

constinit const FieldSpec kService[] = {
    word(1, "name", {"What the service is called", "Virtual wards"}, kRequired),
    reference(2, "organisation", "organisation", {"Who reports it", "@nct"}, kRequired),
    reference(3, "cycle", "cycle", {"Cycle it is graded in", "@cycle"}, kRequired),
    references(4, "providers", "organisation", {"Organisations that run it together", "@nct"}),
    words(5, "provider_names", {"Partners without a record here", "City social care"}),
    reference(6, "lead_organisation", "organisation", {"Whose grade counts when it is shared", "@nct"}),
    choice(7, "selected_because", "known_to_do_well|known_not_to|unknown|not_stated",
           {"Why it was chosen for grading", "unknown"}),
    flag(8, "core20plus5", {"Chosen under Core20PLUS5", "yes"}),
    choice(9, "status", "active|retired", {"Still graded or not", "active"}),
    position(10),
};

constinit const FieldSpec kProfile[] = {
    reference(1, "service", "service", {"Service described", "@virtual-wards"}, kRequired),
    word(2, "heading", {"What this part tells", "Who runs it"}, kRequired),
    prose(3, "body", {"The description", "Run by two trusts since December 2020."}),
    prose(4, "pathway", {"How people reach it and move through it", "Referral, triage, home visits."}),
    word(5, "population", {"People it is there for, with number where known", "1.1 million"}),
    position(6),
};

constinit const FieldSpec kGroup[] = {
    word(1, "name", {"What the group is called", "Carers"}, kRequired),
    word(2, "code", {"Short code", "carers"}, kRequired),
    choice(3, "category", "protected_characteristic|inclusion_health|core20plus5|local",
           {"Which list it belongs to", "local"}, kRequired),
    position(4),
};

constinit const FieldSpec kMeeting[] = {
    reference(1, "organisation", "organisation", {"Whose meeting", "@nct"}, kRequired),
    word(2, "title", {"What met", "Board"}, kRequired),
    date(3, "date", {"When", "2024-03-20"}),
    prose(4, "minutes", {"What was said and agreed", "Noted the grades."}),
    words(5, "attendees", {"Roles present", "Chair"}),
};

constinit const FieldSpec kDecision[] = {
    reference(1, "organisation", "organisation", {"Who decided", "@nct"}, kRequired),
    reference(2, "meeting", "meeting", {"Where it was decided", "@board-march"}),
    word(3, "title", {"What was decided, in a line", "Report authorised"}, kRequired),
    prose(4, "reason", {"Why", "Grades verified by peers."}),
    date(5, "date", {"When", "2024-03-20"}),
};

constinit const FieldSpec kReportHeader[] = {
    reference(1, "organisation", "organisation", {"Whose report", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Which cycle", "@cycle"}, kRequired),
    word(3, "sponsor", {"Role of the board sponsor or lead", "Deputy chief executive"}),
    words(4, "leads", {"Roles of the EDS leads, with domain", "Patient experience lead, Domain 1"}),
    choice(5, "level", "individual|partnership|system|mixed", {"Level at which it was completed", "individual"}),
    prose(6, "level_detail", {"Organisations at each level", "Domain 1 with two partners."}),
    words(7, "engagement_dates", {"Engagement date, with domain and service", "15 Nov 2023, Domain 1, virtual wards"}),
    date(8, "date_completed", {"Completed", "2024-02-28"}),
    date(9, "date_authorised", {"Authorised", "2024-03-20"}),
    date(10, "date_ratified", {"Ratified", "2024"}),
    date(11, "published", {"Month and year published", "2024-02"}),
    date(12, "revision_date", {"To be revised on", "2025-02"}),
    word(13, "source", {"Document the header was carried from", "CCS EDS report 2023-24"}),
};

constinit const FieldSpec kObjective[] = {
    reference(1, "organisation", "organisation", {"Whose objective", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Cycle it was set in", "@cycle"}, kRequired),
    prose(3, "text", {"The equality objective", "Fewer missed appointments."}, kRequired),
    code(4, "domain", {"Domain", "1"}),
    code(5, "outcome", {"Outcome", "1A"}),
    date(6, "due", {"Completion date", "2025-03"}),
    choice(7, "status", "open|met|not_met|carried", {"Where it stands", "open"}, false),
    word(8, "number", {"Number in its own list", "2"}),
    position(9),
};
}  // namespace evenhand::tables
