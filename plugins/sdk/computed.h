/// The rows that the host computes: the framework, and each organisation's scorecard. Read them like records;
/// the manifest declares them in the same way.
///
/// Points are decimals ("7.5" is 75 with one decimal); a grade is in half points. An absent number is not known.
#pragma once

#include <initializer_list>
#include <string_view>

namespace evenhand::sdk::computed {

/// On every row of an organisation's result: the cycle that it is of, a reference.
inline constexpr std::string_view kCycle = "cycle";

namespace framework {
inline constexpr std::string_view kType = "framework_in_force";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kTitle = "title";
inline constexpr std::string_view kSource = "source";
}  // namespace framework

namespace domain {
inline constexpr std::string_view kType = "framework_domain";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kTitle = "title";          ///< official
inline constexpr std::string_view kPerService = "per_service";  ///< flag
inline constexpr std::string_view kGradedBy = "graded_by";   ///< list
inline constexpr std::string_view kMaximum = "maximum";      ///< points; of one service where per service
}  // namespace domain

namespace outcome {
inline constexpr std::string_view kType = "framework_outcome";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kDomain = "domain";
inline constexpr std::string_view kTitle = "title";  ///< official
inline constexpr std::string_view kShortTitle = "short_title";
inline constexpr std::string_view kQuestion = "question";  ///< in plain words, ours
}  // namespace outcome

namespace scale {
inline constexpr std::string_view kType = "framework_grade";
inline constexpr std::string_view kValue = "value";  ///< 0, 1, 2, …
inline constexpr std::string_view kWord = "word";
}  // namespace scale

namespace question {
inline constexpr std::string_view kType = "framework_question";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kTitle = "title";
inline constexpr std::string_view kPart = "part";  ///< engagement, evidence
}  // namespace question

/// One organisation's result.
namespace score {
inline constexpr std::string_view kType = "score";
inline constexpr std::string_view kOrganisation = "organisation";
inline constexpr std::string_view kTotal = "total";
inline constexpr std::string_view kLow = "low";    ///< when every tie is settled down
inline constexpr std::string_view kHigh = "high";  ///< when every tie is settled up
inline constexpr std::string_view kMaximum = "maximum";
inline constexpr std::string_view kBand = "band";  ///< absent when none follows
inline constexpr std::string_view kPolicy = "policy";  ///< "NHS EDS 2022 scoring (nhs-eds-2022 version 1)"
inline constexpr std::string_view kPolicySource = "policy_source";
inline constexpr std::string_view kIsAssumed = "is_assumed";  ///< flag: a rating was read as grades, on request
}  // namespace score

/// One service or domain of an organisation, in reading order: the services of a domain before the domain.
namespace part {
inline constexpr std::string_view kType = "score_part";
inline constexpr std::string_view kOrganisation = "organisation";
inline constexpr std::string_view kDomain = "domain";
inline constexpr std::string_view kService = "service";  ///< reference; absent for a domain
inline constexpr std::string_view kName = "name";
inline constexpr std::string_view kTotal = "total";
inline constexpr std::string_view kLow = "low";
inline constexpr std::string_view kHigh = "high";
inline constexpr std::string_view kMaximum = "maximum";
inline constexpr std::string_view kBasis = "basis";        ///< unknown, grades, published_total, assumed_rating, services
inline constexpr std::string_view kIsMiddle = "is_middle"; ///< flag
inline constexpr std::string_view kCheckTotal = "check_total";
}  // namespace part

/// The grade that counts for one outcome (and service). No row: not graded.
namespace counted {
inline constexpr std::string_view kType = "score_grade";
inline constexpr std::string_view kOrganisation = "organisation";
inline constexpr std::string_view kOutcome = "outcome";
inline constexpr std::string_view kService = "service";
inline constexpr std::string_view kValue = "value";  ///< half points
inline constexpr std::string_view kKind = "kind";    ///< verified, published
inline constexpr std::string_view kSource = "source";
inline constexpr std::string_view kGradedBy = "graded_by";  ///< reference: the organisation whose grade it is
}  // namespace counted

/// What the scorecard has to say about itself.
namespace problem {
inline constexpr std::string_view kType = "score_problem";
inline constexpr std::string_view kOrganisation = "organisation";
inline constexpr std::string_view kCode = "code";
inline constexpr std::string_view kText = "text";
}  // namespace problem

/// A published total, rating or band beside what the grades come to.
namespace compared {
inline constexpr std::string_view kType = "score_published";
inline constexpr std::string_view kOrganisation = "organisation";
inline constexpr std::string_view kName = "name";  ///< of the service or domain, or "Organisation"
inline constexpr std::string_view kKind = "kind";  ///< total, rating, band
inline constexpr std::string_view kPublished = "published";  ///< points or grade as a decimal; absent for a band
inline constexpr std::string_view kWords = "words";          ///< as printed
inline constexpr std::string_view kComputed = "computed";    ///< points
inline constexpr std::string_view kMaximum = "maximum";      ///< of the published figure
inline constexpr std::string_view kComputedMaximum = "computed_maximum";
inline constexpr std::string_view kComputedBand = "computed_band";
inline constexpr std::string_view kVerdict = "verdict";  ///< agrees, disagrees, not_comparable, not_computed
inline constexpr std::string_view kSource = "source";
inline constexpr std::string_view kPlace = "place";
}  // namespace compared

/// Every kind of computed row with its fields, for the manifest check.
struct Kind {
  std::string_view type;
  std::initializer_list<std::string_view> fields;
};
inline constexpr Kind kKinds[] = {
    {framework::kType, {framework::kCode, framework::kTitle, framework::kSource}},
    {domain::kType, {domain::kCode, domain::kTitle, domain::kPerService, domain::kGradedBy, domain::kMaximum}},
    {outcome::kType, {outcome::kCode, outcome::kDomain, outcome::kTitle, outcome::kShortTitle, outcome::kQuestion}},
    {scale::kType, {scale::kValue, scale::kWord}},
    {question::kType, {question::kCode, question::kTitle, question::kPart}},
    {score::kType,
     {score::kOrganisation, score::kTotal, score::kLow, score::kHigh, score::kMaximum, score::kBand, score::kPolicy,
      score::kPolicySource, score::kIsAssumed, kCycle}},
    {part::kType,
     {part::kOrganisation, part::kDomain, part::kService, part::kName, part::kTotal, part::kLow, part::kHigh,
      part::kMaximum, part::kBasis, part::kIsMiddle, part::kCheckTotal, kCycle}},
    {counted::kType,
     {counted::kOrganisation, counted::kOutcome, counted::kService, counted::kValue, counted::kKind, counted::kSource,
      counted::kGradedBy, kCycle}},
    {problem::kType, {problem::kOrganisation, problem::kCode, problem::kText, kCycle}},
    {compared::kType,
     {compared::kOrganisation, compared::kName, compared::kKind, compared::kPublished, compared::kWords,
      compared::kComputed, compared::kMaximum, compared::kComputedMaximum, compared::kComputedBand, compared::kVerdict,
      compared::kSource, compared::kPlace, kCycle}},
};

}  // namespace evenhand::sdk::computed
