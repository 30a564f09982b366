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

/// Visits with three labels each: fourteen by as many people in South, eighteen by two in North, nine by one in East, who all came late.
Rows visits() {
  query::Catalogue types = {{"visit", {{{"id", "visit"}, {"person"}, {"town"}, {"labels"}, {"is_late"}, {"minutes"}}}}, {"town", {{{"id", "town"}, {"name"}}}}};
  types.at("visit").counts_people = true;
  types.at("visit").whom = 1;
  Rows rows(types);
  const auto add = [&](const std::string& id, const std::string& person, const std::string& town) {
    rows.add("visit", id, {text("person", {person}), text("town", {town}), text("labels", {"a", "b", "c"}), number("is_late", 1), number("minutes", 30)});
  };
  for (int i = 0; i < 14; ++i) add("s" + std::to_string(i), "p" + std::to_string(i), "South");
  for (int i = 0; i < 18; ++i) add("n" + std::to_string(i), "p" + std::to_string(20 + i % 2), "North");
  for (int i = 0; i < 9; ++i) add("e" + std::to_string(i), "p30", "East");
  for (const char* town : {"North", "South", "East"}) rows.add("town", town, {text("name", {town})});
  return rows;
}

}  // namespace

TEST_CASE("rows of few people are hidden however many they are: counted, told apart, as noughts and ones, added up, unfolded, looked up") {
  Rows rows = visits();
  const std::string shown = "South|15\nNorth|#\nEast|#\n";
  for (const char* measure : {R"("count")", R"({"distinct": "id"})", R"({"sum": "is_late"})"}) {
    INFO(measure);
    CHECK(rows.table(std::string(R"({"from": "visit", "group": "town", "measures": {"n": )") + measure + "}}") == shown);
  }
  CHECK(rows.table(R"({"from": "visit", "group": "town", "measures": {"n": {"sum": "minutes"}}})") == "South|450\nNorth|#\nEast|#\n");
  CHECK(rows.table(R"({"from": "visit", "where": {"town": "East"}, "unfold": "labels", "measures": {"n": "count"}})") == "#\n");
  CHECK(rows.table(R"({"from": "town", "columns": {"n": {"count": "visit", "on": {"town": "name"}}}, "group": ["name", "n"]})") == "North|#\nSouth|15\nEast|#\n");
}

TEST_CASE("a later query knows whose the rows of an earlier one are, also where it was sorted, cut or grouped by person and something else") {
  Rows rows = visits();
  const auto counted = [&](const std::string& first) {
    const auto results = rows.run(R"({"first": )" + first + R"(, "q": {"from": "first", "measures": {"n": "count"}}})");
    REQUIRE(results.ok());
    return Rows::cell(**results, (*results)->tables.at("q").at(0, 0));
  };
  CHECK(counted(R"({"from": "visit", "where": {"town": "East"}})") == "#");
  CHECK(counted(R"({"from": "visit", "sort": "town", "limit": 20})") == "#");  // East and some of North: three people
  CHECK(counted(R"({"from": "visit", "where": {"town": "East"}, "group": ["person", "id"]})") == "#");
  CHECK(counted(R"({"from": "visit", "where": {"town": "South"}, "group": ["person", "id"]})") == "15");
  CHECK(counted(R"({"from": "visit", "sort": "town", "limit": 41})") == "40");
}

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
  CHECK(rows.table(R"({"from": "person", "where": {"town": "North"}, "measures": {"n": {"sum": "hours"}}})") == "450\n");
  CHECK(rows.table(R"({"from": "town", "columns": {"n": {"count": "person", "on": {"town": "name"}}}, "group": ["name", "n"]})") == "North|15\nSouth|#\nEast|#\n");
  const auto results = rows.run(R"({"east": {"from": "person", "where": {"town": "East"}, "group": "id"}, "q": {"from": "east", "measures": {"n": "count"}}})");
  REQUIRE(results.ok());
  CHECK((*results)->tables.at("q").at(0, 0).state == query::State::masked);
}

TEST_CASE("a sum tells no number of people: of one number for each it is that number as often as the rounded count, and where one alone is hidden so is the smallest beside it") {
  Rows rows(types());
  for (int i = 0; i < 47; ++i) {
    const std::string town = i < 21 ? "North" : i < 33 ? "South" : i < 45 ? "West" : "East";
    rows.add("person", std::to_string(i), {text("groups", {"age"}), text("town", {town}), number("is_new", i % 2 == 0 ? -25 : 0, 1), number("hours", 30 + i % 3)});
  }
  const auto sums = [&](const std::string& field) { return rows.table(R"({"from": "person", "group": "town", "measures": {"n": {"sum": ")" + field + "\"}}}"); };
  CHECK(rows.table(R"({"from": "person", "where": {"town": "North"}, "measures": {"n": {"sum": "is_new"}}})") == "-25.0\n");  // eleven times -2.5
  CHECK(sums("hours") == "North|651\nSouth|#\nWest|372\nEast|#\n");
  CHECK(rows.table(R"({"from": "person", "group": "town", "measures": {"n": {"max": "hours"}}})") == "North|32\nSouth|32\nWest|32\nEast|31\n");
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
