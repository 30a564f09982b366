#include "core/policy/scoring_policy.h"

#include <catch2/catch.hpp>

#include "core/base/embedded.h"
#include "core/policy/framework.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

std::string band_word(const ScoringPolicy& policy, int points) {
  const Band* band = policy.band_of(points);
  return band != nullptr ? band->word : "none";
}

std::string refusal(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  const auto result = read_policy(text.replace(at, from.size(), to));
  return result ? "taken" : result.error().sentence();
}

}  // namespace

TEST_CASE("the bands of the usual policy meet without a gap at 8, 22 and 33") {
  const auto policy = built_in_policy("nhs-eds-2022");
  REQUIRE(policy.ok());
  for (int points = 0; points <= 33; ++points) {
    const char* expected = points < 8 ? "Undeveloped" : points < 22 ? "Developing" : points < 33 ? "Achieving" : "Excelling";
    CHECK(band_word(*policy, points) == expected);
  }
  CHECK(band_word(*policy, 34) == "none");
}

TEST_CASE("the policy that prints Achieving as 22 to 30 gives 31 and 32 no band") {
  const auto policy = built_in_policy("nhs-eds-2022-achieving-22-30");
  REQUIRE(policy.ok());
  CHECK(band_word(*policy, 30) == "Achieving");
  CHECK(band_word(*policy, 31) == "none");
  CHECK(band_word(*policy, 32) == "none");
  CHECK(band_word(*policy, 33) == "Excelling");
}

TEST_CASE("EDS2 gives no total and no band") {
  const auto policy = built_in_policy("eds2-2013");
  REQUIRE(policy.ok());
  CHECK_FALSE(policy->has_total);
  CHECK(policy->bands.empty());
}

TEST_CASE("every policy of the program can be read, names a framework that is there, and has a source") {
  CHECK(built_in_policies() == std::vector<std::string>{"eds2-2013", "nhs-eds-2022", "nhs-eds-2022-achieving-22-30"});
  for (const std::string& code : built_in_policies()) {
    const auto policy = built_in_policy(code);
    REQUIRE(policy.ok());
    CHECK(policy->code == code);
    CHECK(built_in_framework(policy->framework).ok());
    CHECK(policy->disclosure.split_votes_min == 5);
    CHECK(policy->disclosure.people_masked_to == 7);
  }
}

TEST_CASE("a policy that is not there is refused with the names of those that are") {
  CHECK_THAT(built_in_policy("nhs").error().sentence(), Catch::Contains("nhs-eds-2022-achieving-22-30"));
  CHECK_FALSE(built_in_policy("../frameworks/eds-2022").ok());
  CHECK_FALSE(built_in_policy("").ok());
}

TEST_CASE("a policy file with a slip is refused at the place of the slip") {
  const std::string good(*embedded_file("data/policies/nhs-eds-2022.json"));
  CHECK_THAT(refusal(good, "\"from\": 8", "\"from\": 7"), Catch::Contains("do not overlap"));
  CHECK_THAT(refusal(good, "\"to\": 21", "\"to\": 2"), Catch::Contains("bands[1].to"));
  CHECK_THAT(refusal(good, "\"to\": 21", "\"to\": 21.5"), Catch::Contains("bands[1].to"));
  CHECK_THAT(refusal(good, "lower_median", "mean"), Catch::Contains("services.rule"));
  CHECK_THAT(refusal(good, "people_rounded_to", "people_round_to"), Catch::Contains("disclosure.people_rounded_to"));
  CHECK_THAT(refusal(good, "\"total\": true", "\"total\": false"), Catch::Contains("no bands"));
  CHECK_THAT(refusal(good, "\"source\"", "\"sources\""), Catch::Contains("source"));
}

TEST_CASE("the policy in the format's description can be read") {
  const auto policy = read_policy(test::example_in("docs/formats/policy.md"));
  INFO((policy ? "" : policy.error().sentence()));
  CHECK(policy.ok());
}
