// How many people there are is hidden where it is small, however a query counts them.
#include <catch2/catch.hpp>

#include "tests/unit/plugins/query/query_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

query::Catalogue types() {
  query::Catalogue types = {{"person", {{{"id", "person"}, {"groups"}, {"town"}, {"is_new"}, {"hours"}}}}, {"town", {{{"id", "town"}, {"name"}}}}};
  types.at("person").counts_people = true;
  return types;
}

/// Fourteen in North, nine in South, three in East; three of all have a disability.
Rows people() {
  Rows rows(types());
  for (int i = 0; i < 26; ++i) {
    const std::string town = i < 14 ? "North" : i < 23 ? "South" : "East";
    const std::vector<std::string> groups = i < 3 ? std::vector<std::string>{"age", "disability"} : std::vector<std::string>{"age"};
    rows.add("person", std::to_string(i), {text("groups", groups), text("town", {town}), number("is_new", i % 2), number("hours", 30)});
  }
  for (const char* town : {"North", "South", "East"}) rows.add("town", town, {text("name", {town})});
  return rows;
}

}  // namespace

TEST_CASE("a small number of people in a group is hidden, a large one rounded, and a second one hidden beside the first") {
  Rows rows = people();
  CHECK(rows.table(R"({"from": "person", "group": "town", "measures": {"n": "count"}})") == "North|15\nSouth|#\nEast|#\n");
  CHECK(rows.table(R"({"from": "person", "unfold": "groups", "group": "groups", "measures": {"n": "count"}})") == "age|#\ndisability|#\n");
  CHECK(rows.table(R"({"from": "person", "measures": {"n": "count"}})") == "25\n");
}

TEST_CASE("people are hidden when they are counted by their difference, as noughts and ones, by a look-up or in a later query, and so is a sum over few") {
  Rows rows = people();
  CHECK(rows.table(R"({"from": "person", "where": {"town": "East"}, "measures": {"n": {"distinct": "id"}}})") == "#\n");
  CHECK(rows.table(R"({"from": "person", "where": {"town": "East"}, "measures": {"n": {"sum": "is_new"}}})") == "#\n");
  CHECK(rows.table(R"({"from": "person", "where": {"town": "East"}, "measures": {"n": {"sum": "hours"}}})") == "#\n");
  CHECK(rows.table(R"({"from": "person", "where": {"town": "North"}, "measures": {"n": {"sum": "hours"}}})") == "420\n");
  CHECK(rows.table(R"({"from": "town", "columns": {"n": {"count": "person", "on": {"town": "name"}}}, "group": ["name", "n"]})") == "North|15\nSouth|#\nEast|#\n");
  const auto results = rows.run(R"({"east": {"from": "person", "where": {"town": "East"}, "group": "id"}, "q": {"from": "east", "measures": {"n": "count"}}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").at(0, 0).state == query::State::masked);
}

TEST_CASE("in a pivot of people no hidden count stands alone in its row or its column") {
  Rows rows = people();
  const auto results = rows.run(R"({"q": {"from": "person", "unfold": "groups", "group": "town", "pivot": "groups", "measures": {"n": "count"}}})");
  REQUIRE(results.ok());
  const query::Table& table = (*results)->tables.at("q");
  for (std::size_t column = 1; column < table.width; ++column) {
    std::size_t hidden = 0, others = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.at(row, column).state == query::State::masked) ++hidden;
      else if (table.at(row, column).number > 0) ++others;
    }
    CHECK((hidden != 1 || others == 0));
  }
  CHECK(table.at(0, 2).state == query::State::masked);  // three disabled people in North
}

TEST_CASE("the thresholds are those that the host says, and the strict ones when it says nothing of use") {
  Rows rows = people();
  const std::string query = R"({"from": "person", "where": {"town": "South"}, "measures": {"n": "count"}})";
  CHECK(rows.table(query) == "10\n");
  rows.option("people_masked_to", "9");
  CHECK(rows.table(query) == "#\n");
  rows.option("people_masked_to", "5").option("people_rounded_to", "1");
  CHECK(rows.table(query) == "9\n");
  rows.option("people_masked_to", "-1").option("people_rounded_to", "many");
  CHECK(rows.table(query) == "10\n");
}

TEST_CASE("rows that do not stand for people are counted as they are") {
  Rows rows = people();
  CHECK(rows.table(R"({"from": "town", "measures": {"n": "count", "names": {"distinct": "name"}}})") == "3|3\n");
}
