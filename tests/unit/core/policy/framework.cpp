#include "core/policy/framework.h"

#include <catch2/catch.hpp>

#include "core/base/embedded.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("EDS 2022 has 3 domains, 11 outcomes, 12 + 12 + 9 points, and only Domain 1 is per service") {
  const auto framework = built_in_framework("eds-2022");
  REQUIRE(framework.ok());
  REQUIRE(framework->domains.size() == 3);
  CHECK(framework->total_max(framework->domains[0]) == 12);
  CHECK(framework->total_max(framework->domains[1]) == 12);
  CHECK(framework->total_max(framework->domains[2]) == 9);
  CHECK(framework->total_max() == 33);
  CHECK(framework->domains[0].per_service);
  CHECK_FALSE(framework->domains[1].per_service);
  CHECK(framework->scale[3].word == "Excelling");
  CHECK(framework->find_outcome("3c")->short_title == "Levers to manage performance and monitor progress");
}

TEST_CASE("EDS2 has 4 goals with 5, 4, 6 and 3 outcomes, graded in colours") {
  const auto framework = built_in_framework("eds2-2013");
  REQUIRE(framework.ok());
  std::vector<std::size_t> sizes;
  for (const Domain& domain : framework->domains) sizes.push_back(domain.outcomes.size());
  CHECK(sizes == std::vector<std::size_t>{5, 4, 6, 3});
  CHECK(framework->scale[0].colour == "red");
  CHECK(framework->scale[3].colour == "purple");
  CHECK(framework->find_outcome("3.6") != nullptr);
  CHECK(framework->find_outcome("3.7") == nullptr);
}

TEST_CASE("published spellings of a code find its outcome") {
  const auto framework = built_in_framework("eds-2022");
  for (const char* written : {"1A", "1a", "1A:", " 1a : ", "1:a", "1A\u00A0"}) CHECK(framework->find_outcome(written)->code == "1A");
  CHECK(framework->find_outcome("1 A") == nullptr);
  CHECK(framework->find_outcome("") == nullptr);
  CHECK(framework->domain_of("2C")->code == "2");
}

TEST_CASE("every word that is not official is marked as ours") {
  for (const char* code : {"eds-2022", "eds2-2013"}) {
    const auto framework = built_in_framework(code);
    REQUIRE(framework.ok());
    for (const Domain& domain : framework->domains) {
      for (const Outcome& outcome : domain.outcomes) {
        CHECK(outcome.question.origin == "ours");
        for (const Criterion& criterion : outcome.criteria) CHECK(criterion.words.origin == "ours");
      }
    }
  }
}

TEST_CASE("a framework file with a slip is refused at the place of the slip") {
  const std::string good(*embedded_file("data/frameworks/eds-2022.json"));
  const auto sentence = [](const std::string& text) {
    const auto result = read_framework(text);
    return result ? std::string("taken") : result.error().sentence();
  };
  CHECK(sentence(good) == "taken");
  CHECK_THAT(sentence(replaced(good, "\"1B\"", "\"1A\"")), Catch::Contains("two outcomes have the code 1A"));
  CHECK_THAT(sentence(replaced(good, "short_title", "short_tile")), Catch::Contains("domains[0].outcomes[0].short_title"));
  CHECK_THAT(sentence(replaced(good, "\"origin\": \"ours\"", "\"origin\": \"theirs\"")), Catch::Contains("question.origin"));
  CHECK_THAT(sentence(replaced(good, "\"value\": 2", "\"value\": 3")), Catch::Contains("scale[2].value"));
  CHECK_THAT(sentence(replaced(good, "\"per_service\": true", "\"per_service\": 1")), Catch::Contains("domains[0].per_service"));
  CHECK_THAT(sentence(replaced(good, "\"per_service\": false", "\"per_service\": true")), Catch::Contains("only one domain"));
  CHECK_THAT(sentence(replaced(good, "framework/1", "framework/2")), Catch::Contains("format"));
  CHECK_THAT(sentence("[]"), Catch::Contains("here should be an object"));
  CHECK_THAT(sentence("{"), Catch::Contains("line 1"));
}

TEST_CASE("a framework that is not there is said to be missing") {
  CHECK(built_in_framework("eds-1999").error().code == ErrorCode::not_found);
}

TEST_CASE("the framework in the format's description can be read") {
  const auto framework = read_framework(test::example_in("docs/formats/framework.md"));
  INFO((framework ? "" : framework.error().sentence()));
  CHECK(framework.ok());
}
