#include <catch2/catch.hpp>

#include "tests/unit/plugins/query/query_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

Rows many(std::size_t count) {
  Rows rows({{"evidence", {{{"id", "evidence"}, {"outcome"}, {"people"}}}}});
  for (std::size_t i = 0; i < count; ++i) rows.add("evidence", std::to_string(i), {text("outcome", {"x" + std::to_string(i)}), number("people", INT64_MAX)});
  return rows;
}

bool is_refused(Rows& rows, const std::string& query, const std::string& words) {
  const auto results = rows.run("{\"q\": " + query + "}");
  return !results && results.error().sentence().find(words) != std::string::npos;
}

std::string nested(const std::string& open, const std::string& close, std::size_t depth, const std::string& inside) {
  std::string all;
  for (std::size_t i = 0; i < depth; ++i) all += open;
  all += inside;
  for (std::size_t i = 0; i < depth; ++i) all += close;
  return all;
}

}  // namespace

TEST_CASE("more groups than a query may make are refused, not made") {
  Rows rows = many(query::kGroupsMax + 1);
  CHECK(is_refused(rows, R"({"from": "evidence", "group": "outcome"})", "more than 200000 groups"));
}

TEST_CASE("a pivot with more columns than a page holds is refused") {
  Rows rows = many(query::kPivotColumnsMax + 1);
  CHECK(is_refused(rows, R"({"from": "evidence", "group": "people", "pivot": "outcome", "measures": {"n": "count"}})", "more than 60 columns"));
}

TEST_CASE("pairs beyond the bound are refused before they are made") {
  Rows rows = many(1001);
  CHECK(is_refused(rows, R"({"from": "evidence", "with_every": "evidence"})", "more than 1000000 rows"));
  CHECK(is_refused(rows, R"({"from": "evidence", "columns": {"n": {"count": "evidence", "on": {}}}})", "more than 1000000 rows"));
}

TEST_CASE("a sum beyond 64 bits is refused, and so is a sum of words") {
  Rows rows = many(2);
  CHECK(is_refused(rows, R"({"from": "evidence", "measures": {"s": {"sum": "people"}}})", "beyond 64 bits"));
  CHECK(is_refused(rows, R"({"from": "evidence", "measures": {"s": {"sum": "outcome"}}})", "no number"));
}

TEST_CASE("conditions and columns too deep or too many are refused") {
  Rows rows = many(1);
  CHECK(is_refused(rows, R"({"from": "evidence", "where": )" + nested(R"({"not": )", "}", 10, R"({"outcome": "1"})") + "}", "deep"));
  CHECK(is_refused(rows, R"({"from": "evidence", "columns": {"c": )" + nested(R"({"if": {"outcome": "1"}, "then": )", "}", 10, R"("outcome")") + "}}", "deep"));
  std::string all;
  for (int i = 0; i < 300; ++i) all += std::string(i == 0 ? "" : ", ") + R"({"outcome": "1"})";
  CHECK(is_refused(rows, R"({"from": "evidence", "where": {"any": [)" + all + "]}}", "more than 200 conditions"));
}

TEST_CASE("a column of the same name as another, or of a record type, is refused") {
  Rows rows = many(1);
  CHECK(is_refused(rows, R"({"from": "evidence", "columns": {"outcome": "people"}})", "a name of its own"));
  CHECK(is_refused(rows, R"({"from": "evidence", "columns": {"Bad": "people"}})", "a name of its own"));
  CHECK_FALSE(rows.run(R"({"evidence": {"from": "evidence"}})").ok());
}

TEST_CASE("bytes cut anywhere are refused or read, never misread into more rows") {
  const Rows rows = many(3);
  const std::string whole = rows.bytes();
  const query::Catalogue types = {{"evidence", {{{"id", "evidence"}, {"outcome"}, {"people"}}}}};
  for (std::size_t length = 0; length < whole.size(); ++length) {
    query::Pool pool;
    const auto input = query::decode_untrusted(std::string_view(whole).substr(0, length), types, {"outcome", "people"}, pool);
    if (input) CHECK(input->tables.at("evidence").rows() < 3);
  }
}
