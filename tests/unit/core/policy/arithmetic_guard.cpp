#include "core/policy/arithmetic_guard.h"

#include <catch2/catch.hpp>
#include <cstdio>

using namespace evenhand;

namespace {

std::string codes(const GuardFindings& findings) {
  std::string text;
  for (const GuardFinding& finding : findings) text += (text.empty() ? "" : " ") + std::string(to_word(finding.code));
  return text;
}

// By trying every k: what printf rounds, and what is cut off.
bool can_print(const std::string& percent, int decimals, int n) {
  for (int k = 0; k <= n; ++k) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", decimals, 100.0 * k / n);
    if (percent == text) return true;
    long long scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    const long long cut = 100LL * k * scale / n;
    if (decimals == 0) std::snprintf(text, sizeof text, "%lld", cut);
    if (decimals > 0) std::snprintf(text, sizeof text, "%lld.%0*lld", cut / scale, decimals, cut % scale);
    if (percent == text) return true;
    const bool is_half = 200LL * k * scale % (2LL * n) == n;  // exactly between: some round up, some to even
    if (is_half && decimals == 0 && percent == std::to_string(cut + 1)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("7 % and 39 % of 32 people are impossible; 6, 9, 38 and 41 % are not") {
  CHECK(codes(check_percentage("7", 32)) == "impossible_percentage");
  CHECK(codes(check_percentage("39", 32)) == "impossible_percentage");
  for (const char* percent : {"0", "6", "6.25", "6.2", "6.3", "9", "37", "38", "37.5", "40", "41", "100", "100.0"}) {
    INFO(percent);
    CHECK(check_percentage(percent, 32).empty());
  }
  CHECK(codes(check_percentage("6.24", 32)) == "impossible_percentage");
}

TEST_CASE("what can be printed agrees with trying every count, for every whole percentage and groups up to 130") {
  for (int n = 1; n <= 130; ++n) {
    for (int percent = 0; percent <= 100; ++percent) {
      const bool possible = check_percentage(std::to_string(percent), n).empty();
      if (possible != can_print(std::to_string(percent), 0, n)) FAIL(percent << " % of " << n);
    }
  }
  SUCCEED();
}

TEST_CASE("the counts behind a percentage are given as a range") {
  CHECK(counts_that_print("0.64", 156) == CountRange{1, 1});
  CHECK(counts_that_print("50", 1000) == CountRange{495, 509});
  CHECK(counts_that_print("100", 5) == CountRange{5, 5});
  CHECK(counts_that_print("0", 5) == CountRange{0, 0});
  CHECK(counts_that_print("100.000000", 1'000'000'000) == CountRange{999'999'995, 1'000'000'000});
}

TEST_CASE("what is no percentage is refused as such, not taken apart") {
  for (const char* text : {"", "x", "-1", "101", "100.1", "5.", ".5", "1e1", "1.2345678", "0007", "5 "}) {
    INFO(text);
    CHECK(codes(check_percentage(text, 10)) == "out_of_bounds");
  }
  CHECK(codes(check_percentage("5", 0)) == "out_of_bounds");
  CHECK(codes(check_percentage("5", -3)) == "out_of_bounds");
  CHECK(codes(check_percentage("5", INT64_MAX)) == "out_of_bounds");
}

TEST_CASE("several percentages together tell how small their group is") {
  CHECK(group_sizes_that_fit({"6", "19", "25", "31", "44", "56", "69"}, 50).front() == 16);
  CHECK(group_sizes_that_fit({"50"}, 4) == std::vector<std::int64_t>{2, 4});
}

TEST_CASE("numerator and denominator must give the printed value") {
  CHECK(check_ratio(1, 156, "0.64").empty());
  CHECK(check_ratio(2, 3, "66").empty());
  CHECK(check_ratio(2, 3, "67").empty());
  CHECK(codes(check_ratio(2, 3, "68")) == "ratio_disagrees");
  CHECK(codes(check_ratio(4, 3, "100")) == "out_of_bounds");
  CHECK(codes(check_ratio(0, 0, "0")) == "out_of_bounds");
}

TEST_CASE("an outcome has at most one vote for each participant; a pooled count one for each outcome") {
  CHECK(check_tally({.split = {0, 10, 10, 1}, .participants = 21}).empty());
  CHECK(codes(check_tally({.split = {0, 10, 10, 2}, .participants = 21})) == "more_votes_than_people");
  CHECK(codes(check_tally({.split = {0, 10, 10, 1}, .participants = 21, .abstained = 1})) == "more_votes_than_people");
  CHECK(check_tally({.level = TallyLevel::domain, .outcomes = 4, .votes = 84, .participants = 21}).empty());
  CHECK(codes(check_tally({.level = TallyLevel::service, .outcomes = 4, .votes = 85, .participants = 21})) == "more_votes_than_people");
}

TEST_CASE("at an unclear level more votes than people is reported and not refused") {
  const auto findings = check_tally({.level = TallyLevel::unclear, .votes = 42, .participants = 21});
  CHECK(codes(findings) == "more_votes_than_people");
  CHECK(refuse_impossible(findings, "tally").ok());
  const auto refused_here = refuse_impossible(check_tally({.votes = 42, .participants = 21}), "workshop 3, outcome 2A");
  CHECK_THAT(refused_here.error().sentence(), Catch::Contains("workshop 3, outcome 2A"));
}

TEST_CASE("ballots are reconciled: used = votes + abstained, issued = used + spoiled + unused") {
  const Tally good = {.split = {0, 10, 10, 1}, .abstained = 0, .used = 21, .spoiled = 1, .unused = 6, .issued = 28};
  CHECK(check_tally(good).empty());
  Tally lost = good;
  lost.issued = 29;
  CHECK(codes(check_tally(lost)) == "ballots_do_not_add_up");
  Tally extra = good;
  extra.used = 20;
  CHECK(codes(check_tally(extra)) == "ballots_do_not_add_up ballots_do_not_add_up");
  CHECK(check_tally({.used = 20, .issued = 28}).empty());
  CHECK(codes(check_tally({.used = 29, .issued = 28})) == "ballots_do_not_add_up");
  CHECK(codes(check_tally({.split = {1, 2}, .votes = 4})) == "votes_do_not_add_up");
}

TEST_CASE("negative and absurd counts are refused before anything is added up") {
  CHECK(codes(check_tally({.split = {-1, 2}})) == "out_of_bounds");
  CHECK(codes(check_tally({.votes = INT64_MAX, .participants = INT64_MAX})) == "out_of_bounds out_of_bounds");
  CHECK(codes(check_tally({.split = std::vector<std::int64_t>(101, 1)})) == "out_of_bounds");
}

TEST_CASE("a domain total must be the sum of its grades, in halves") {
  CHECK(check_sum({{3}, {4}}, {7}, "Domain 2").empty());
  const auto findings = check_sum({{3}, {4}}, {8}, "Domain 2");
  REQUIRE(codes(findings) == "sum_disagrees");
  CHECK_THAT(findings[0].message, Catch::Contains("1.5 + 2 = 3.5, not 4"));
}

TEST_CASE("a printed band must be the policy's; a half point may go either way") {
  const auto policy = built_in_policy("nhs-eds-2022");
  CHECK(check_band(HalfPoints::whole(22), "Achieving", *policy).empty());
  CHECK(codes(check_band(HalfPoints::whole(21), "Achieving", *policy)) == "band_disagrees");
  CHECK(check_band({43}, "Achieving", *policy).empty());
  CHECK(check_band({43}, "Developing", *policy).empty());
  CHECK(codes(check_band({43}, "Excelling", *policy)) == "band_disagrees");
  const auto gap = built_in_policy("nhs-eds-2022-achieving-22-30");
  CHECK_THAT(check_band(HalfPoints::whole(31), "Achieving", *gap)[0].message, Catch::Contains("no band"));
}

TEST_CASE("a risk score is consequence times likelihood, and 7 is no product of two numbers from 1 to 5") {
  CHECK(check_risk(12, 3, 4).empty());
  CHECK(check_risk(12, std::nullopt, std::nullopt).empty());
  CHECK(check_risk(std::nullopt, 3, std::nullopt).empty());
  CHECK(codes(check_risk(13, 3, 4)) == "risk_disagrees");
  CHECK(codes(check_risk(7, std::nullopt, std::nullopt)) == "risk_disagrees");
  CHECK(codes(check_risk(10, 3, std::nullopt)) == "risk_disagrees");
  CHECK(codes(check_risk(30, 6, 5)) == "out_of_bounds out_of_bounds");
  CHECK(codes(check_risk(0, std::nullopt, std::nullopt)) == "out_of_bounds");
}

TEST_CASE("two services cannot both be the third of the three") {
  CHECK(check_positions({{"A", 1, 3}, {"B", 2, 3}, {"C", 3, 3}}).empty());
  const auto findings = check_positions({{"A", 1, 3}, {"B", 3, 3}, {"C", 3, 3}});
  REQUIRE(codes(findings) == "position_disagrees");
  CHECK_THAT(findings[0].message, Catch::Contains("B and C are both number 3 of 3"));
  CHECK_FALSE(check_positions({{"A", 4, 3}}).empty());
  CHECK_FALSE(check_positions({{"A", 1, 3}, {"B", 2, 4}}).empty());
  CHECK(check_positions({}).empty());
}

TEST_CASE("eight networks stated and nine named cannot be; seven named is only strange") {
  CHECK(check_listed(8, 9, "networks")[0].is_impossible);
  CHECK_FALSE(check_listed(8, 7, "networks")[0].is_impossible);
  CHECK(check_listed(8, 8, "networks").empty());
}
