// What an organisation shows: evidence, measures, narratives, answers, findings, published figures.
#include "core/record/vocabulary_tables.h"
#include "core/record/vocabulary_rows.h"

namespace evenhand::tables {
using namespace rows;

constinit const FieldSpec kEvidence[] = {
    reference(1, "organisation", "organisation", {"Who shows it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    code(3, "outcome", {"Outcome it speaks to", "1A"}, kRequired),
    reference(4, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    word(5, "title", {"A line that names it", "Interpreters at every appointment"}, kRequired),
    prose(6, "text", {"The evidence itself, Markdown", "- Video, phone or in person"}),
    word(7, "owner", {"Role that answers for it", "Head of service"}),
    word(8, "department", {"Department", "Sexual health"}),
    word(9, "source", {"Where it comes from", "Friends and Family Test"}),
    word(10, "period", {"Time it covers", "Q1-Q3 2023/24"}),
    word(11, "population", {"People it covers", "All adults seen"}),
    date(12, "date", {"When it was gathered", "2023-12"}),
    date(13, "review_date", {"When it goes stale", "2024-12"}),
    words(14, "groups", {"Groups it covers, by code", "disability"}),
    words(15, "reuse", {"Other duties it serves: EDS, WRES, WDES, PSED, CQC, AIS", "WRES"}),
    references(16, "files", "file", {"Attachments", "@survey-file"}),
    prose(17, "easy_read", {"Easy Read twin: short sentences", "You can have an interpreter."}),
    position(18),
};

constinit const FieldSpec kMeasure[] = {
    reference(1, "organisation", "organisation", {"Whose figure", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}),
    reference(3, "evidence", "evidence", {"Evidence it belongs to", "@fft"}),
    reference(4, "plan_outcome", "plan_outcome", {"Delivery-plan outcome it measures", "@reach"}),
    code(5, "outcome", {"Outcome it speaks to", "1D"}),
    reference(6, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    word(7, "name", {"What is measured", "Rated good or very good"}, kRequired),
    word(8, "period", {"Time it covers", "Q1 2023/24"}),
    word(9, "group", {"Group of people it is about", "Disabled staff"}),
    decimal(10, "value", "as named by `unit`", {"The figure", "95.71"}),
    word(11, "unit", {"Unit of value, comparator and target", "percent"}),
    integer(12, "numerator", "people", {"How many", "2385"}),
    integer(13, "denominator", "people", {"Out of how many (n)", "2492"}),
    word(14, "comparator_name", {"What it is compared with", "National average"}),
    decimal(15, "comparator", "as named by `unit`", {"The figure compared with", "65.3"}),
    choice(16, "scale", "percent|count|eds_0_3|experience_0_5|risk_1_25|fft_old|fft_new|other",
           {"Scale; figures of different scales are never joined", "percent"}),
    choice(17, "operator", "at_least|at_most|equal|more_than|less_than", {"How a target is met", "at_least"}),
    decimal(18, "baseline", "as named by `unit`", {"Where it started", "40"}),
    decimal(19, "target", "as named by `unit`", {"Where it should be", "70"}),
    date(20, "due", {"When the target is due", "2025-03"}),
    word(21, "note", {"Caveat printed beside the figure", "n not published"}),
    position(22),
};

constinit const FieldSpec kMilestone[] = {
    reference(1, "measure", "measure", {"Stepped target of which measure", "@reach-measure"}, kRequired),
    decimal(2, "target", "as the measure", {"Value to reach", "70"}, kRequired),
    date(3, "due", {"By when", "2021-03"}),
    rag(4),
};

constinit const FieldSpec kDataTable[] = {
    reference(1, "evidence", "evidence", {"Evidence it belongs to", "@fft"}),
    reference(2, "organisation", "organisation", {"Whose table", "@nct"}, kRequired),
    word(3, "title", {"Caption", "Responses by month"}, kRequired),
    prose(4, "rows", {"JSON array of rows; the first row holds the column names", "[[\"Month\",\"n\"],[\"Apr\",400]]"},
          kRequired, kCount),
    word(5, "source", {"Where it comes from", "Friends and Family Test"}),
    choice(6, "chart", "none|bar|line", {"How to draw it", "bar"}),
    reference(7, "service", "service", {"Service it is about", "@virtual-wards"}),
    code(8, "outcome", {"Outcome it speaks to", "1D"}),
    reference(9, "cycle", "cycle", {"For which cycle", "@cycle"}),
    word(10, "unit", {"What the cells count; none: people, so small ones are hidden", "papers"}),
};

constinit const FieldSpec kEvidenceRequest[] = {
    reference(1, "organisation", "organisation", {"Who asks", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    code(3, "outcome", {"Outcome", "1A"}, kRequired),
    reference(4, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    word(5, "asked_of", {"Role that is asked", "Head of service"}, kRequired),
    prose(6, "words", {"What is asked", "How do people reach you?"}),
    date(7, "due", {"Wanted by", "2023-12-01"}),
    choice(8, "status", "open|answered|declined", {"Where it stands", "open"}),
    reference(9, "answered_by", "evidence", {"The evidence that answers it", "@fft"}),
};

constinit const FieldSpec kNarrative[] = {
    reference(1, "organisation", "organisation", {"Whose words", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    choice(3, "scope", "report|domain|outcome|service", {"What it introduces", "domain"}, kRequired),
    code(4, "domain", {"Domain", "1"}),
    code(5, "outcome", {"Outcome", "1A"}),
    reference(6, "service", "service", {"Service", "@virtual-wards"}),
    word(7, "heading", {"Heading", "Overview"}, kRequired),
    prose(8, "body", {"The text, Markdown", "Three services were graded."}),
    prose(9, "easy_read", {"Easy Read twin", "We looked at three services."}),
    position(10),
};

constinit const FieldSpec kEngagement[] = {
    reference(1, "organisation", "organisation", {"Who answers", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    reference(3, "service", "service", {"Service the sheet is about", "@virtual-wards"}),
    code(4, "question", {"Question code of the framework", "E1"}, kRequired),
    prose(5, "answer", {"The answer, Markdown", "Focus groups and surveys."}),
    flag(6, "none_given", {"The question was answered with nothing (none, not applicable)", "no"}),
};

constinit const FieldSpec kThirdParty[] = {
    reference(1, "organisation", "organisation", {"Whose report", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    code(3, "domain", {"Domain", "3"}, kRequired),
    choice(4, "kind", "trade_union|evaluator|peer|staff_network|voluntary|public|other", {"Who they are", "trade_union"},
           kRequired),
    word(5, "name", {"Role or body; no person's name", "Staff side"}),
    prose(6, "words", {"What they did", "Graded all outcomes."}),
    position(7),
};

constinit const FieldSpec kPublished[] = {
    reference(1, "organisation", "organisation", {"Who printed it", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    choice(3, "level", "outcome|service|domain|organisation|workshop|other", {"What it is about", "outcome"}, kRequired),
    choice(4, "kind", "grade|rating|total|band|voters|votes|date|other", {"What sort of figure", "grade"}, kRequired),
    code(5, "code", {"Outcome or domain", "1A"}),
    reference(6, "service", "service", {"Service (Domain 1)", "@virtual-wards"}),
    decimal(7, "value", "as printed", {"The figure", "1.5"}),
    word(8, "words", {"As printed", "Developing/Achieving"}),
    word(9, "source", {"Document", "LPT EDS report 2023/24"}, kRequired),
    word(10, "place", {"Where in the document", "3.2.1"}),
    word(11, "what", {"What it counts, for kind other", "beds"}),
};

constinit const FieldSpec kFinding[] = {
    reference(1, "organisation", "organisation", {"Whose finding", "@nct"}, kRequired),
    reference(2, "cycle", "cycle", {"For which cycle", "@cycle"}, kRequired),
    code(3, "domain", {"Domain", "1"}),
    code(4, "outcome", {"Outcome", "1A"}),
    reference(5, "service", "service", {"Service", "@virtual-wards"}),
    choice(6, "kind", "went_well|barrier|gap|improve|observation", {"What sort", "improve"}, kRequired),
    prose(7, "text", {"The finding", "Information is needed in more languages."}, kRequired),
    words(8, "groups", {"Groups it concerns, by code", "race"}),
    position(9),
};

constinit const FieldSpec kFile[] = {
    reference(1, "organisation", "organisation", {"Whose file", "@nct"}, kRequired),
    word(2, "title", {"What documents may call it", "Survey results"}, kRequired),
    blob(3, "content", {"The bytes, by their address", "sha256 tree root"}),
    word(4, "original_name", {"Name of the file it came from; never in a document", "final v3.xlsx"}, false, kPersonal),
    word(5, "alternative", {"Text alternative for a picture", "Bar chart of responses by month"}),
};
}  // namespace evenhand::tables
