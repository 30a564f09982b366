#include "core/policy/arithmetic_guard.h"

#include <algorithm>
#include <map>

namespace evenhand {

std::string_view to_word(GuardCode code) {
  switch (code) {
    case GuardCode::out_of_bounds: return "out_of_bounds";
    case GuardCode::votes_do_not_add_up: return "votes_do_not_add_up";
    case GuardCode::ballots_do_not_add_up: return "ballots_do_not_add_up";
    case GuardCode::more_votes_than_people: return "more_votes_than_people";
    case GuardCode::impossible_percentage: return "impossible_percentage";
    case GuardCode::ratio_disagrees: return "ratio_disagrees";
    case GuardCode::sum_disagrees: return "sum_disagrees";
    case GuardCode::band_disagrees: return "band_disagrees";
    case GuardCode::risk_disagrees: return "risk_disagrees";
    case GuardCode::position_disagrees: return "position_disagrees";
    case GuardCode::count_disagrees: return "count_disagrees";
  }
  assertion_failed("code", "a guard code outside its closed list", __FILE__, __LINE__);
}

Result<void> refuse_impossible(const GuardFindings& findings, std::string where) {
  for (const GuardFinding& finding : findings) {
    if (finding.is_impossible) return refused(finding.message, std::move(where));
  }
  return {};
}

namespace {

constexpr std::int64_t kCountMax = 1'000'000'000;
using Count = std::optional<std::int64_t>;

std::string text_of(std::int64_t number) { return std::to_string(number); }
bool is_count(std::int64_t number) { return number >= 0 && number <= kCountMax; }

// Every number of a tally with its name.
std::vector<std::pair<const char*, Count>> named_counts(const Tally& tally) {
  std::vector<std::pair<const char*, Count>> counts = {{"votes", tally.votes},     {"participants", tally.participants},
                                                       {"abstained", tally.abstained}, {"used ballots", tally.used},
                                                       {"spoiled ballots", tally.spoiled}, {"unused ballots", tally.unused},
                                                       {"issued ballots", tally.issued},   {"outcomes", tally.outcomes}};
  for (const std::int64_t votes : tally.split) counts.emplace_back("votes", votes);
  return counts;
}

// parts = total when all are known; known parts ≤ total otherwise.
void check_ballots(const std::vector<std::pair<const char*, Count>>& parts, const char* total_name, Count total, GuardFindings& findings) {
  if (!total) return;
  std::int64_t sum = 0;
  bool all_known = true;
  std::string words;
  for (const auto& [name, count] : parts) {
    all_known = all_known && count.has_value();
    if (!count) continue;
    sum += *count;
    words += (words.empty() ? "" : " + ") + text_of(*count) + " " + name;
  }
  if (sum == *total || (!all_known && sum < *total)) return;
  findings.push_back({GuardCode::ballots_do_not_add_up, words + " make " + text_of(sum) + ", not " + text_of(*total) + " " + total_name});
}

void check_people(const Tally& tally, Count votes, GuardFindings& findings) {
  if (!tally.participants || (!votes && !tally.abstained)) return;
  const std::int64_t given = votes.value_or(0) + tally.abstained.value_or(0);
  const bool is_pooled = tally.level == TallyLevel::domain || tally.level == TallyLevel::service;
  const std::int64_t outcomes = is_pooled ? std::max<std::int64_t>(tally.outcomes, 1) : 1;
  const std::int64_t most = *tally.participants * outcomes;  // at most 10⁹ × 10⁹: fits
  if (given <= most) return;
  std::string message = text_of(given) + " votes by " + text_of(*tally.participants) + " participants";
  if (is_pooled) message += " on " + text_of(outcomes) + " outcomes";
  const bool is_unclear = tally.level == TallyLevel::unclear;
  message += is_unclear ? "; several outcomes may be pooled, the source does not say" : ": more than one each";
  findings.push_back({GuardCode::more_votes_than_people, std::move(message), !is_unclear});
}

}  // namespace

GuardFindings check_tally(const Tally& tally) {
  GuardFindings findings;
  for (const auto& [name, count] : named_counts(tally)) {
    if (count && !is_count(*count)) findings.push_back({GuardCode::out_of_bounds, text_of(*count) + " " + name + " cannot be"});
  }
  if (tally.split.size() > 100) findings.push_back({GuardCode::out_of_bounds, "a split has at most 100 grades"});
  if (!findings.empty()) return findings;  // sums below rely on the bounds
  Count votes = tally.votes;
  if (!tally.split.empty()) {
    std::int64_t sum = 0;
    for (const std::int64_t count : tally.split) sum += count;
    if (votes && *votes != sum) {
      findings.push_back({GuardCode::votes_do_not_add_up, "the split adds up to " + text_of(sum) + " votes, not " + text_of(*votes)});
    }
    votes = votes.value_or(sum);
  }
  check_ballots({{"votes", votes}, {"abstained", tally.abstained}}, "used ballots", tally.used, findings);
  check_ballots({{"used", tally.used}, {"spoiled", tally.spoiled}, {"unused", tally.unused}}, "issued ballots", tally.issued, findings);
  check_people(tally, votes, findings);
  return findings;
}

namespace {

// "39.5" = 395 with one decimal: value = digits / 10^decimals.
struct Percent {
  std::int64_t digits = 0;
  std::int64_t scale = 1;
};

std::optional<Percent> percent_from(std::string_view text) {
  Percent percent;
  bool after_point = false;
  std::size_t whole = 0, decimals = 0;
  for (const char c : text) {
    if (c == '.' && !after_point && whole > 0) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9' || (after_point ? decimals >= 6 : whole >= 3)) return std::nullopt;
    percent.digits = percent.digits * 10 + (c - '0');
    if (after_point) percent.scale *= 10;
    (after_point ? decimals : whole) += 1;
  }
  if (whole == 0 || (after_point && decimals == 0) || percent.digits > 100 * percent.scale) return std::nullopt;
  return percent;
}

}  // namespace

std::optional<CountRange> counts_that_print(std::string_view percent, std::int64_t n) {
  const auto parsed = percent_from(percent);
  if (!parsed || n < 1 || n > kCountMax) return std::nullopt;
  // With x = 100·scale·k/n: rounded either way at a half means −1/2 ≤ x − digits ≤ 1/2, cut off means 0 ≤ x − digits < 1.
  // Together n·(digits − 1/2) ≤ 100·scale·k < n·(digits + 1). At most 10⁹ × 2·10⁸: fits.
  const std::int64_t per_one = 100 * parsed->scale;
  const std::int64_t low_twice = std::max<std::int64_t>(n * (2 * parsed->digits - 1), 0);
  const CountRange range{(low_twice + 2 * per_one - 1) / (2 * per_one), std::min(n, (n * (parsed->digits + 1) - 1) / per_one)};
  if (range.low > range.high) return std::nullopt;
  return range;
}

GuardFindings check_percentage(std::string_view percent, std::int64_t n) {
  if (n < 1 || n > kCountMax) return {{GuardCode::out_of_bounds, "a percentage of " + text_of(n) + " cannot be"}};
  if (!percent_from(percent)) {
    return {{GuardCode::out_of_bounds, "\"" + std::string(percent.substr(0, 40)) + "\" is no percentage from 0 to 100"}};
  }
  if (counts_that_print(percent, n)) return {};
  return {{GuardCode::impossible_percentage, std::string(percent) + " % of " + text_of(n) + " is impossible: no whole number out of " +
                                                 text_of(n) + " prints so, rounded or cut off"}};
}

GuardFindings check_ratio(std::int64_t numerator, std::int64_t denominator, std::string_view percent) {
  if (!is_count(numerator) || denominator < 1 || denominator > kCountMax || numerator > denominator) {
    return {{GuardCode::out_of_bounds, text_of(numerator) + " out of " + text_of(denominator) + " cannot be"}};
  }
  if (!percent_from(percent)) return check_percentage(percent, denominator);
  const auto counts = counts_that_print(percent, denominator);
  if (counts && numerator >= counts->low && numerator <= counts->high) return {};
  return {{GuardCode::ratio_disagrees, text_of(numerator) + " out of " + text_of(denominator) + " is not " + std::string(percent) + " %"}};
}

std::vector<std::int64_t> group_sizes_that_fit(const std::vector<std::string>& percents, std::int64_t most) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = 1; n <= std::min<std::int64_t>(most, 1'000'000); ++n) {
    const auto fits = [&](const std::string& percent) { return counts_that_print(percent, n).has_value(); };
    if (std::all_of(percents.begin(), percents.end(), fits)) sizes.push_back(n);
  }
  return sizes;
}

GuardFindings check_sum(const std::vector<HalfPoints>& parts, HalfPoints total, const std::string& what) {
  HalfPoints sum;
  std::string words;
  for (const HalfPoints part : parts) {
    sum += part;
    words += (words.empty() ? "" : " + ") + part.text();
  }
  if (sum == total) return {};
  return {{GuardCode::sum_disagrees, what + ": " + words + " = " + sum.text() + ", not " + total.text()}};
}

GuardFindings check_band(HalfPoints total, std::string_view band, const ScoringPolicy& policy) {
  std::string given;
  for (const HalfPoints settled : {total.settled_down(), total.settled_up()}) {
    const Band* found = policy.band_of(settled.count / 2);
    const std::string word = found != nullptr ? found->word : "no band";
    if (word == band) return {};
    if (given.find(word) == std::string::npos) given += (given.empty() ? "" : " or ") + word;
  }
  return {{GuardCode::band_disagrees, total.text() + " points are " + given + " under " + policy.name() + ", not " + std::string(band)}};
}

GuardFindings check_risk(Count score, Count consequence, Count likelihood) {
  GuardFindings findings;
  const auto bounded = [&](Count number, std::int64_t most, const char* name) {
    if (!number || (*number >= 1 && *number <= most)) return;
    findings.push_back({GuardCode::out_of_bounds, std::string(name) + " " + text_of(*number) + " is not 1 to " + text_of(most)});
  };
  bounded(score, 25, "the risk score");
  bounded(consequence, 5, "the consequence");
  bounded(likelihood, 5, "the likelihood");
  if (!findings.empty() || !score) return findings;
  for (std::int64_t c = 1; c <= 5; ++c) {
    for (std::int64_t l = 1; l <= 5; ++l) {
      if (c == consequence.value_or(c) && l == likelihood.value_or(l) && c * l == *score) return {};
    }
  }
  const auto shown = [](Count number) { return number ? text_of(*number) : std::string("any 1 to 5"); };
  return {{GuardCode::risk_disagrees, "the risk score " + text_of(*score) + " is not consequence (" + shown(consequence) +
                                          ") times likelihood (" + shown(likelihood) + ")"}};
}

GuardFindings check_positions(const std::vector<StatedPosition>& positions) {
  GuardFindings findings;
  const auto say = [&](std::string message) { findings.push_back({GuardCode::position_disagrees, std::move(message)}); };
  std::map<std::int64_t, std::string> taken;
  for (const StatedPosition& position : positions) {
    const std::string stated = "number " + text_of(position.place) + " of " + text_of(position.of);
    if (position.place < 1 || position.place > position.of) say(position.name + " cannot be " + stated);
    if (position.of != positions.front().of) {
      say(position.name + " counts " + text_of(position.of) + ", " + positions.front().name + " counts " + text_of(positions.front().of));
    }
    const auto [first, is_new] = taken.emplace(position.place, position.name);
    if (!is_new) say(first->second + " and " + position.name + " are both " + stated);
  }
  return findings;
}

GuardFindings check_listed(std::int64_t stated, std::int64_t listed, const std::string& what) {
  if (stated == listed) return {};
  // The list may be a choice of examples, so fewer than stated is only strange.
  return {{GuardCode::count_disagrees, text_of(stated) + " " + what + " stated, " + text_of(listed) + " named", listed > stated}};
}

}  // namespace evenhand
