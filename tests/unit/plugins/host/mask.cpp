#include <catch2/catch.hpp>

#include "plugins/host/masked_rows.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

/// A small trust with one piece of evidence, what hangs on it, and one workshop.
DataFileModel small_model(const std::string& more, bool is_published = false) {
  DataFileModel model;
  const std::string text = std::string(R"({"published_figures": )") + (is_published ? "true" : "false") + R"(, "records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Small NHS Trust"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "evidence", "id": "e", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "title": "Survey"}},
    )" + more + "]}";
  const auto added = model.add_text("small", text);
  EVENHAND_ASSERT(added.ok(), added ? "" : added.error().sentence().c_str());
  return model;
}

std::string measure(const std::string& fields) {
  return R"({"type": "measure", "id": "m", "fields": {"organisation": "@o", "cycle": "@c", "evidence": "@e", "outcome": "2A",
             "name": "Canary figure", )" + fields + "}}";
}

/// The cells of the row that starts with `name`, as they stand in the JSON document.
std::string row_of(const std::string& json, const std::string& name) {
  const std::size_t at = json.find(name);
  EVENHAND_ASSERT(at != std::string::npos, "the row is not in the report");
  return json.substr(at, 400);
}

std::string tally(const std::string& status, const std::string& fields) {
  return R"({"type": "workshop", "id": "w", "fields": {"organisation": "@o", "cycle": "@c", "title": "W", "status": ")" + status +
         R"("}}, {"type": "tally", "id": "t", "fields": {"workshop": "@w", "level": "outcome", "code": "2A", "participants": 4219, )" +
         fields + "}}";
}

}  // namespace

TEST_CASE("a count of people from 1 to 7 is hidden; others are rounded to 5") {
  const auto shown = [](const std::string& value) {
    return row_of(report(small_model(measure(R"("unit": "people", "value": ")" + value + "\"")), "workforce"), "Canary figure");
  };
  CHECK(has(shown("3"), "masked"));
  CHECK_FALSE(has(shown("3"), "\"3 people\""));
  CHECK(has(shown("4213"), "4215 people"));
  CHECK(has(shown("0"), "0 people"));
}

TEST_CASE("a figure that a document prints stands as it is printed, whoever entered it, also how few votes there were") {
  const DataFileModel model = small_model(R"({"type": "published", "id": "p", "fields": {"organisation": "@o", "cycle": "@c", "level": "outcome", "kind": "votes", "code": "2A", "value": "3", "source": "EDS report"}})");
  std::size_t rows = 0;
  const auto seen = plugins::for_each_masked_row(model, "published", DisclosureRule(), [&](const Record&, const plugins::InputRow& row) {
    ++rows;
    const auto value = std::find_if(row.fields.begin(), row.fields.end(), [](const plugins::InputField& one) { return one.name == "value"; });
    REQUIRE(value != row.fields.end());
    CHECK(value->number == 3);
    CHECK(value->state == 0);
  });
  CHECK(seen.ok());
  CHECK(rows == 1);
}

TEST_CASE("a percentage that stands for one person is hidden with its n, a safe one keeps both") {
  const auto shown = [](const std::string& value) {
    return row_of(report(small_model(measure(R"("unit": "percent", "denominator": 156, "value": ")" + value + "\"")), "workforce"),
                  "Canary figure");
  };
  CHECK_FALSE(has(shown("0.64"), "0.64"));
  CHECK_FALSE(has(shown("0.64"), "156"));
  CHECK(has(shown("64.10"), "64.10%"));
  CHECK(has(shown("64.10"), "156"));
}

TEST_CASE("an n of a few people hides the percentage") {
  const std::string shown =
      row_of(report(small_model(measure(R"("unit": "percent", "denominator": 5, "value": "100")")), "workforce"), "Canary figure");
  CHECK_FALSE(has(shown, "100%"));
}

TEST_CASE("small cells of a data table are hidden and the rest rounded") {
  const std::string json = report(small_model(R"({"type": "data_table", "id": "d", "fields": {"organisation": "@o", "cycle": "@c",
      "evidence": "@e", "title": "Replies", "chart": "none", "rows": "[[\"Language\",\"Replies\"],[\"Polish\",6],[\"English\",4213]]"}})"),
                                  "eds-report");
  CHECK(has(row_of(json, "Polish").substr(0, 120), "masked"));
  CHECK(has(row_of(json, "English"), "4215"));
  CHECK_FALSE(has(json, "4213"));
}

TEST_CASE("votes are hidden until the workshop is closed, and when there are fewer than five") {
  const std::string split = R"("votes_0": 0, "votes_1": 1111, "votes_2": 2222, "votes_3": 886)";
  CHECK(has(report(small_model(tally("closed", split)), "eds-report"), "2222"));
  CHECK_FALSE(has(report(small_model(tally("open", split)), "eds-report"), "2222"));
  const std::string few = report(small_model(tally("closed", R"("votes_1": 3, "votes_2": 1)")), "eds-report");
  CHECK(has(row_of(few, "All graders").substr(0, 300), "masked"));
  CHECK(has(few, "4219"));  // participant totals are not rounded
}

TEST_CASE("a breakdown by group of graders is hidden as a whole when one group is too small") {
  const std::string groups = tally("closed", R"("graders": "patients", "votes_2": 2222)") +
                             R"(, {"type": "tally", "id": "t2", "fields": {"workshop": "@w", "level": "outcome", "code": "2A",
                                "graders": "carers", "votes_1": 2}})";
  CHECK_FALSE(has(report(small_model(groups), "eds-report"), "2222"));
}

TEST_CASE("two grades that nobody has decided between count as none, and both are shown") {
  DataFileModel model = model_of({kCcs});
  model.add_conflict(model.id_of(kCcs, "grade-3a"), "value", Value(GradeValue{2}));
  const std::string json = report(model, "eds-report");
  CHECK(has(json, "Not settled: "));
  CHECK_FALSE(has(json, "28 of 33"));
}

TEST_CASE("a small cell of a data table is hidden when it counts people, and stands when the table counts something else") {
  const auto shown = [](const std::string& unit, bool is_published = false) {
    return report(small_model(R"({"type": "data_table", "id": "d", "fields": {"organisation": "@o", "cycle": "@c", "evidence": "@e", "outcome": "2A", "title": "Canary table",
      "rows": "[[\"Place\",\"n\"],[\"Canary ward\",3]]")" + unit + "}}", is_published), "workforce");
  };
  const std::string people = shown("");
  REQUIRE(has(people, "Canary ward"));
  CHECK(has(row_of(people, "Canary ward"), "masked"));
  CHECK(has(row_of(shown(R"(, "unit": "people")"), "Canary ward"), "masked"));
  CHECK_FALSE(has(row_of(shown(R"(, "unit": "papers")"), "Canary ward"), "masked"));
  CHECK_FALSE(has(row_of(shown("", true), "Canary ward"), "masked"));
}

TEST_CASE("a percentage that was printed already stands as printed, one of our own is hidden") {
  const auto shown = [](bool is_published) {
    return row_of(report(small_model(measure(R"("unit": "percent", "denominator": 156, "value": "0.64")"), is_published), "workforce"), "Canary figure");
  };
  CHECK_FALSE(has(shown(false), "0.64"));
  CHECK(has(shown(true), "0.64"));
}

TEST_CASE("a figure in conflict is hidden when one of its versions would be, whichever field is not settled") {
  const auto in_conflict = [](const std::string& fields, const std::string& name, const Value& other) {
    DataFileModel model = small_model(measure(fields));
    model.add_conflict(model.id_of("small", "m"), name, other);
    return report(model, "workforce");
  };
  // People or staff: three may be people.
  const std::string unit = in_conflict(R"("unit": "staff", "value": "3.14", "baseline": "2.71")", "unit", Value(std::string("people")));
  REQUIRE(has(unit, "Canary figure"));
  CHECK_FALSE(has(unit, "3.14"));
  CHECK_FALSE(has(unit, "2.71"));
  CHECK(has(in_conflict(R"("unit": "staff", "value": "3.14")", "unit", Value(std::string("posts"))), "3.14"));
  // Half or 40 % of four or five, or of 400: four is too few.
  const std::string few = R"("unit": "percent", "value": "41.25", "denominator": )";
  CHECK_FALSE(has(in_conflict(few + "400", "denominator", Value(std::int64_t{4})), "41.25"));
  CHECK(has(in_conflict(few + "400", "denominator", Value(std::int64_t{800})), "41.25"));
  CHECK_FALSE(has(in_conflict(R"("unit": "percent", "value": "50.00", "denominator": 156)", "value", Value(Decimal{64, 2})), "50.00"));
  CHECK_FALSE(has(in_conflict(R"("unit": "percent", "value": "41.25", "numerator": 165, "denominator": 400)", "numerator", Value(std::int64_t{3})), "41.25"));
}

TEST_CASE("votes in conflict are counted as the fewest that there may be") {
  const auto in_conflict = [](std::int64_t other) {
    DataFileModel model = small_model(tally("closed", R"("votes_2": 2222)"));
    model.add_conflict(model.id_of("small", "t"), "votes_2", Value(other));
    return report(model, "eds-report");
  };
  CHECK(has(in_conflict(3333), "2222"));
  CHECK_FALSE(has(in_conflict(3), "2222"));
}

TEST_CASE("a cell of a data table is a count however it is written, and other texts stand") {
  const auto shown = [](const std::string& cell) {
    const std::string json = report(small_model(R"({"type": "data_table", "id": "d", "fields": {"organisation": "@o", "cycle": "@c",
      "evidence": "@e", "title": "Replies", "chart": "none", "rows": "[[\"4\",\"Replies\"],[\"Canary ward\",)" + cell + R"(]]"}})"), "eds-report");
    const std::string row = row_of(json, "Canary ward").substr(0, 60);
    return row.substr(0, row.find(']'));
  };
  for (const std::string few : {"3", "5.0", "3e0", "-3", R"(\"4\")", R"(\" 4 \")", R"(\"5.0\")", R"(\"5 people\")", R"(\"1 person\")", R"(\"-3\")", R"(\"+3\")", "\\\"4\xC2\xA0\\\""}) {
    INFO(few << shown(few));
    CHECK(has(shown(few), "masked"));
  }
  CHECK(has(shown(R"(\"1,203\")"), "1205"));
  CHECK(has(shown("1203.0"), "1205"));
  CHECK(has(shown("4.5"), "4.5"));
  CHECK(has(shown("9223372036854775807"), "9223372036854775807"));
  for (const std::string few : {"4*", "4 (20%)", "4 ( 2.5 % )", "4 staff", "n=3", "<5", "about 4", "5.0 staff", "2A", "\xE2\x80\x89" "4", "\xEF\xBC\x94", "\xEF\xBC\x94 women"}) {
    INFO(few);
    CHECK(has(shown("\\\"" + few + "\\\""), "masked"));
  }
  CHECK(has(shown(R"(\"\uFF11\uFF12\uFF10\uFF13\")"), "1205"));
  for (const std::string text : {"1,2", "12,34", "1,2034", "2025/26", "n/a", "people", "13 staff", "1,204 staff", "4.5 hours", "4 of 20", "5%", "0 staff"}) {
    INFO(text << shown("\\\"" + text + "\\\""));
    CHECK(has(shown("\\\"" + text + "\\\""), text));
  }
}
