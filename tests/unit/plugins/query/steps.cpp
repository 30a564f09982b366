#include <catch2/catch.hpp>

#include "tests/unit/plugins/query/query_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

Rows sample() {
  Rows rows({{"service", {{{"id", "service"}, {"name"}, {"organisation", "organisation"}}}},
             {"organisation", {{{"id", "organisation"}, {"name"}}}},
             {"evidence", {{{"id", "evidence"}, {"outcome"}, {"service", "service"}, {"groups"}, {"date"}, {"people"}}}}});
  rows.add("organisation", "a", {text("name", {"Northmere"})});
  rows.add("service", "s1", {text("name", {"Wards"}), text("organisation", {"a"})});
  rows.add("service", "s2", {text("name", {"Clinic"})});
  rows.add("evidence", "1", {text("outcome", {"1B"}), text("service", {"s1"}), text("groups", {"age", "sex"}), day("date", "2025-05-02", 20210), number("people", 40)});
  rows.add("evidence", "2", {text("outcome", {"1A"}), text("service", {"s1"}), text("groups", {"age"}), day("date", "Q1 2025/26", 20269), number("people", 25, 1)});
  rows.add("evidence", "3", {text("outcome", {"10A"}), text("service", {"s2"}), day("date", "2024-12-31", 20088), masked("people")});
  rows.add("evidence", "4", {text("outcome", {"2A"}), disputed("groups", {"race", "sex"}), disputed("people", {"3", "4"})});
  return rows;
}

}  // namespace

TEST_CASE("rows are filtered by equality, by lists, by day, by size, by parts of words and by what is not there") {
  Rows rows = sample();
  const auto ids = [&](const std::string& where) { return rows.table(R"({"from": "evidence", "where": )" + where + R"(, "group": "id"})"); };
  CHECK(ids(R"({"outcome": "1A"})") == "2\n");
  CHECK(ids(R"({"outcome": ["1A", "2A"]})") == "2\n4\n");
  CHECK(ids(R"({"groups": "sex"})") == "1\n");  // a set matches by any of its words; a disputed one does not
  CHECK(ids(R"({"date": {"before": "2025-05-02"}})") == "3\n");
  CHECK(ids(R"({"date": {"after": "2025-05-01", "before": "2025-06-01"}})") == "1\n");
  CHECK(ids(R"({"people": {"at_least": 2.5}})") == "1\n2\n");
  CHECK(ids(R"({"people": {"less": 40}})") == "2\n");
  CHECK(ids(R"({"outcome": {"contains": "0a"}})") == "3\n");
  CHECK(ids(R"({"service": {"is": "missing"}})") == "4\n");
  CHECK(ids(R"({"people": {"is": "masked"}})") == "3\n");
  CHECK(ids(R"({"people": {"is": "in conflict"}})") == "4\n");
  CHECK(ids(R"({"any": [{"outcome": "1A"}, {"all": [{"outcome": "1B"}, {"service": "s1"}]}]})") == "1\n2\n");
  CHECK(ids(R"({"service.organisation": "$organisation"})") == "1\n2\n");
  CHECK(ids(R"({"service.organisation": "$nobody"})") == "");
}

TEST_CASE("a condition on a hidden or disputed value leaves its row out both ways, and the rows are counted") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "where": {"people": 40}, "group": "id"})") == "1\n");
  CHECK(rows.table(R"({"from": "evidence", "where": {"not": {"people": 40}}, "group": "id"})") == "2\n");
  const auto results = rows.run(R"({"q": {"from": "evidence", "where": {"not": {"people": 40}}}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").undecided == 2);
}

TEST_CASE("a sum over a hidden value is hidden, over a disputed one disputed, and a count counts both") {
  Rows rows = sample();
  const char* measures = R"("measures": {"n": "count", "sum": {"sum": "people"}, "max": {"max": "people"}, "kinds": {"distinct": "people"}})";
  CHECK(rows.table(std::string(R"({"from": "evidence", "group": "service", )") + measures + "}") ==
        "s1|2|42.5|40|2\ns2|1|#|#|#\n-|1|!|!|!\n");
  CHECK(rows.table(std::string(R"({"from": "evidence", )") + measures + "}") == "4|#|#|#\n");
  CHECK(rows.table(std::string(R"({"from": "evidence", "where": {"outcome": "9Z"}, )") + measures + "}") == "0|-|-|0\n");
}

TEST_CASE("references are followed, two steps far, and a row's id is looked up from the other side") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "columns": {"who": "service.organisation.name"}, "group": ["id", "who"]})") ==
        "1|Northmere\n2|Northmere\n3|-\n4|-\n");
  CHECK(rows.table(R"({"from": "service", "columns": {"n": {"count": "evidence", "on": {"service": "id"}}, "newest": {"newest": "evidence.date", "on": {"service": "id"}},
      "outcomes": {"list": "evidence.outcome", "on": {"service": "id"}}}, "group": ["name", "n", "newest", "outcomes"]})") ==
        "Wards|2|Q1 2025/26|1A; 1B\nClinic|1|2024-12-31|10A\n");
  CHECK(rows.table(R"({"from": "service", "columns": {"sum": {"sum": "evidence.people", "on": {"service": "id"}}}, "group": ["id", "sum"]})") == "s1|42.5\ns2|#\n");
}

TEST_CASE("a look-up leaves rows with a hidden or disputed key out and says how many") {
  Rows rows = sample();
  const auto results = rows.run(R"({"q": {"from": "organisation", "columns": {"n": {"count": "evidence", "on": {"groups": "name"}}}}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").undecided == 1);
}

TEST_CASE("every pair of two sources is a row, whether anything is there or not") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "with_every": "service", "where": {"outcome": "1A"},
      "columns": {"is_here": {"if": {"service": {"is": "known"}}, "then": {"text": "yes"}}}, "group": ["outcome", "service.name"]})") == "1A|Wards\n1A|Clinic\n");
}

TEST_CASE("sets are unfolded into one row for each word, and a row without any stays") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "unfold": "groups", "group": "groups", "measures": {"n": "count"}})") == "age|2\nsex|1\n-|1\n!|1\n");
}

TEST_CASE("columns: quarters from April, first characters, words for words, points of a grade, differences, choices") {
  Rows rows = sample();
  const auto of = [&](const std::string& column) { return rows.table(R"({"from": "evidence", "columns": {"c": )" + column + R"(}, "group": ["id", "c"]})"); };
  CHECK(of(R"({"quarter": "date"})") == "1|Q1 2025/26\n2|Q1 2025/26\n3|Q3 2024/25\n4|-\n");
  CHECK(of(R"({"quarter": "date", "starts": "january"})") == "1|Q2 2025\n2|Q2 2025\n3|Q4 2024\n4|-\n");
  CHECK(of(R"({"year": "date", "none": "no date"})") == "1|2025/26\n2|2025/26\n3|2024/25\n4|no date\n");
  CHECK(of(R"({"characters": "outcome", "first": 1})") == "1|1\n2|1\n3|1\n4|2\n");
  CHECK(of(R"({"words": "outcome", "are": {"1A": "access"}, "else": {"text": "other"}})") == "1|other\n2|access\n3|other\n4|other\n");
  CHECK(of(R"({"points": "people"})") == "1|20\n2|2.5\n3|#\n4|!\n");
  CHECK(of(R"({"minus": ["people", "people"]})") == "1|0\n2|0.0\n3|#\n4|!\n");
  CHECK(of(R"("{outcome} in {service.name}")") == "1|1B in Wards\n2|1A in Wards\n3|10A in Clinic\n4|2A in \n");
  CHECK(of(R"("{people} people")") == "1|40 people\n2|2.5 people\n3|#\n4|!\n");
  CHECK(of(R"({"if": {"people": {"greater": 30}}, "then": {"text": "many"}, "else": "outcome"})") == "1|many\n2|1A\n3|#\n4|#\n");
}

TEST_CASE("codes sort naturally, dates by day, and what nobody knows stands last both ways") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "group": "outcome", "sort": "outcome"})") == "1A\n1B\n2A\n10A\n");
  CHECK(rows.table(R"({"from": "evidence", "group": ["id", "date"], "sort": "date"})") == "3|2024-12-31\n1|2025-05-02\n2|Q1 2025/26\n4|-\n");
  CHECK(rows.table(R"({"from": "evidence", "group": ["people"], "sort": "-people"})") == "40\n2.5\n!\n#\n");
  CHECK(rows.table(R"({"from": "evidence", "group": ["outcome"], "sort": ["-service.name"]})").find("wanted") != std::string::npos);
  const auto results = rows.run(R"({"q": {"from": "evidence", "sort": ["-service.name", "outcome"], "limit": 1}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").cut == 3);
  CHECK((*results)->tables.at("q").at(0, 0).text == "2");
}

TEST_CASE("a pivot has one column for each value, empty places are missing, counts are 0") {
  Rows rows = sample();
  CHECK(rows.table(R"({"from": "evidence", "group": "outcome", "pivot": "service.name", "measures": {"people": {"sum": "people"}}, "sort": "outcome"})") ==
        "1A|2.5|-|-\n1B|40|-|-\n2A|-|-|!\n10A|-|#|-\n");
  CHECK(rows.table(R"({"from": "evidence", "group": "outcome", "pivot": "service.name", "measures": {"n": "count"}, "sort": "outcome"})") ==
        "1A|1|0|0\n1B|1|0|0\n2A|0|0|1\n10A|0|1|0\n");
  const auto results = rows.run(R"({"q": {"from": "evidence", "group": "outcome", "pivot": "service.name", "measures": {"n": "count"}}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").titles == std::vector<std::string>{"Wards", "Clinic", "Not stated"});
}

TEST_CASE("a query starts from one above it, and from no other") {
  Rows rows = sample();
  CHECK(rows.run(R"({"open": {"from": "evidence"}, "q": {"from": "open", "measures": {"n": "count"}}})").ok());
  CHECK_FALSE(rows.run(R"({"q": {"from": "open"}, "open": {"from": "evidence"}})").ok());
  CHECK_FALSE(rows.run(R"({"q": {"from": "q"}})").ok());
  CHECK_FALSE(rows.run(R"({"a": {"from": "evidence", "columns": {"n": {"count": "b", "on": {}}}}, "b": {"from": "a"}})").ok());
}

TEST_CASE("a name that is not there is refused with its line and what there is") {
  const auto parsed = sample().parse("{\n  \"q\": {\n    \"from\": \"evidence\",\n    \"where\": {\"colour\": \"red\"}\n  }\n}");
  REQUIRE(parsed.problems.size() == 1);
  CHECK(parsed.problems[0].line == 4);
  CHECK(parsed.problems[0].path == "queries.q.where.colour");
  CHECK(parsed.problems[0].wanted.find("outcome, service, groups") != std::string::npos);
}
