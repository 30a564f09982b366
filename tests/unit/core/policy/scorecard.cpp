#include "core/policy/scorecard.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/policy/scorecard_input.h"
#include "tests/support/source_file.h"

using namespace evenhand;

namespace {

Scorecard card_of(const std::string& text, const char* policy_name = "nhs-eds-2022", Ratings ratings = Ratings::as_published) {
  const auto policy = built_in_policy(policy_name);
  const auto framework = built_in_framework(policy->framework);
  const auto json = parse_json(text);
  REQUIRE(json.ok());
  const auto input = read_scorecard_input(*json, *framework, *policy);
  INFO((input ? "" : input.error().sentence()));
  REQUIRE(input.ok());
  return make_scorecard(*input, *framework, *policy, ratings);
}

std::set<std::string> codes(const Scorecard& card) {
  std::set<std::string> words;
  for (const Problem& problem : card.problems) words.emplace(to_word(problem.code));
  return words;
}

std::string total(const Score& score) { return score.total ? score.total->text() : "unknown"; }

// Domains 2 and 3 at 8 and 6 unless said otherwise: 14 beside Domain 1.
std::string with_services(const std::string& services, const std::string& more = R"("domains":{"2":{"total":8},"3":{"total":6}})") {
  return "{\"services\":[" + services + "]," + more + "}";
}

std::string services_with_totals(const std::vector<std::string>& totals) {
  std::string text;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    text += (i > 0 ? "," : "") + std::string("{\"name\":\"S") + std::to_string(i) + "\",\"total\":" + totals[i] + "}";
  }
  return text;
}

int middle_of(const Scorecard& card) {
  int found = -1;
  const auto& services = card.domains[0].services;
  for (std::size_t i = 0; i < services.size(); ++i) {
    if (!services[i].is_middle) continue;
    CHECK(found == -1);
    found = static_cast<int>(i);
  }
  return found;
}

const char* const kFullGrades = R"("grades":{"2A":2,"2B":2,"2C":2,"2D":2,"3A":2,"3B":2,"3C":2})";

}  // namespace

TEST_CASE("worked example 1: CCS 2023/24 comes to 10 + 11 + 7 = 28, Achieving") {
  const auto card = card_of(R"({"services":[
    {"name":"iCaSH","grades":{"1A":3,"1B":2,"1C":3,"1D":3}},
    {"name":"Luton respiratory","grades":{"1A":3,"1B":2,"1C":2,"1D":2}},
    {"name":"Mental health support","grades":{"1A":3,"1B":2,"1C":2,"1D":3}}],
    "grades":{"2A":3,"2B":3,"2C":3,"2D":2,"3A":3,"3B":2,"3C":2}})");
  CHECK(total(card.domains[0].services[0].score) == "11");
  CHECK(total(card.domains[0].services[1].score) == "9");
  CHECK(total(card.domains[0].services[2].score) == "10");
  CHECK(total(card.domains[0].score) == "10");
  CHECK(middle_of(card) == 2);
  CHECK(total(card.domains[1].score) == "11");
  CHECK(total(card.domains[2].score) == "7");
  CHECK(total(card.score) == "28");
  CHECK(card.score.range == PointRange{28, 28});
  CHECK(card.band == "Achieving");
  CHECK(card.problems.empty());
}

TEST_CASE("worked example 2: LPT 2023/24 published ratings only, so nothing follows unless it is asked for, and then 18 to 22") {
  const std::string text = R"({"services":[{"name":"Virtual wards","rating":1.5},{"name":"TB","rating":2},{"name":"Maternity","rating":1}],
    "domains":{"2":{"rating":2},"3":{"rating":2}}})";
  const auto card = card_of(text);
  for (const DomainScore& domain : card.domains) CHECK_FALSE(domain.score.total);
  CHECK_FALSE(card.score.total);
  CHECK_FALSE(card.score.range);
  CHECK_FALSE(card.band);
  CHECK(codes(card) == std::set<std::string>{"rating_only", "tie_open"});

  const auto assumed = card_of(text, "nhs-eds-2022", Ratings::assume_uniform);
  CHECK(total(assumed.domains[0].score) == "6");
  CHECK(total(assumed.score) == "20");
  CHECK(assumed.score.range == PointRange{18, 22});
  CHECK_FALSE(assumed.band);
  CHECK(assumed.is_assumed);
  CHECK(middle_of(assumed) == 0);
  CHECK(codes(assumed) == std::set<std::string>{"assumed_uniform", "tie_open", "band_undecided"});
}

TEST_CASE("Domain 1 is the middle service: one is itself, of two the lower, of four the lower middle") {
  struct Case {
    std::vector<std::string> totals;
    std::string domain;
    int middle;
  };
  const Case cases[] = {{{"7"}, "7", 0},           {{"9", "4"}, "4", 1},           {{"11", "9", "10"}, "10", 2}, {{"1", "2", "3", "4"}, "2", 1},
                        {{"5", "5", "5"}, "5", 0}, {{"9", "3", "9", "3"}, "3", 1}, {{"12", "0"}, "0", 1},
                        {{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "5", 4},   {{"7.5", "8", "7"}, "7.5", 0}};
  for (const Case& one : cases) {
    const auto card = card_of(with_services(services_with_totals(one.totals)));
    CHECK(total(card.domains[0].score) == one.domain);
    CHECK(middle_of(card) == one.middle);
  }
}

TEST_CASE("one service without a total leaves Domain 1 and the organisation unknown, and no service is the middle") {
  const auto card = card_of(with_services(R"({"name":"A","total":9},{"name":"B","grades":{"1A":3,"1B":null,"1C":2}},{"name":"C","total":8})"));
  CHECK_FALSE(card.domains[0].score.total);
  CHECK_FALSE(card.score.total);
  CHECK(middle_of(card) == -1);
  CHECK(total(card.domains[1].score) == "8");
  CHECK(codes(card) == std::set<std::string>{"not_graded"});
  CHECK_THAT(card.problems[0].message, Catch::Contains("\"B\"") && Catch::Contains("1B, 1D"));
}

TEST_CASE("no service, or fewer than the policy expects, is said") {
  CHECK(codes(card_of(with_services(""))) == std::set<std::string>{"no_service"});
  CHECK(codes(card_of("{}")) == std::set<std::string>{"no_service", "not_graded"});
  CHECK(codes(card_of(with_services(services_with_totals({"5", "6"})))) == std::set<std::string>{"fewer_services"});
  CHECK(codes(card_of(with_services(services_with_totals({"5", "6", "7"})))).empty());
  CHECK(codes(card_of(with_services(services_with_totals({"5", "6", "7", "8"})))).empty());
}

TEST_CASE("a published total of Domain 1 stands when no service is given, and when services lack theirs") {
  CHECK(total(card_of(R"({"domains":{"1":{"total":10},"2":{"total":8},"3":{"total":6}}})").score) == "24");
  const auto partly = card_of(with_services(R"({"name":"A","total":9},{"name":"B"},{"name":"C","total":8})", R"("domains":{"1":{"total":8}})"));
  CHECK(total(partly.domains[0].score) == "8");
  CHECK(partly.domains[0].score.basis == Basis::published_total);
  CHECK(middle_of(partly) == -1);
}

TEST_CASE("figures that contradict each other are a problem, and the sentence names which is used") {
  const auto service = card_of(with_services(R"({"name":"A","grades":{"1A":1,"1B":1,"1C":1,"1D":1},"total":5},{"name":"B","total":4},{"name":"C","total":4})"));
  CHECK(total(service.domains[0].services[0].score) == "4");
  CHECK(codes(service) == std::set<std::string>{"total_disagrees"});
  CHECK_THAT(service.problems[0].message, Catch::Contains("sum of the grades is used"));

  const auto domain = card_of(with_services(services_with_totals({"5", "6", "7"}), R"("domains":{"1":{"total":7},"2":{"total":8},"3":{"total":6}})"));
  CHECK(total(domain.domains[0].score) == "6");
  CHECK(codes(domain) == std::set<std::string>{"total_disagrees"});

  // Three grades of 3 leave 9 to 12; a total of 8 cannot be, and then neither figure gives a total.
  const auto impossible = card_of(R"({"grades":{"2A":3,"2B":3,"2C":3},"domains":{"2":{"total":8}}})");
  CHECK_FALSE(impossible.domains[1].score.total);
  CHECK(codes(impossible).contains("total_disagrees"));

  const auto possible = card_of(R"({"grades":{"2A":3,"2B":3,"2C":3},"domains":{"2":{"total":10}}})");
  CHECK(total(possible.domains[1].score) == "10");
  CHECK_FALSE(codes(possible).contains("total_disagrees"));

  const auto median = card_of(with_services(R"({"name":"A","total":9},{"name":"B","total":8},{"name":"C"})", R"("domains":{"1":{"total":3}})"));
  CHECK_FALSE(median.domains[0].score.total);
  CHECK(codes(median).contains("total_disagrees"));
}

TEST_CASE("a rating beside grades or a total is not used, and that is said") {
  const auto card = card_of(with_services(R"({"name":"A","total":9,"rating":1},{"name":"B","total":8},{"name":"C","total":7})"), "nhs-eds-2022",
                            Ratings::assume_uniform);
  CHECK(total(card.domains[0].services[0].score) == "9");
  CHECK(codes(card) == std::set<std::string>{"rating_not_used"});
  CHECK_FALSE(card.is_assumed);
}

TEST_CASE("a tie keeps its half in the total and opens the range; the band stays where every settlement agrees") {
  const std::string services = services_with_totals({"8", "8", "8"});
  const auto safe = card_of(with_services(services, R"("grades":{"2A":2.5,"2B":2,"2C":2,"2D":2,"3A":2,"3B":2,"3C":2})"));
  CHECK(total(safe.domains[1].score) == "8.5");
  CHECK(total(safe.score) == "22.5");
  CHECK(safe.score.range == PointRange{22, 23});
  CHECK(safe.band == "Achieving");
  CHECK(codes(safe) == std::set<std::string>{"tie_open"});

  const auto open = card_of(with_services(services, R"("grades":{"2A":1.5,"2B":2,"2C":2,"2D":2,"3A":2,"3B":2,"3C":2})"));
  CHECK(total(open.score) == "21.5");
  CHECK(open.score.range == PointRange{21, 22});
  CHECK_FALSE(open.band);
  CHECK(codes(open) == std::set<std::string>{"tie_open", "band_undecided"});
}

TEST_CASE("two ties that add up to a whole total still open the range") {
  const auto card = card_of(with_services(services_with_totals({"8", "8", "8"}), R"("grades":{"2A":1.5,"2B":2.5,"2C":2,"2D":2,"3A":2,"3B":2,"3C":2})"));
  CHECK(total(card.score) == "22");
  CHECK(card.score.range == PointRange{21, 23});
  CHECK_FALSE(card.band);
}

TEST_CASE("a tie is listed even where gaps or a contradiction leave no total") {
  const auto ties = [](const Scorecard& card) {
    std::string all;
    for (const Problem& problem : card.problems) all += problem.code == ProblemCode::tie_open ? problem.message + "\n" : "";
    return all;
  };
  CHECK_THAT(ties(card_of(R"({"grades":{"2A":1.5,"2B":null}})")), Catch::Contains("2A (1.5)"));
  CHECK_THAT(ties(card_of(R"({"services":[{"name":"A","grades":{"1A":0.5}}]})")), Catch::Contains("1A (0.5)"));
  CHECK_THAT(ties(card_of(R"({"grades":{"2.1":1.5}})", "eds2-2013")), Catch::Contains("2.1 (1.5)"));
  CHECK_THAT(ties(card_of(R"({"grades":{"2A":2.5,"2B":3,"2C":3},"domains":{"2":{"total":3}}})")), Catch::Contains("2A (2.5)"));
}

TEST_CASE("a service keeps its name as it was given") {
  CHECK(card_of(R"({"services":[{"name":" Dental  care ","total":5}]})").domains[0].services[0].name == " Dental  care ");
}

TEST_CASE("a contradiction that leaves one value says that value once") {
  const auto card = card_of(R"({"services":[{"name":"A","total":4},{"name":"B"},{"name":"C","total":4}],"domains":{"1":{"total":9}}})");
  CHECK_THAT(card.problems.back().message + card.problems[1].message, Catch::Contains("allow only 4;"));
}

TEST_CASE("a published total of 7.5 is settled to 7 or 8") {
  const auto card = card_of(with_services(services_with_totals({"7.5", "7.5", "7.5"})));
  CHECK(total(card.domains[0].score) == "7.5");
  CHECK(card.domains[0].score.range == PointRange{7, 8});
  CHECK(codes(card).contains("tie_open"));
}

TEST_CASE("where the policy prints no band, none is given and the total stays") {
  const std::string text = with_services(services_with_totals({"12", "12", "12"}), R"("domains":{"2":{"total":12},"3":{"total":7}})");
  CHECK(card_of(text).band == "Achieving");
  const auto card = card_of(text, "nhs-eds-2022-achieving-22-30");
  CHECK(total(card.score) == "31");
  CHECK_FALSE(card.band);
  CHECK(codes(card) == std::set<std::string>{"no_band_in_policy"});
}

TEST_CASE("the ends of the scale are banded: 0, 7, 8, 21, 22, 32 and 33 points") {
  const std::pair<std::string, std::string> cases[] = {{"0,0,0", "Undeveloped"}, {"7,0,0", "Undeveloped"}, {"8,0,0", "Developing"},
                                                       {"12,9,0", "Developing"}, {"12,10,0", "Achieving"}, {"12,12,8", "Achieving"},
                                                       {"12,12,9", "Excelling"}};
  for (const auto& [points, band] : cases) {
    const auto first = points.find(','), second = points.rfind(',');
    const std::string text = "{\"domains\":{\"1\":{\"total\":" + points.substr(0, first) + "},\"2\":{\"total\":" +
                             points.substr(first + 1, second - first - 1) + "},\"3\":{\"total\":" + points.substr(second + 1) + "}}}";
    CHECK(card_of(text).band == band);
  }
}

TEST_CASE("EDS2 takes numbers and colours, adds up its goals, and has no organisation total and no band") {
  std::string grades;
  for (const char* code : {"1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "4.1", "4.2"}) {
    grades += std::string("\"") + code + "\":\"Green\",";
  }
  const auto card = card_of("{\"grades\":{" + grades + "\"4.3\":3}}", "eds2-2013");
  REQUIRE(card.domains.size() == 4);
  CHECK(total(card.domains[0].score) == "10");
  CHECK(card.domains[2].score.max == 18);
  CHECK(total(card.domains[3].score) == "7");
  CHECK_FALSE(card.score.total);
  CHECK_FALSE(card.score.range);
  CHECK_FALSE(card.band);
  CHECK(codes(card) == std::set<std::string>{"no_total"});
}

TEST_CASE("the check figure is the sum of middle grades, which can differ from the middle of the sums") {
  const auto card = card_of(with_services(R"({"name":"A","grades":{"1A":3,"1B":0,"1C":0,"1D":3}},
    {"name":"B","grades":{"1A":0,"1B":3,"1C":0,"1D":3}},{"name":"C","grades":{"1A":0,"1B":0,"1C":3,"1D":0}})", kFullGrades));
  CHECK(total(card.domains[0].score) == "6");
  CHECK(card.domains[0].check_total == HalfPoints::whole(3));
}

TEST_CASE("the input in the format's description can be read, and every problem code is described there") {
  CHECK(codes(card_of(test::example_in("docs/formats/scorecard.md"))).contains("not_graded"));
  const std::string document = test::source_file("docs/formats/scorecard.md");
  for (int code = 0; code <= static_cast<int>(ProblemCode::no_band_in_policy); ++code) {
    CHECK_THAT(document, Catch::Contains("| `" + std::string(to_word(static_cast<ProblemCode>(code))) + "` |"));
  }
}
