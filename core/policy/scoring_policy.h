/// A scoring policy: how grades become totals and bands, and what may be shown. Named, versioned data
/// (docs/formats/policy.md), printed beside every score.
///
/// Always holds: bands ascend and do not overlap; between them may be gaps, where no band is given.
/// Threads: values; no sharing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace evenhand {

struct Band {
  std::string word;
  int from = 0;  ///< whole points, inclusive
  int to = 0;
};

struct TieRule {
  std::string code;
  std::string words;
};

/// Thresholds for showing numbers about people and votes (core/policy/disclosure.h applies them).
struct DisclosureRule {
  int split_votes_min = 5;        ///< fewer votes: no split is shown
  int people_masked_from = 1;     ///< counts of people from..to are masked,
  int people_masked_to = 7;
  int people_rounded_to = 5;      ///< all others rounded to a multiple of this
  int participants_rounded_to = 1;
  std::string breakdown;          ///< "every_group_passes"
  std::string unanimous;          ///< "announced_before_voting"
};

struct ScoringPolicy {
  std::string code;  ///< "nhs-eds-2022"
  int version = 1;
  std::string title;
  std::string source;
  std::string framework;     ///< code of the framework it scores
  bool has_total = true;     ///< false: no organisation total and no band
  std::vector<Band> bands;
  int services_expected = 0;  ///< normal number of services; 0 when no domain is graded per service
  int services_most = 0;
  TieRule tie_rule;
  DisclosureRule disclosure;

  /// The band of a settled total, or null pointer where the policy prints none.
  const Band* band_of(int points) const;
  /// "nhs-eds-2022 version 1".
  std::string name() const;
};

/// From the text of a policy file. Errors: corrupt (no JSON), refused (key by path and what is wrong).
Result<ScoringPolicy> read_policy(std::string_view json_text);

/// The names of those that are part of the program, ascending.
std::vector<std::string> built_in_policies();
/// Errors: refused, naming those that there are.
Result<ScoringPolicy> built_in_policy(std::string_view code);

}  // namespace evenhand
