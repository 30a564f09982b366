/// The names of every record type and field. Made from core/record by `evenhand-dictionary`; do not edit.
/// Past 400 lines because it is one list of names, one line each.
#pragma once

#include <string_view>

namespace evenhand::sdk::fields {

namespace cycle {
inline constexpr std::string_view kType = "cycle";
inline constexpr std::string_view kTitle = "title";  ///< What the cycle is called
inline constexpr std::string_view kFramework = "framework";  ///< Code of the framework in force
inline constexpr std::string_view kPolicy = "policy";  ///< Code of the scoring policy in force
inline constexpr std::string_view kStarts = "starts";  ///< First day
inline constexpr std::string_view kEnds = "ends";  ///< Last day
inline constexpr std::string_view kPublishBy = "publish_by";  ///< Day by which the report should be public
inline constexpr std::string_view kStatus = "status";  ///< Where the cycle stands
inline constexpr std::string_view kSystems = "systems";  ///< Integrated care systems that the cycle covers
inline constexpr std::string_view kDemonstration = "demonstration";  ///< Made-up material; every page says so
}  // namespace cycle

namespace framework {
inline constexpr std::string_view kType = "framework";
inline constexpr std::string_view kCode = "code";  ///< Short code
inline constexpr std::string_view kVersion = "version";  ///< Version of the file
inline constexpr std::string_view kTitle = "title";  ///< Official title
inline constexpr std::string_view kDefinition = "definition";  ///< The framework file, as JSON
}  // namespace framework

namespace policy {
inline constexpr std::string_view kType = "policy";
inline constexpr std::string_view kCode = "code";  ///< Short code
inline constexpr std::string_view kVersion = "version";  ///< Version of the file
inline constexpr std::string_view kTitle = "title";  ///< What the policy is called
inline constexpr std::string_view kDefinition = "definition";  ///< The policy file, as JSON
}  // namespace policy

namespace organisation {
inline constexpr std::string_view kType = "organisation";
inline constexpr std::string_view kName = "name";  ///< Full name
inline constexpr std::string_view kShortName = "short_name";  ///< Name in tables and on the command line
inline constexpr std::string_view kOdsCode = "ods_code";  ///< Code in the Organisation Data Service
inline constexpr std::string_view kKind = "kind";  ///< What it is
inline constexpr std::string_view kSystems = "systems";  ///< Integrated care systems it sits in
inline constexpr std::string_view kDemonstration = "demonstration";  ///< Made-up organisation; every page says so
}  // namespace organisation

namespace service {
inline constexpr std::string_view kType = "service";
inline constexpr std::string_view kName = "name";  ///< What the service is called
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who reports it
inline constexpr std::string_view kCycle = "cycle";  ///< Cycle it is graded in
inline constexpr std::string_view kProviders = "providers";  ///< Organisations that run it together
inline constexpr std::string_view kProviderNames = "provider_names";  ///< Partners without a record here
inline constexpr std::string_view kLeadOrganisation = "lead_organisation";  ///< Whose grade counts when it is shared
inline constexpr std::string_view kSelectedBecause = "selected_because";  ///< Why it was chosen for grading
inline constexpr std::string_view kCore20plus5 = "core20plus5";  ///< Chosen under Core20PLUS5
inline constexpr std::string_view kStatus = "status";  ///< Still graded or not
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace service

namespace profile {
inline constexpr std::string_view kType = "profile";
inline constexpr std::string_view kService = "service";  ///< Service described
inline constexpr std::string_view kHeading = "heading";  ///< What this part tells
inline constexpr std::string_view kBody = "body";  ///< The description
inline constexpr std::string_view kPathway = "pathway";  ///< How people reach it and move through it
inline constexpr std::string_view kPopulation = "population";  ///< People it is there for, with number where known
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace profile

namespace group {
inline constexpr std::string_view kType = "group";
inline constexpr std::string_view kName = "name";  ///< What the group is called
inline constexpr std::string_view kCode = "code";  ///< Short code
inline constexpr std::string_view kCategory = "category";  ///< Which list it belongs to
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace group

namespace meeting {
inline constexpr std::string_view kType = "meeting";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose meeting
inline constexpr std::string_view kTitle = "title";  ///< What met
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kMinutes = "minutes";  ///< What was said and agreed
inline constexpr std::string_view kAttendees = "attendees";  ///< Roles present
}  // namespace meeting

namespace decision {
inline constexpr std::string_view kType = "decision";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who decided
inline constexpr std::string_view kMeeting = "meeting";  ///< Where it was decided
inline constexpr std::string_view kTitle = "title";  ///< What was decided, in a line
inline constexpr std::string_view kReason = "reason";  ///< Why
inline constexpr std::string_view kDate = "date";  ///< When
}  // namespace decision

namespace report_header {
inline constexpr std::string_view kType = "report_header";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose report
inline constexpr std::string_view kCycle = "cycle";  ///< Which cycle
inline constexpr std::string_view kSponsor = "sponsor";  ///< Role of the board sponsor or lead
inline constexpr std::string_view kLeads = "leads";  ///< Roles of the EDS leads, with domain
inline constexpr std::string_view kLevel = "level";  ///< Level at which it was completed
inline constexpr std::string_view kLevelDetail = "level_detail";  ///< Organisations at each level
inline constexpr std::string_view kEngagementDates = "engagement_dates";  ///< Engagement date, with domain and service
inline constexpr std::string_view kDateCompleted = "date_completed";  ///< Completed
inline constexpr std::string_view kDateAuthorised = "date_authorised";  ///< Authorised
inline constexpr std::string_view kDateRatified = "date_ratified";  ///< Ratified
inline constexpr std::string_view kPublished = "published";  ///< Month and year published
inline constexpr std::string_view kRevisionDate = "revision_date";  ///< To be revised on
inline constexpr std::string_view kSource = "source";  ///< Document the header was carried from
}  // namespace report_header

namespace objective {
inline constexpr std::string_view kType = "objective";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose objective
inline constexpr std::string_view kCycle = "cycle";  ///< Cycle it was set in
inline constexpr std::string_view kText = "text";  ///< The equality objective
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kDue = "due";  ///< Completion date
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kNumber = "number";  ///< Number in its own list
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace objective

namespace evidence {
inline constexpr std::string_view kType = "evidence";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who shows it
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome it speaks to
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kTitle = "title";  ///< A line that names it
inline constexpr std::string_view kText = "text";  ///< The evidence itself, Markdown
inline constexpr std::string_view kOwner = "owner";  ///< Role that answers for it
inline constexpr std::string_view kDepartment = "department";  ///< Department
inline constexpr std::string_view kSource = "source";  ///< Where it comes from
inline constexpr std::string_view kPeriod = "period";  ///< Time it covers
inline constexpr std::string_view kPopulation = "population";  ///< People it covers
inline constexpr std::string_view kDate = "date";  ///< When it was gathered
inline constexpr std::string_view kReviewDate = "review_date";  ///< When it goes stale
inline constexpr std::string_view kGroups = "groups";  ///< Groups it covers, by code
inline constexpr std::string_view kReuse = "reuse";  ///< Other duties it serves: EDS, WRES, WDES, PSED, CQC, AIS
inline constexpr std::string_view kFiles = "files";  ///< Attachments
inline constexpr std::string_view kEasyRead = "easy_read";  ///< Easy Read twin: short sentences
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace evidence

namespace measure {
inline constexpr std::string_view kType = "measure";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose figure
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kEvidence = "evidence";  ///< Evidence it belongs to
inline constexpr std::string_view kPlanOutcome = "plan_outcome";  ///< Delivery-plan outcome it measures
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome it speaks to
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kName = "name";  ///< What is measured
inline constexpr std::string_view kPeriod = "period";  ///< Time it covers
inline constexpr std::string_view kGroup = "group";  ///< Group of people it is about
inline constexpr std::string_view kValue = "value";  ///< The figure
inline constexpr std::string_view kUnit = "unit";  ///< Unit of value, comparator and target
inline constexpr std::string_view kNumerator = "numerator";  ///< How many
inline constexpr std::string_view kDenominator = "denominator";  ///< Out of how many (n)
inline constexpr std::string_view kComparatorName = "comparator_name";  ///< What it is compared with
inline constexpr std::string_view kComparator = "comparator";  ///< The figure compared with
inline constexpr std::string_view kScale = "scale";  ///< Scale; figures of different scales are never joined
inline constexpr std::string_view kOperator = "operator";  ///< How a target is met
inline constexpr std::string_view kBaseline = "baseline";  ///< Where it started
inline constexpr std::string_view kTarget = "target";  ///< Where it should be
inline constexpr std::string_view kDue = "due";  ///< When the target is due
inline constexpr std::string_view kNote = "note";  ///< Caveat printed beside the figure
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace measure

namespace milestone {
inline constexpr std::string_view kType = "milestone";
inline constexpr std::string_view kMeasure = "measure";  ///< Stepped target of which measure
inline constexpr std::string_view kTarget = "target";  ///< Value to reach
inline constexpr std::string_view kDue = "due";  ///< By when
inline constexpr std::string_view kRag = "rag";  ///< Progress colour: red, amber, green, blue = done
}  // namespace milestone

namespace data_table {
inline constexpr std::string_view kType = "data_table";
inline constexpr std::string_view kEvidence = "evidence";  ///< Evidence it belongs to
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose table
inline constexpr std::string_view kTitle = "title";  ///< Caption
inline constexpr std::string_view kRows = "rows";  ///< JSON array of rows; the first row holds the column names
inline constexpr std::string_view kSource = "source";  ///< Where it comes from
inline constexpr std::string_view kChart = "chart";  ///< How to draw it
inline constexpr std::string_view kService = "service";  ///< Service it is about
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome it speaks to
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kUnit = "unit";  ///< What the cells count; none: people, so small ones are hidden
}  // namespace data_table

namespace evidence_request {
inline constexpr std::string_view kType = "evidence_request";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who asks
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kAskedOf = "asked_of";  ///< Role that is asked
inline constexpr std::string_view kWords = "words";  ///< What is asked
inline constexpr std::string_view kDue = "due";  ///< Wanted by
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kAnsweredBy = "answered_by";  ///< The evidence that answers it
}  // namespace evidence_request

namespace narrative {
inline constexpr std::string_view kType = "narrative";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose words
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kScope = "scope";  ///< What it introduces
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service
inline constexpr std::string_view kHeading = "heading";  ///< Heading
inline constexpr std::string_view kBody = "body";  ///< The text, Markdown
inline constexpr std::string_view kEasyRead = "easy_read";  ///< Easy Read twin
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace narrative

namespace engagement {
inline constexpr std::string_view kType = "engagement";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who answers
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kService = "service";  ///< Service the sheet is about
inline constexpr std::string_view kQuestion = "question";  ///< Question code of the framework
inline constexpr std::string_view kAnswer = "answer";  ///< The answer, Markdown
inline constexpr std::string_view kNoneGiven = "none_given";  ///< The question was answered with nothing (none, not applicable)
}  // namespace engagement

namespace third_party {
inline constexpr std::string_view kType = "third_party";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose report
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kKind = "kind";  ///< Who they are
inline constexpr std::string_view kName = "name";  ///< Role or body; no person's name
inline constexpr std::string_view kWords = "words";  ///< What they did
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace third_party

namespace published {
inline constexpr std::string_view kType = "published";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who printed it
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kLevel = "level";  ///< What it is about
inline constexpr std::string_view kKind = "kind";  ///< What sort of figure
inline constexpr std::string_view kCode = "code";  ///< Outcome or domain
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kValue = "value";  ///< The figure
inline constexpr std::string_view kWords = "words";  ///< As printed
inline constexpr std::string_view kSource = "source";  ///< Document
inline constexpr std::string_view kPlace = "place";  ///< Where in the document
inline constexpr std::string_view kWhat = "what";  ///< What it counts, for kind other
}  // namespace published

namespace finding {
inline constexpr std::string_view kType = "finding";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose finding
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service
inline constexpr std::string_view kKind = "kind";  ///< What sort
inline constexpr std::string_view kText = "text";  ///< The finding
inline constexpr std::string_view kGroups = "groups";  ///< Groups it concerns, by code
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace finding

namespace file {
inline constexpr std::string_view kType = "file";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose file
inline constexpr std::string_view kTitle = "title";  ///< What documents may call it
inline constexpr std::string_view kContent = "content";  ///< The bytes, by their address
inline constexpr std::string_view kOriginalName = "original_name";  ///< Name of the file it came from; never in a document
inline constexpr std::string_view kAlternative = "alternative";  ///< Text alternative for a picture
}  // namespace file

namespace workshop {
inline constexpr std::string_view kType = "workshop";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who runs it
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kTitle = "title";  ///< What it is called
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kVenue = "venue";  ///< Where
inline constexpr std::string_view kServices = "services";  ///< Services graded
inline constexpr std::string_view kOutcomes = "outcomes";  ///< Outcomes graded
inline constexpr std::string_view kMethod = "method";  ///< How a grade follows from votes
inline constexpr std::string_view kQuorum = "quorum";  ///< Fewest graders for a result
inline constexpr std::string_view kTieRule = "tie_rule";  ///< What happens on a tie, fixed before voting
inline constexpr std::string_view kParticipants = "participants";  ///< Who took part
inline constexpr std::string_view kGraderGroups = "grader_groups";  ///< Kinds of graders present
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
}  // namespace workshop

namespace tally {
inline constexpr std::string_view kType = "tally";
inline constexpr std::string_view kWorkshop = "workshop";  ///< Where it was counted
inline constexpr std::string_view kLevel = "level";  ///< What one count covers
inline constexpr std::string_view kCode = "code";  ///< Outcome or domain counted
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kRound = "round";  ///< Round of voting, from 1
inline constexpr std::string_view kGraders = "graders";  ///< Group of graders, when counted apart
inline constexpr std::string_view kParticipants = "participants";  ///< Who took part in this count
inline constexpr std::string_view kIssued = "issued";  ///< Slips issued
inline constexpr std::string_view kUsed = "used";  ///< Slips used
inline constexpr std::string_view kSpoiled = "spoiled";  ///< Slips spoiled
inline constexpr std::string_view kUnused = "unused";  ///< Slips unused
inline constexpr std::string_view kVotes0 = "votes_0";  ///< Votes for Undeveloped
inline constexpr std::string_view kVotes1 = "votes_1";  ///< Votes for Developing
inline constexpr std::string_view kVotes2 = "votes_2";  ///< Votes for Achieving
inline constexpr std::string_view kVotes3 = "votes_3";  ///< Votes for Excelling
inline constexpr std::string_view kAbstained = "abstained";  ///< Did not want to vote on this one
inline constexpr std::string_view kSource = "source";  ///< Document, when carried from one
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace tally

namespace grade {
inline constexpr std::string_view kType = "grade";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose grade
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service (Domain 1)
inline constexpr std::string_view kValue = "value";  ///< 0 to 3; a half is a tie left open
inline constexpr std::string_view kKind = "kind";  ///< How it came about
inline constexpr std::string_view kReason = "reason";  ///< Why this grade; how a tie was settled
inline constexpr std::string_view kTieSettled = "tie_settled";  ///< A tie was settled by a person
inline constexpr std::string_view kWorkshop = "workshop";  ///< Where it was agreed
inline constexpr std::string_view kRecordedBy = "recorded_by";  ///< Role of who recorded it
inline constexpr std::string_view kSource = "source";  ///< Document, when published
inline constexpr std::string_view kDate = "date";  ///< When it was agreed
}  // namespace grade

namespace comment {
inline constexpr std::string_view kType = "comment";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who heard it
inline constexpr std::string_view kCycle = "cycle";  ///< In which cycle
inline constexpr std::string_view kWorkshop = "workshop";  ///< Where it was said
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service
inline constexpr std::string_view kText = "text";  ///< What was said, without names
inline constexpr std::string_view kTriage = "triage";  ///< Where it must go
inline constexpr std::string_view kTheme = "theme";  ///< Theme it belongs to
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace comment

namespace theme {
inline constexpr std::string_view kType = "theme";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose theme
inline constexpr std::string_view kCycle = "cycle";  ///< In which cycle
inline constexpr std::string_view kTitle = "title";  ///< You said, in a line
inline constexpr std::string_view kOutcomes = "outcomes";  ///< Outcomes it touches
inline constexpr std::string_view kOwner = "owner";  ///< Role that answers
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace theme

namespace response {
inline constexpr std::string_view kType = "response";
inline constexpr std::string_view kTheme = "theme";  ///< Theme it answers
inline constexpr std::string_view kText = "text";  ///< We did
inline constexpr std::string_view kAction = "action";  ///< Action it led to
inline constexpr std::string_view kToldBack = "told_back";  ///< When people were told
inline constexpr std::string_view kToldHow = "told_how";  ///< How, and in which format
inline constexpr std::string_view kToldWhom = "told_whom";  ///< Who was told
}  // namespace response

namespace outreach {
inline constexpr std::string_view kType = "outreach";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who held it
inline constexpr std::string_view kCycle = "cycle";  ///< In which cycle
inline constexpr std::string_view kTitle = "title";  ///< What it was
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kVenue = "venue";  ///< Where
inline constexpr std::string_view kAttended = "attended";  ///< Who came
inline constexpr std::string_view kGroups = "groups";  ///< Groups reached, by code
inline constexpr std::string_view kNotes = "notes";  ///< What happened
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace outreach

namespace story {
inline constexpr std::string_view kType = "story";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who holds it
inline constexpr std::string_view kCycle = "cycle";  ///< In which cycle
inline constexpr std::string_view kTitle = "title";  ///< What it is about, without names
inline constexpr std::string_view kText = "text";  ///< The story
inline constexpr std::string_view kConsent = "consent";  ///< How far consent reaches
inline constexpr std::string_view kConsentExpires = "consent_expires";  ///< When consent ends
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service
}  // namespace story

namespace plan {
inline constexpr std::string_view kType = "plan";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose plan
inline constexpr std::string_view kCycle = "cycle";  ///< Cycle it came out of
inline constexpr std::string_view kTitle = "title";  ///< What the plan is called
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kService = "service";  ///< Service, for a plan of one
inline constexpr std::string_view kLead = "lead";  ///< Role of the EDS lead
inline constexpr std::string_view kSponsor = "sponsor";  ///< Role of the sponsor
inline constexpr std::string_view kYearsActive = "years_active";  ///< Years it runs
inline constexpr std::string_view kAuthorisation = "authorisation";  ///< Who authorised it, when
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace plan

namespace action {
inline constexpr std::string_view kType = "action";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who acts
inline constexpr std::string_view kCycle = "cycle";  ///< Cycle it came out of
inline constexpr std::string_view kPlan = "plan";  ///< Plan it stands in
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kOutcomes = "outcomes";  ///< Outcomes it serves
inline constexpr std::string_view kService = "service";  ///< Service
inline constexpr std::string_view kObjective = "objective";  ///< Equality objective it serves
inline constexpr std::string_view kText = "text";  ///< What will be done
inline constexpr std::string_view kDue = "due";  ///< When it should be done
inline constexpr std::string_view kLeads = "leads";  ///< Roles, teams or several
inline constexpr std::string_view kRag = "rag";  ///< Progress colour: red, amber, green, blue = done
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kProgress = "progress";  ///< Where it stands, in words
inline constexpr std::string_view kFromLastYear = "from_last_year";  ///< Brought from the previous year and completed
inline constexpr std::string_view kLinkedObjective = "linked_objective";  ///< Objective as printed, when it has no record
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
inline constexpr std::string_view kSameAs = "same_as";  ///< The action that this row repeats ("see above")
}  // namespace action

namespace action_update {
inline constexpr std::string_view kType = "action_update";
inline constexpr std::string_view kAction = "action";  ///< Action updated
inline constexpr std::string_view kRag = "rag";  ///< Progress colour: red, amber, green, blue = done
inline constexpr std::string_view kText = "text";  ///< What happened
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kEvidence = "evidence";  ///< Proof
inline constexpr std::string_view kNewDueAsked = "new_due_asked";  ///< Date asked for instead
inline constexpr std::string_view kQuarter = "quarter";  ///< Quarter it reports on
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace action_update

namespace gap {
inline constexpr std::string_view kType = "gap";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who owes it
inline constexpr std::string_view kCycle = "cycle";  ///< In which cycle
inline constexpr std::string_view kKind = "kind";  ///< What is missing
inline constexpr std::string_view kAbout = "about";  ///< What it is missing from
inline constexpr std::string_view kField = "field";  ///< Field that is empty
inline constexpr std::string_view kPrinted = "printed";  ///< What stood in its place
inline constexpr std::string_view kOwner = "owner";  ///< Role that owes it
inline constexpr std::string_view kDue = "due";  ///< Wanted by
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kSource = "source";  ///< Document it was found in
inline constexpr std::string_view kDomain = "domain";  ///< Domain
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kService = "service";  ///< Service
inline constexpr std::string_view kPrintedCount = "printed_count";  ///< How often the word stands there
inline constexpr std::string_view kNote = "note";  ///< What is missing, in a sentence
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace gap

namespace risk {
inline constexpr std::string_view kType = "risk";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose risk
inline constexpr std::string_view kNumber = "number";  ///< Number in the assurance framework
inline constexpr std::string_view kTitle = "title";  ///< What may go wrong
inline constexpr std::string_view kConsequence = "consequence";  ///< How bad
inline constexpr std::string_view kLikelihood = "likelihood";  ///< How likely
inline constexpr std::string_view kScore = "score";  ///< Consequence times likelihood
inline constexpr std::string_view kDirection = "direction";  ///< Where it is heading
inline constexpr std::string_view kOutcomes = "outcomes";  ///< Outcomes it touches
inline constexpr std::string_view kActions = "actions";  ///< Actions that lessen it
inline constexpr std::string_view kScoredOn = "scored_on";  ///< When it was scored
inline constexpr std::string_view kOwner = "owner";  ///< Role that answers for it
}  // namespace risk

namespace plan_outcome {
inline constexpr std::string_view kType = "plan_outcome";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose plan
inline constexpr std::string_view kTitle = "title";  ///< Strategic outcome
inline constexpr std::string_view kSpecific = "specific";  ///< Specific outcome under it
inline constexpr std::string_view kParent = "parent";  ///< Strategic outcome it belongs to
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace plan_outcome

namespace progress {
inline constexpr std::string_view kType = "progress";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who reports
inline constexpr std::string_view kQuarter = "quarter";  ///< Quarter
inline constexpr std::string_view kTheme = "theme";  ///< Theme of the pack
inline constexpr std::string_view kObjective = "objective";  ///< Objective under the theme
inline constexpr std::string_view kNumber = "number";  ///< Number of the item
inline constexpr std::string_view kText = "text";  ///< What was done
inline constexpr std::string_view kOwner = "owner";  ///< Role of the senior responsible owner
inline constexpr std::string_view kRag = "rag";  ///< Progress colour: red, amber, green, blue = done
inline constexpr std::string_view kRisks = "risks";  ///< Risks it bears on
inline constexpr std::string_view kPosition = "position";  ///< Order within its list, from 1
}  // namespace progress

namespace self_assessment {
inline constexpr std::string_view kType = "self_assessment";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who assessed itself
inline constexpr std::string_view kTitle = "title";  ///< What was assessed
inline constexpr std::string_view kValue = "value";  ///< Score
inline constexpr std::string_view kScale = "scale";  ///< Scale
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kWords = "words";  ///< Why
}  // namespace self_assessment

namespace person {
inline constexpr std::string_view kType = "person";
inline constexpr std::string_view kName = "name";  ///< Name
inline constexpr std::string_view kContact = "contact";  ///< How to reach them
inline constexpr std::string_view kPreferences = "preferences";  ///< Ways they like to take part
inline constexpr std::string_view kInterests = "interests";  ///< What they care about
inline constexpr std::string_view kSkills = "skills";  ///< What they bring
inline constexpr std::string_view kAccessNeeds = "access_needs";  ///< What they need to take part
inline constexpr std::string_view kCharacteristics = "characteristics";  ///< Protected characteristics they chose to give
inline constexpr std::string_view kLevel = "level";  ///< Level of co-production
inline constexpr std::string_view kConsent = "consent";  ///< What they agreed to
inline constexpr std::string_view kConsentDate = "consent_date";  ///< When they agreed
inline constexpr std::string_view kUnder18 = "under_18";  ///< Needs a guardian's consent
inline constexpr std::string_view kGuardian = "guardian";  ///< Guardian who consented
inline constexpr std::string_view kSafeguardingContact = "safeguarding_contact";  ///< Safeguarding contact
inline constexpr std::string_view kLawfulGround = "lawful_ground";  ///< Lawful ground for holding this
inline constexpr std::string_view kKeepUntil = "keep_until";  ///< When it must go
}  // namespace person

namespace opportunity {
inline constexpr std::string_view kType = "opportunity";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who offers it
inline constexpr std::string_view kTitle = "title";  ///< What it is
inline constexpr std::string_view kText = "text";  ///< What it takes and gives
inline constexpr std::string_view kLead = "lead";  ///< Role that leads it
inline constexpr std::string_view kInterests = "interests";  ///< Interests it needs
inline constexpr std::string_view kSkills = "skills";  ///< Skills it needs
inline constexpr std::string_view kAccess = "access";  ///< Access it offers
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kPlaces = "places";  ///< How many
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
}  // namespace opportunity

namespace activity {
inline constexpr std::string_view kType = "activity";
inline constexpr std::string_view kPerson = "person";  ///< Who took part
inline constexpr std::string_view kOpportunity = "opportunity";  ///< In what
inline constexpr std::string_view kTitle = "title";  ///< What was done
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kHours = "hours";  ///< How long
inline constexpr std::string_view kStatus = "status";  ///< What became of it
inline constexpr std::string_view kReport = "report";  ///< What came of it
}  // namespace activity

namespace training {
inline constexpr std::string_view kType = "training";
inline constexpr std::string_view kPerson = "person";  ///< Who was trained
inline constexpr std::string_view kTitle = "title";  ///< In what
inline constexpr std::string_view kLevel = "level";  ///< Level it opens
inline constexpr std::string_view kDate = "date";  ///< When
}  // namespace training

namespace claim {
inline constexpr std::string_view kType = "claim";
inline constexpr std::string_view kPerson = "person";  ///< Who claims
inline constexpr std::string_view kActivity = "activity";  ///< For what
inline constexpr std::string_view kKind = "kind";  ///< Expense or recognition
inline constexpr std::string_view kAmount = "amount";  ///< How much
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kDate = "date";  ///< When claimed
inline constexpr std::string_view kPaidOn = "paid_on";  ///< When paid
inline constexpr std::string_view kBudget = "budget";  ///< Service that pays
}  // namespace claim

namespace evaluation {
inline constexpr std::string_view kType = "evaluation";
inline constexpr std::string_view kPerson = "person";  ///< Who evaluates
inline constexpr std::string_view kActivity = "activity";  ///< What is evaluated
inline constexpr std::string_view kScore = "score";  ///< How was it
inline constexpr std::string_view kText = "text";  ///< In their words
inline constexpr std::string_view kDate = "date";  ///< When
}  // namespace evaluation

namespace sign_off {
inline constexpr std::string_view kType = "sign_off";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Whose report
inline constexpr std::string_view kCycle = "cycle";  ///< Which cycle
inline constexpr std::string_view kTitle = "title";  ///< What is signed
inline constexpr std::string_view kSubject = "subject";  ///< Field groups signed, as type.field
inline constexpr std::string_view kEntities = "entities";  ///< Records signed
inline constexpr std::string_view kCut = "cut";  ///< Version vector of each space at signing, as JSON
inline constexpr std::string_view kSnapshot = "snapshot";  ///< Digest of the snapshot signed
inline constexpr std::string_view kSeatsNeeded = "seats_needed";  ///< Approvals needed
inline constexpr std::string_view kWaived = "waived";  ///< Conflicts waived by name
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
inline constexpr std::string_view kScope = "scope";  ///< What it covers: report, cycle, or grade with its outcome
inline constexpr std::string_view kContent = "content";  ///< The snapshot itself, by its address
inline constexpr std::string_view kSeats = "seats";  ///< Seats that may approve; none named: any
inline constexpr std::string_view kReplaces = "replaces";  ///< The signed version that this one amends
inline constexpr std::string_view kCutPart = "cut_part";  ///< One part of a cut too long for one event; the request names it by its hash
}  // namespace sign_off

namespace approval {
inline constexpr std::string_view kType = "approval";
inline constexpr std::string_view kSignOff = "sign_off";  ///< What is approved
inline constexpr std::string_view kSeat = "seat";  ///< Seat approving
inline constexpr std::string_view kVerdict = "verdict";  ///< Verdict
inline constexpr std::string_view kReason = "reason";  ///< Why
inline constexpr std::string_view kPersonSignature = "person_signature";  ///< Signature with the key that the person holds
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kPersonKey = "person_key";  ///< Public half of that key, hexadecimal
inline constexpr std::string_view kRequest = "request";  ///< Hash of the request approved, hexadecimal
}  // namespace approval

namespace publication {
inline constexpr std::string_view kType = "publication";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who published
inline constexpr std::string_view kCycle = "cycle";  ///< Which cycle
inline constexpr std::string_view kTitle = "title";  ///< What was published
inline constexpr std::string_view kPlace = "place";  ///< Where it stands
inline constexpr std::string_view kDate = "date";  ///< When
inline constexpr std::string_view kFormat = "format";  ///< Format
inline constexpr std::string_view kSnapshot = "snapshot";  ///< Digest of the snapshot it was built from
inline constexpr std::string_view kStatus = "status";  ///< Where it stands
}  // namespace publication

namespace duplicate {
inline constexpr std::string_view kType = "duplicate";
inline constexpr std::string_view kRecords = "records";  ///< Records that may be one
inline constexpr std::string_view kVerdict = "verdict";  ///< What a person decided
inline constexpr std::string_view kKept = "kept";  ///< The one that stays
inline constexpr std::string_view kReason = "reason";  ///< Why
}  // namespace duplicate

namespace share {
inline constexpr std::string_view kType = "share";
inline constexpr std::string_view kFromSpace = "from_space";  ///< Space it was copied from, under a name that only laptops holding it can tell
inline constexpr std::string_view kEntity = "entity";  ///< Record copied
inline constexpr std::string_view kDigest = "digest";  ///< Digest of the original and of its copy as they stood before it was shared
inline constexpr std::string_view kReason = "reason";  ///< Why it was shared
}  // namespace share

namespace batch {
inline constexpr std::string_view kType = "batch";
inline constexpr std::string_view kTitle = "title";  ///< What was imported
inline constexpr std::string_view kStatus = "status";  ///< Visible once closed
inline constexpr std::string_view kSource = "source";  ///< File imported, by its digest
inline constexpr std::string_view kRecords = "records";  ///< How many records it holds
inline constexpr std::string_view kReadOnly = "read_only";  ///< Published figures: nobody edits what it brought
}  // namespace batch

namespace schema {
inline constexpr std::string_view kType = "schema";
inline constexpr std::string_view kName = "name";  ///< Record type declared by a plugin
inline constexpr std::string_view kPlugin = "plugin";  ///< Plugin that declared it
inline constexpr std::string_view kDefinition = "definition";  ///< Fields, data class and merge rules, as JSON
}  // namespace schema

namespace late {
inline constexpr std::string_view kType = "late";
inline constexpr std::string_view kSignOff = "sign_off";  ///< The signed version that it came after
inline constexpr std::string_view kEvent = "event";  ///< The change, by its reference
inline constexpr std::string_view kEntity = "entity";  ///< The record changed
inline constexpr std::string_view kVerdict = "verdict";  ///< What became of it
inline constexpr std::string_view kReason = "reason";  ///< Why
inline constexpr std::string_view kCycle = "cycle";  ///< The cycle that it was carried to
inline constexpr std::string_view kClosing = "closing";  ///< What that cycle did about it
inline constexpr std::string_view kClosedBy = "closed_by";  ///< The record of that cycle that takes it up
}  // namespace late

namespace grade_adoption {
inline constexpr std::string_view kType = "grade_adoption";
inline constexpr std::string_view kOrganisation = "organisation";  ///< Who takes it over
inline constexpr std::string_view kCycle = "cycle";  ///< For which cycle
inline constexpr std::string_view kService = "service";  ///< The shared service
inline constexpr std::string_view kOutcome = "outcome";  ///< Outcome
inline constexpr std::string_view kValue = "value";  ///< The grade as it stood when it was taken over
inline constexpr std::string_view kKind = "kind";  ///< How the lead's grade came about
inline constexpr std::string_view kGradedBy = "graded_by";  ///< The lead, whose grade it is
inline constexpr std::string_view kGrade = "grade";  ///< The lead's grade
inline constexpr std::string_view kSeen = "seen";  ///< The latest changes of that grade at adoption, by their references
}  // namespace grade_adoption

namespace plugin {
inline constexpr std::string_view kType = "plugin";
inline constexpr std::string_view kTitle = "title";  ///< What it is called, or whose key it is
inline constexpr std::string_view kStatus = "status";  ///< Installed or removed; of a key: trusted or not
inline constexpr std::string_view kPlugin = "plugin";  ///< Id of the plugin; none for a key
inline constexpr std::string_view kVersion = "version";  ///< Its version
inline constexpr std::string_view kDigest = "digest";  ///< SHA-256 over its files: what was agreed to
inline constexpr std::string_view kKind = "kind";  ///< What sort of plugin
inline constexpr std::string_view kDataClass = "data_class";  ///< The highest that it may read
inline constexpr std::string_view kReads = "reads";  ///< What it may read, by record type
inline constexpr std::string_view kSigner = "signer";  ///< Public key that signed it, as minisign writes it
inline constexpr std::string_view kConsent = "consent";  ///< What the person who agreed was shown
}  // namespace plugin

namespace document {
inline constexpr std::string_view kType = "document";
inline constexpr std::string_view kReport = "report";  ///< Which report was made
inline constexpr std::string_view kPlugin = "plugin";  ///< Id of the plugin that made it
inline constexpr std::string_view kVersion = "version";  ///< Its version
inline constexpr std::string_view kDigest = "digest";  ///< SHA-256 over the plugin's files
inline constexpr std::string_view kDataClass = "data_class";  ///< The highest that it read
inline constexpr std::string_view kContent = "content";  ///< SHA-256 of the file made
inline constexpr std::string_view kFormat = "format";  ///< How it was written
}  // namespace document

namespace plugin_run {
inline constexpr std::string_view kType = "plugin_run";
inline constexpr std::string_view kPlugin = "plugin";  ///< Id of the plugin that ran
inline constexpr std::string_view kDay = "day";  ///< The day that is counted, in UTC
inline constexpr std::string_view kDevice = "device";  ///< Public key of the computer that it ran on
inline constexpr std::string_view kVersion = "version";  ///< Its version
inline constexpr std::string_view kDataClass = "data_class";  ///< The highest that it may read
inline constexpr std::string_view kRuns = "runs";  ///< How often it ran that day; told at the first run, the second, the fourth and so on, so at least
inline constexpr std::string_view kFailed = "failed";  ///< How many of them failed, told in the same way
inline constexpr std::string_view kKilled = "killed";  ///< How many of those died or were stopped
inline constexpr std::string_view kOutcome = "outcome";  ///< How the last one that failed ended, without personal data
}  // namespace plugin_run

}  // namespace evenhand::sdk::fields
