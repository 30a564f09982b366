// The real program, as a person runs it: what is nonsense ends with 2 and a sentence that names the place.
#include <catch2/catch.hpp>

#include "core/codec/json.h"
#include "tests/support/program.h"

using namespace evenhand;
using test::run_program;

namespace {

test::Ran scorecard_of(const std::string& input, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), {"scorecard", "--from", "-"});
  return run_program(flags, input);
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string service(const std::string& inside) { return "{\"services\":[{\"name\":\"A\"},{\"name\":\"B\"," + inside + "}]}"; }

}  // namespace

TEST_CASE("nonsense ends with exit code 2, prints nothing on standard output, and names its place") {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"grades":{"2A":7}})", "grades.2A"},
      {R"({"grades":{"2A":0.3}})", "grades.2A"},
      {R"({"grades":{"2A":-0.5}})", "grades.2A"},
      {R"({"grades":{"2A":3.5}})", "grades.2A"},
      {R"({"grades":{"2A":1.4999999999999999999999}})", "grades.2A"},
      {R"({"grades":{"2A":1e-400}})", "grades.2A"},
      {R"({"grades":{"2A":18446744073709551616}})", "grades.2A"},
      {R"({"grades":{"2A":"3"}})", "grades.2A"},
      {R"({"grades":{"2A":"green"}})", "grades.2A"},
      {R"({"grades":{"2A":""}})", "grades.2A"},
      {R"({"grades":{"2A":true}})", "grades.2A"},
      {R"({"grades":{"2A":[1]}})", "grades.2A"},
      {R"({"grades":{"2A":{}}})", "grades.2A"},
      {R"({"grades":{"9Z":1}})", "grades.9Z"},
      {R"({"grades":{"2E":null}})", "grades.2E"},
      {R"({"grades":{"":1}})", "grades[\"\"]"},
      {R"({"grades":{"1A":1}})", "grades.1A"},
      {R"({"grades":{"2A":1,"2a:":1}})", "grades.2a:"},
      {R"({"grades":{"2A":null,"2a":1}})", "grades.2a"},
      {R"({"grades":{"2A":1,"2A":1}})", "grades.2A"},
      {R"({"grades":[1]})", "grades"},
      {R"({"grades":5})", "grades"},
      {R"({"gradez":{}})", "Did you mean \"grades\"?"},
      {R"({"Services":[]})", "Did you mean \"services\"?"},
      {R"({"total":5})", "total"},
      {R"({"organisation":5})", "organisation"},
      {R"({"organisation":["A"]})", "organisation"},
      {R"({"services":{}})", "services"},
      {R"({"services":"A"})", "services"},
      {R"({"services":[1]})", "services[0]"},
      {R"({"services":[null]})", "services[0]"},
      {R"({"services":[{}]})", "services[0].name"},
      {R"({"services":[{"name":""}]})", "services[0].name"},
      {R"({"services":[{"name":"  "}]})", "services[0].name"},
      {R"({"services":[{"name":5}]})", "services[0].name"},
      {R"({"services":[{"name":"A"},{"name":" a "}]})", "services[1].name"},
      {R"({"services":[{"name":"Caf\u00e9"},{"name":"CAFE\u0301"}]})", "services[1].name"},
      {R"({"services":[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"},{"name":"5"},{"name":"6"},{"name":"7"},{"name":"8"},{"name":"9"},{"name":"10"}]})", "services"},
      {service(R"("grades":{"1A":4})"), "services[1].grades.1A"},
      {service(R"("grades":{"2A":1})"), "services[1].grades.2A"},
      {service(R"("grades":[])"), "services[1].grades"},
      {service(R"("total":12.5)"), "services[1].total"},
      {service(R"("total":7.25)"), "services[1].total"},
      {service(R"("total":"6")"), "services[1].total"},
      {service(R"("rating":3.5)"), "services[1].rating"},
      {service(R"("grade":{})"), "Did you mean \"grades\"?"},
      {R"({"domains":{"4":{"total":1}}})", "domains.4"},
      {R"({"domains":{"1":{"total":13}}})", "domains.1.total"},
      {R"({"domains":{"3":{"total":9.5}}})", "domains.3.total"},
      {R"({"domains":{"2":{"rating":-1}}})", "domains.2.rating"},
      {R"({"domains":{"2":7}})", "domains.2"},
      {R"({"domains":{"2":{"totals":7}}})", "domains.2.totals"},
      {R"({"domains":{"2":{},"2:":{}}})", "domains.2:"},
      {R"({"domains":[]})", "domains"},
      {"", "line 1, column 1"},
      {"[]", "the whole text"},
      {"null", "the whole text"},
      {"7", "the whole text"},
      {R"({"grades":{"2A":NaN}})", "line 1, column 17"},
      {R"({"grades":{"2A":1e999}})", "line 1"},
      {R"({"grades":{"2A":01}})", "line 1"},
      {R"({"grades":{"2A":1},})", "line 1, column 20"},
      {R"({"grades":{"2A":1}} x)", "line 1, column 21"},
      {"{\n \"grades\": {\"2A\": 1\n", "line 3"},
      {"{\"organisation\":\"\xff\"}", "byte 18"},
      {std::string("{\"a\0\":1}", 8), "byte 4"},
      {"{\"organisation\":\"\\u0000\"}", "organisation"},
      {"{\"organisation\":\"\\ud800\"}", "line 1"},
      {repeated("[", 200000), "deep"},
      {repeated("{\"services\":[", 100000), "deep"},
      {repeated("[", 200000) + repeated("]", 200000), "deep"},
  };
  for (const auto& [input, place] : cases) {
    INFO(input.substr(0, 200));
    const auto ran = scorecard_of(input, {"--json"});
    CHECK(ran.exit == 2);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Catch::Contains(place));
  }
}

TEST_CASE("gaps and ties are no nonsense: exit code 0 and a list of problems") {
  for (const char* input : {"{}", R"({"services":null,"grades":null,"domains":null,"organisation":null})", R"({"services":[]})",
                            R"({"grades":{"2A":null}})", R"({"grades":{"2a:":1.5," 2B ":-0,"2c":3e0,"2D":30e-1}})",
                            R"({"services":[{"name":"A","grades":null,"total":null,"rating":null}]})", "\xEF\xBB\xBF{}"}) {
    INFO(input);
    const auto ran = scorecard_of(input, {"--json"});
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    const auto json = parse_json(ran.out);
    REQUIRE(json.ok());
    CHECK(json->find("organisation")->find("total")->is_null());
    CHECK(json->find("problems")->size() > 0);
  }
}

TEST_CASE("EDS2 is recognised by its codes, and its colours are refused elsewhere and when unknown") {
  const auto ran = scorecard_of(R"({"grades":{"1.1":"purple","4.3":"red"}})", {"--json"});
  CHECK(ran.exit == 0);
  CHECK(parse_json(ran.out)->find("policy")->text() == "eds2-2013");
  const auto blue = scorecard_of(R"({"grades":{"1.1":"blue"}})", {"--policy", "eds2-2013"});
  CHECK(blue.exit == 2);
  CHECK_THAT(blue.err, Catch::Contains("grades.1.1") && Catch::Contains("red, amber, green, purple"));
  CHECK(scorecard_of(R"({"grades":{"1.6":1}})", {"--policy", "eds2-2013"}).exit == 2);
  CHECK(scorecard_of(R"({"services":[{"name":"A"}]})", {"--policy", "eds2-2013"}).exit == 2);
  CHECK(scorecard_of(R"({"grades":{"1.1":1,"2A":1}})").exit == 2);
  CHECK_THAT(scorecard_of(R"({"grades":{"1.1":1,"2A":1}})").err, Catch::Contains("EDS2 code") && Catch::Contains("grades.1.1"));
  CHECK_THAT(scorecard_of(R"({"services":[{"name":"A","grades":{"1.1":1}}]})").err, Catch::Contains("EDS2 code"));
  CHECK_THAT(scorecard_of(R"({"grades":{"1.1":1,"5.1":1}})").err, Catch::Contains("eds2-2013") && Catch::Contains("grades.5.1"));
}

TEST_CASE("a slip inside a service names the service as people know it") {
  const auto ran = scorecard_of(R"({"services":[{"name":"Dental","grades":{"1A":7}}]})");
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Catch::Contains("service \"Dental\"") && Catch::Contains("services[0].grades.1A"));
  CHECK_THAT(scorecard_of(R"({"services":[{"grades":{}}]})").err, Catch::Contains("a service needs a name (services[0].name)"));
}

TEST_CASE("a policy that is not there ends with 2 and the names of those that are; a file that is not there with 5") {
  const auto policy = scorecard_of("{}", {"--policy", "nhs"});
  CHECK(policy.exit == 2);
  CHECK_THAT(policy.err, Catch::Contains("nhs-eds-2022-achieving-22-30"));
  CHECK(scorecard_of("{}", {"--policy", ""}).exit == 2);
  CHECK_THAT(run_program({"scorecard", "--from", ""}).err, Catch::Contains("--from needs"));
  CHECK(run_program({"scorecard", "--from", ""}).exit == 2);
  CHECK(run_program({"scorecard", "--from", "/nowhere/grades.json"}).exit == 5);
  CHECK(run_program({"scorecard", "--from", "/"}).exit == 1);
  CHECK(run_program({"scorecard", "--workspace", "/nowhere"}).exit == 5);
}

TEST_CASE("more than 16 MiB is refused, and a name cannot move the terminal") {
  CHECK(scorecard_of(std::string((16u << 20) + 1, ' ')).exit == 2);
  std::string just_small_enough((16u << 20) - 2, ' ');
  just_small_enough += "{}";
  CHECK(scorecard_of(just_small_enough).exit == 0);
  const auto ran = scorecard_of(R"({"organisation":"\u001b[2J","services":[{"name":"\u001b[31mA\u202e"}]})");
  CHECK(ran.exit == 0);
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK(ran.out.find("\u202E") == std::string::npos);
  CHECK(scorecard_of(R"({"services":[{"name":"\u001bA"},{"name":"\u001ba"}]})").err.find('\x1b') == std::string::npos);
}
