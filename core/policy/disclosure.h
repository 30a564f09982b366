/// The disclosure check: which numbers about people may be shown, under the thresholds of a policy.
///
/// A number comes out exact, rounded or masked; what is masked carries no value, so it cannot slip out later.
/// Source of the defaults: NHS Digital's small-number rule (1 to 7 masked, others rounded to 5).
/// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/scoring_policy.h"

namespace evenhand {

enum class Shown : std::uint8_t { exact, rounded, masked };

struct ShownCount {
  Shown how = Shown::masked;
  std::optional<std::int64_t> value;  ///< absent exactly when masked
  bool operator==(const ShownCount&) const = default;
};

/// A published count of people, 0 and up. A negative one is our own mistake and stops the program.
ShownCount show_people(std::int64_t count, const DisclosureRule& rule);

/// Counts of people that stand beside their total: when exactly one would be masked, the smallest other one is masked
/// too, since the total less the others would give it away.
std::vector<ShownCount> show_people_row(const std::vector<std::int64_t>& counts, const DisclosureRule& rule);

/// How many took part in a workshop. The default policy does not round it.
ShownCount show_participants(std::int64_t count, const DisclosureRule& rule);

/// May the split of this many votes be shown? Fewer than the threshold: no.
bool may_show_split(std::int64_t votes, const DisclosureRule& rule);

/// May a breakdown by group of graders be shown? Only when every group passes, and there is a group.
bool may_show_breakdown(const std::vector<std::int64_t>& votes_by_group, const DisclosureRule& rule);

/// May a percentage of n people be shown beside its n? Not when it, or what is left to 100 %, stands for a masked
/// count of people, or n itself does: then both are masked. 0.64 % of 156 is one child.
/// A percentage that is impossible for n is not shown either.
bool may_show_percentage(std::string_view percent, std::int64_t n, const DisclosureRule& rule);

}  // namespace evenhand
