/// The scorecard: from grades to totals, range and band, with every gap named. Pure functions, whole half points.
///
/// The rules:
///  - A service's or domain's total is the sum of the grades of all its outcomes; one grade missing, no total.
///  - A published total stands where grades were not published. Where both exist and disagree, that is a problem:
///    complete grades win over the total; a total that incomplete grades rule out is not used at all.
///  - A published 0-3 rating gives no total, unless the caller asks to read it as the grade of every outcome.
///  - The per-service domain takes the middle of its n service totals: sorted, number ⌊(n−1)/2⌋ counted from 0.
///    One total unknown, and the domain is unknown.
///  - The organisation's total is the sum over the domains; unknown when one of them is.
///  - A half point is a tie that nobody has settled. Each may be settled down or up, each by itself; the range holds
///    the lowest and the highest total over all settlements. (Sum and middle never fall when a grade rises, so all
///    down and all up are the ends, and every whole number between is reached.) Nothing to settle: both ends are
///    the total. Total unknown: no range.
///  - A band is given only when every whole number of the range lies in the same band of the policy.
///
/// Problems never stop anything: they say what is missing, open or contradictory (docs/formats/scorecard.md).
/// Threads: pure; values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/framework.h"
#include "core/policy/half_points.h"
#include "core/policy/scoring_policy.h"

namespace evenhand {

/// What was published about one service or one domain. All of it within bounds: see read_scorecard_input().
struct Figures {
  std::map<std::string, HalfPoints> grades;  ///< by outcome code; absent = not graded
  std::optional<HalfPoints> total;
  std::optional<HalfPoints> rating;

  bool is_blank() const { return grades.empty() && !total && !rating; }
};

struct ServiceFigures {
  std::string name;
  Figures figures;
};

struct ScorecardInput {
  std::string organisation;  ///< may be empty
  std::vector<ServiceFigures> services;
  std::map<std::string, Figures> domains;  ///< by domain code; the per-service domain has no grades here
};

/// The closed list of what can be wrong without being nonsense.
enum class ProblemCode : std::uint8_t {
  not_graded,
  tie_open,
  rating_only,
  assumed_uniform,
  rating_not_used,
  total_disagrees,
  no_service,
  fewer_services,
  no_total,
  band_undecided,
  no_band_in_policy,
};
std::string_view to_word(ProblemCode code);

struct Problem {
  ProblemCode code;
  std::string message;
};

/// What a total rests on.
enum class Basis : std::uint8_t { unknown, grades, published_total, assumed_rating, services, domains };
std::string_view to_word(Basis basis);

struct PointRange {
  int low = 0;
  int high = 0;
  bool operator==(const PointRange&) const = default;
};

struct Score {
  std::optional<HalfPoints> total;
  std::optional<PointRange> range;  ///< present exactly when total is
  int max = 0;
  Basis basis = Basis::unknown;
};

struct ServiceScore {
  std::string name;
  std::map<std::string, HalfPoints> grades;
  std::optional<HalfPoints> rating;  ///< as published, whether or not the score rests on it
  Score score;
  bool is_middle = false;  ///< the first service in input order whose total is the domain's
};

struct DomainScore {
  std::string code;
  std::string title;
  bool per_service = false;
  std::map<std::string, HalfPoints> grades;
  std::optional<HalfPoints> rating;  ///< as published, whether or not the score rests on it
  std::vector<ServiceScore> services;
  Score score;
  /// Per-service domain with all grades known: the middle grade of each outcome, added up. A check, never the score.
  std::optional<HalfPoints> check_total;
};

struct Scorecard {
  std::string organisation;
  std::vector<DomainScore> domains;
  Score score;
  std::optional<std::string> band;
  bool is_assumed = false;  ///< a rating was read as the grade of every outcome somewhere
  std::vector<Problem> problems;
};

enum class Ratings : std::uint8_t { as_published, assume_uniform };

/// The policy must score that framework, and the input must have been read for both.
Scorecard make_scorecard(const ScorecardInput& input, const Framework& framework, const ScoringPolicy& policy,
                         Ratings ratings = Ratings::as_published);

}  // namespace evenhand
