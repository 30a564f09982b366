/// The arithmetic guard: numbers that people copy by hand, held against each other.
///
/// On entry a finding that is impossible is refused (refuse_impossible); on import all findings are reported and
/// nothing is dropped. All arithmetic is in whole numbers.
/// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/policy/half_points.h"
#include "core/policy/scoring_policy.h"

namespace evenhand {

enum class GuardCode : std::uint8_t {
  out_of_bounds,         ///< negative, or beyond what any trust has
  votes_do_not_add_up,   ///< the split and its total
  ballots_do_not_add_up, ///< used = votes + abstained; issued = used + spoiled + unused
  more_votes_than_people,
  impossible_percentage, ///< no number out of n prints as this
  ratio_disagrees,       ///< numerator, denominator and value
  sum_disagrees,         ///< parts and their total
  band_disagrees,
  risk_disagrees,        ///< score = consequence × likelihood
  position_disagrees,    ///< "three of 3", twice
  count_disagrees,       ///< "8 networks", nine named
};
std::string_view to_word(GuardCode code);

struct GuardFinding {
  GuardCode code;
  std::string message;
  bool is_impossible = true;  ///< false: only strange at this level; reported, never refused
};
using GuardFindings = std::vector<GuardFinding>;

/// Errors: refused, with the first impossible finding; `where` names the record or field.
Result<void> refuse_impossible(const GuardFindings& findings, std::string where);

/// What one count of votes covers. `unclear`: the source does not say, so more votes than people is only reported.
enum class TallyLevel : std::uint8_t { outcome, domain, service, unclear };

struct Tally {
  TallyLevel level = TallyLevel::outcome;
  std::int64_t outcomes = 1;               ///< outcomes pooled at domain or service level, 1 and up
  std::vector<std::int64_t> split = {};    ///< votes per grade; empty when unknown
  std::optional<std::int64_t> votes = {};
  std::optional<std::int64_t> participants = {};
  std::optional<std::int64_t> abstained = {};
  std::optional<std::int64_t> used = {};
  std::optional<std::int64_t> spoiled = {};
  std::optional<std::int64_t> unused = {};
  std::optional<std::int64_t> issued = {};
};
GuardFindings check_tally(const Tally& tally);

struct CountRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const CountRange&) const = default;
};
/// The counts k out of n that can be printed as this percentage ("7", "39.5"), rounded (a half either way) or cut off at
/// its number of decimals. Nothing when there is none, when the text is no percentage from 0 to 100 with at most
/// six decimals, or n is not 1..10⁹.
std::optional<CountRange> counts_that_print(std::string_view percent, std::int64_t n);

GuardFindings check_percentage(std::string_view percent, std::int64_t n);
GuardFindings check_ratio(std::int64_t numerator, std::int64_t denominator, std::string_view percent);

/// The sizes 1..most of a group in which every one of these percentages can occur, ascending.
std::vector<std::int64_t> group_sizes_that_fit(const std::vector<std::string>& percents, std::int64_t most);

/// `what` names the total in the message: "Domain 2".
GuardFindings check_sum(const std::vector<HalfPoints>& parts, HalfPoints total, const std::string& what);

/// A printed band against the policy. A half point is taken both ways; only a band that neither way gives is a finding.
GuardFindings check_band(HalfPoints total, std::string_view band, const ScoringPolicy& policy);

/// Score 1-25 as consequence 1-5 × likelihood 1-5, with any of the three unknown.
GuardFindings check_risk(std::optional<std::int64_t> score, std::optional<std::int64_t> consequence,
                         std::optional<std::int64_t> likelihood);

/// "This is service `place` of `of`", as each service's own section says.
struct StatedPosition {
  std::string name;
  std::int64_t place = 0;
  std::int64_t of = 0;
};
GuardFindings check_positions(const std::vector<StatedPosition>& positions);

/// "8 networks" beside a list of nine.
GuardFindings check_listed(std::int64_t stated, std::int64_t listed, const std::string& what);

}  // namespace evenhand
