// Sign-off, publication and what the engine itself keeps on record.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kSignOff[] = {
    reference(1, "organisation", "organisation", {"Whose report", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Which cycle", "@cycle"}, kRequired),
    word(3, "title", {"What is signed", "EDS report 2023/24"}, kRequired),
    words(4, "subject", {"Field groups signed, as type.field", "grade.value"}),
    references(5, "entities", "grade|action|evidence|narrative|report_header", {"Records signed", "@grade-1a"}),
    prose(6, "cut", {"Version vector of each space at signing, as JSON", "{…}"}, false, kOpen),
    word(7, "snapshot", {"Digest of the snapshot signed", "sha256:…"}),
    integer(8, "seats_needed", "seats", {"Approvals needed", "3"}),
    words(9, "waived", {"Conflicts waived by name", "evidence 7Q4K text"}),
    choice(10, "status", "asked|approved|declined|superseded", {"Where it stands", "asked"}),
    word(11, "scope", {"What it covers: report, cycle, or grade with its outcome", "report"}),
    blob(12, "content", {"The snapshot itself, by its address", "sha256 tree root"}),
    words(13, "seats", {"Seats that may approve; none named: any", "Board sponsor"}),
    reference(14, "replaces", "sign_off", {"The signed version that this one amends", "@report-2024"}),
    prose(15, "cut_part", {"One part of a cut too long for one event; the request names it by its hash", "space …"}, false, kOpen),
};

constinit const FieldSpec kApproval[] = {
    reference(1, "sign_off", "sign_off", {"What is approved", "@report-2024"}, kRequired),
    word(2, "seat", {"Seat approving", "Board sponsor"}, kRequired),
    choice(3, "verdict", "approved|declined", {"Verdict", "approved"}, kRequired),
    prose(4, "reason", {"Why", "Numbers verified."}),
    word(5, "person_signature", {"Signature with the key that the person holds", "minisign line"}),
    date(6, "date", {"When", "2024-03-20"}, MergeRule::single),
    word(7, "person_key", {"Public half of that key, hexadecimal", "9f2c…"}),
    word(8, "request", {"Hash of the request approved, hexadecimal", "41ab…"}),
};

constinit const FieldSpec kLate[] = {
    reference(1, "sign_off", "sign_off", {"The signed version that it came after", "@report-2024"}, kRequired),
    word(2, "event", {"The change, by its reference", "7Q4K-29TM"}, kRequired),
    word(3, "entity", {"The record changed", "hex"}, kRequired),
    choice(4, "verdict", "carried|dismissed", {"What became of it", "carried"}, kRequired),
    prose(5, "reason", {"Why", "A spelling mistake."}),
    reference(6, "cycle", "cycle", {"The cycle that it was carried to", "@cycle"}),
    prose(7, "closing", {"What that cycle did about it", "Taken up with the new baseline."}),
    word(8, "closed_by", {"The record of that cycle that takes it up", "hex"}),
};

constinit const FieldSpec kGradeAdoption[] = {
    reference(1, "organisation", "organisation", {"Who takes it over", "@fct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    reference(3, "service", "service", {"The shared service", "@virtual-wards"}, kRequired),
    code(4, "outcome", {"Outcome", "1A"}, kRequired),
    grade(5, "value", {"The grade as it stood when it was taken over", "2"}, kRequired),
    choice(6, "kind", "verified|published", {"How the lead's grade came about", "verified"}, kRequired),
    reference(7, "graded_by", "organisation", {"The lead, whose grade it is", "@nct"}, kRequired),
    reference(8, "grade", "grade", {"The lead's grade", "@grade-1a"}),
    words(9, "seen", {"The latest changes of that grade at adoption, by their references", "64 hex"}),
};

constinit const FieldSpec kPublication[] = {
    reference(1, "organisation", "organisation", {"Who published", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"Which cycle", "@cycle"}, kRequired),
    word(3, "title", {"What was published", "EDS report 2023/24"}, kRequired),
    word(4, "place", {"Where it stands", "Trust website"}),
    date(5, "date", {"When", "2024-06"}, MergeRule::single),
    word(6, "format", {"Format", "HTML"}),
    word(7, "snapshot", {"Digest of the snapshot it was built from", "sha256:…"}),
    choice(8, "status", "draft|published|corrected|withdrawn", {"Where it stands", "published"}),
};

constinit const FieldSpec kDuplicate[] = {
    references(1, "records", "service|person|action|organisation", {"Records that may be one", "@vw-1"}),
    choice(2, "verdict", "same|different|undecided", {"What a person decided", "same"}, kRequired),
    reference(3, "kept", "service|person|action|organisation", {"The one that stays", "@vw-1"}),
    prose(4, "reason", {"Why", "Entered by both trusts."}),
};

constinit const FieldSpec kShare[] = {
    word(1, "from_space", {"Space it was copied from, under a name that only laptops holding it can tell", "hex"}, kRequired),
    word(2, "entity", {"Record copied", "hex"}, kRequired),
    word(3, "digest", {"Digest of the original and of its copy as they stood before it was shared", "hex"}, kRequired),
    word(4, "reason", {"Why it was shared", "Joint service"}),
};

constinit const FieldSpec kBatch[] = {
    word(1, "title", {"What was imported", "CCS EDS report 2023-24"}, kRequired),
    choice(2, "status", "open|closed|undone", {"Visible once closed", "closed"}, kRequired),
    word(3, "source", {"File imported, by its digest", "sha256:…"}),
    integer(4, "records", "records", {"How many records it holds", "312"}),
    flag(5, "read_only", {"Published figures: nobody edits what it brought", "yes"}),
};

constinit const FieldSpec kSchema[] = {
    word(1, "name", {"Record type declared by a plugin", "walk-745474d22df975d66cce097929e9f8ea"}, kRequired),
    word(2, "plugin", {"Plugin that declared it", "org.example.walks"}, kRequired),
    prose(3, "definition", {"Fields, data class and merge rules, as JSON", "{…}"}, kRequired, kOpen),
};

constinit const FieldSpec kPlugin[] = {
    word(1, "title", {"What it is called, or whose key it is", "Actions by owner"}, kRequired),
    choice(2, "status", "installed|removed|trusted|distrusted", {"Installed or removed; of a key: trusted or not", "installed"}, kRequired),
    word(3, "plugin", {"Id of the plugin; none for a key", "org.example.walks"}),
    word(4, "version", {"Its version", "1.0.0"}),
    word(5, "digest", {"SHA-256 over its files: what was agreed to", "9f2c…"}),
    choice(6, "kind", "pack|native|built-in", {"What sort of plugin", "pack"}),
    choice(7, "data_class", "none|aggregate|pseudonymous|free text|personal|special", {"The highest that it may read", "free text"}),
    words(8, "reads", {"What it may read, by record type", "evidence: title, text"}),
    word(9, "signer", {"Public key that signed it, as minisign writes it", "RWQ…"}),
    prose(10, "consent", {"What the person who agreed was shown", "Reads the text of evidence."}, false, kOpen),
};

constinit const FieldSpec kDocument[] = {
    word(1, "report", {"Which report was made", "actions-by-owner"}, kRequired),
    word(2, "plugin", {"Id of the plugin that made it", "org.example.walks"}, kRequired),
    word(3, "version", {"Its version", "1.0.0"}),
    word(4, "digest", {"SHA-256 over the plugin's files", "9f2c…"}),
    choice(5, "data_class", "none|aggregate|pseudonymous|free text|personal|special", {"The highest that it read", "free text"}),
    word(6, "content", {"SHA-256 of the file made", "41ab…"}),
    word(7, "format", {"How it was written", "docx"}),
};

// One for each plugin, computer and day: the log must not grow with every look at a page.
constinit const FieldSpec kPluginRun[] = {
    word(1, "plugin", {"Id of the plugin that ran", "org.example.walks"}, kRequired),
    word(2, "day", {"The day that is counted, in UTC", "2026-03-02"}, kRequired),
    word(3, "device", {"Public key of the computer that it ran on", "8a5e…"}, kRequired),
    word(4, "version", {"Its version", "1.0.0"}),
    choice(5, "data_class", "none|aggregate|pseudonymous|free text|personal|special", {"The highest that it may read", "free text"}),
    integer(6, "runs", "runs", {"How often it ran that day; told at the first run, the second, the fourth and so on, so at least", "4"}),
    integer(7, "failed", "runs", {"How many of them failed, told in the same way", "1"}),
    integer(8, "killed", "runs", {"How many of those died or were stopped", "0"}),
    word(9, "outcome", {"How the last one that failed ended, without personal data", "refused"}),
};
}  // namespace evenhand::tables
