#include "core/policy/disclosure.h"

#include <algorithm>
#include <limits>

#include "core/policy/arithmetic_guard.h"

namespace evenhand {

namespace {

bool is_small(std::int64_t count, const DisclosureRule& rule) {
  return count >= rule.people_masked_from && count <= rule.people_masked_to;
}

// Does low..high meet the masked range?
bool may_be_small(std::int64_t low, std::int64_t high, const DisclosureRule& rule) {
  return low <= rule.people_masked_to && high >= rule.people_masked_from;
}

ShownCount rounded(std::int64_t count, int step) {
  if (step <= 1) return {Shown::exact, count};
  if (count > std::numeric_limits<std::int64_t>::max() - step / 2) return {Shown::exact, count};  // nobody counted so many
  return {Shown::rounded, (count + step / 2) / step * step};
}

}  // namespace

ShownCount show_people(std::int64_t count, const DisclosureRule& rule) {
  EVENHAND_ASSERT(count >= 0, "a negative number of people was to be shown");
  if (is_small(count, rule)) return {};
  return rounded(count, rule.people_rounded_to);
}

std::vector<ShownCount> show_people_row(const std::vector<std::int64_t>& counts, const DisclosureRule& rule) {
  std::vector<ShownCount> row;
  std::optional<std::size_t> smallest;  // of those that are shown and not zero
  std::size_t masked = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    row.push_back(show_people(counts[i], rule));
    const bool is_masked = row.back().how == Shown::masked;
    masked += is_masked ? 1 : 0;
    if (!is_masked && counts[i] > 0 && (!smallest || counts[i] < counts[*smallest])) smallest = i;
  }
  if (masked == 1 && smallest) row[*smallest] = {};
  return row;
}

ShownCount show_participants(std::int64_t count, const DisclosureRule& rule) {
  EVENHAND_ASSERT(count >= 0, "a negative number of participants was to be shown");
  return rounded(count, rule.participants_rounded_to);
}

bool may_show_split(std::int64_t votes, const DisclosureRule& rule) { return votes >= rule.split_votes_min; }

bool may_show_breakdown(const std::vector<std::int64_t>& votes_by_group, const DisclosureRule& rule) {
  const auto passes = [&](std::int64_t votes) { return may_show_split(votes, rule); };
  return !votes_by_group.empty() && std::all_of(votes_by_group.begin(), votes_by_group.end(), passes);
}

bool may_show_percentage(std::string_view percent, std::int64_t n, const DisclosureRule& rule) {
  if (n < 0 || is_small(n, rule)) return false;
  const auto counts = counts_that_print(percent, n);
  // A percentage that cannot be says nothing that we could check, so it is not shown either.
  if (!counts) return false;
  // Printed as 0 % it reads as nobody, and as 100 % as everybody: neither points at a few.
  const bool few = counts->low > 0 && may_be_small(counts->low, counts->high, rule);
  const bool few_left = counts->high < n && may_be_small(n - counts->high, n - counts->low, rule);
  return !few && !few_left;
}

}  // namespace evenhand
