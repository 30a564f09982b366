#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;

TEST_CASE("a report is made whichever text field of any record is in conflict") {
  const DataFileModel whole = model_of({kCcs});
  const plugins::Registry registry(plugins::built_in_plugins());
  for (const RecordSpec& spec : vocabulary()) {
    const auto records = whole.records(spec.name);
    if (!records || records->empty()) continue;
    DataFileModel model = model_of({kCcs});
    for (const FieldSpec& field : spec.fields) {
      const bool is_text = field.type == FieldType::word || field.type == FieldType::prose;
      if (is_text && spec.name != "cycle") model.add_conflict(records->front().id(), field.name, Value(std::string("The other version")));
    }
    for (const auto& info : registry.reports()) {
      const auto made = plugins::run_report(registry, model, info.id, {}, plugins::Format::json);
      INFO(spec.name << ", " << info.id << ": " << (made ? "" : made.error().sentence()));
      CHECK(made.ok());
    }
  }
}

TEST_CASE("both versions of a disputed text stand in the report, and it says that nobody has decided") {
  DataFileModel model = model_of({kCcs});
  model.add_conflict(model.id_of(kCcs, "ev-icash-1a"), "text", Value(std::string("A quite different account")));
  const std::string json = report(model, "eds-report");
  CHECK(has(json, "A quite different account"));
  CHECK(has(json, "Distance, disability, ethnicity or money"));
  CHECK(has(json, "nobody has decided between them"));
}

TEST_CASE("a data table with more columns than a page holds is left out and named, and the report is made") {
  std::string cells;  // quotes escaped, because the rows are JSON inside JSON
  for (int i = 0; i < 200; ++i) cells += (i ? "," : "") + std::string(R"(\"cell\")");
  DataFileModel wide;
  REQUIRE(wide.add_text("wide", R"({"records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Wide NHS Trust"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "evidence", "id": "e", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "title": "Survey"}},
    {"type": "data_table", "id": "d", "fields": {"organisation": "@o", "cycle": "@c", "evidence": "@e", "title": "Wide one",
     "rows": "[[)" + cells + "],[" + cells + R"(]]"}}]})").ok());
  CHECK(has(report(wide, "eds-report"), "too many columns"));
}

TEST_CASE("a comparison shows both values of a grade in dispute, and says whose it is and that nobody has decided") {
  DataFileModel model = model_of({kFenmarsh});
  const auto grades = *model.records("grade");
  const auto counted = std::find_if(grades.begin(), grades.end(), [](const Record& one) { return one.text("kind") == "verified" && !one.reference("service"); });
  REQUIRE(counted != grades.end());
  const std::string other = counted->text("value") == "1" ? "3" : "1";
  model.add_conflict(counted->id(), "value", Value(*GradeValue::parse(other)));
  const std::string json = report(model, "comparison");
  CHECK(has(json, "the verified grade is in dispute, and nobody has decided. Not settled: "));
  CHECK(has(json, "{\"text\": \"Not settled: "));
}

TEST_CASE("a published figure in dispute stands in the comparison with both values, and as one that nobody has decided") {
  DataFileModel model = model_of({kCcs, kLpt});
  const auto published = *model.records("published");
  const auto figure = std::find_if(published.begin(), published.end(), [](const Record& one) { return one.text("kind") == "rating" || one.text("kind") == "total"; });
  REQUIRE(figure != published.end());
  const std::string value = figure->text("value"), other = value == "7" ? "8" : "7";
  CHECK_FALSE(has(report(model, "comparison"), "In dispute: nobody has decided what was published"));
  model.add_conflict(figure->id(), "value", Value(*Decimal::parse(other)));
  const std::string json = report(model, "comparison");
  CHECK((has(json, "Not settled: " + value + " or " + other + " of ") || has(json, "Not settled: " + other + " or " + value + " of ")));
  CHECK(count(json, "In dispute: nobody has decided what was published") == 1);

  DataFileModel printed = model_of({kCcs, kLpt});
  printed.add_conflict(figure->id(), "words", Value(std::string("Achieving, as printed elsewhere")));
  const std::string words = report(printed, "comparison");
  CHECK(has(words, "Achieving, as printed elsewhere"));
  CHECK(has(words, "Not settled: "));
}

TEST_CASE("a published figure stays in the comparison while it is in dispute what sort of figure it is, or what it is about") {
  DataFileModel model = model_of({kCcs, kLpt});
  const auto published = *model.records("published");
  const auto figure = std::find_if(published.begin(), published.end(), [](const Record& one) { return one.text("kind") == "total"; });
  REQUIRE(figure != published.end());
  const std::string figures = figure->text("source");
  const std::size_t before = count(report(model, "comparison"), figures);

  DataFileModel of_some_kind = model_of({kCcs, kLpt});
  of_some_kind.add_conflict(figure->id(), "kind", Value(std::string("votes")));
  const std::string kinds = report(of_some_kind, "comparison");
  CHECK(count(kinds, figures) == before);
  CHECK((has(kinds, "(Not settled: total or votes)") || has(kinds, "(Not settled: votes or total)")));
  CHECK(count(kinds, "In dispute: nobody has decided what was published") == 1);

  DataFileModel about_something = model_of({kCcs, kLpt});
  about_something.add_conflict(figure->id(), "level", Value(std::string("workshop")));
  const std::string levels = report(about_something, "comparison");
  CHECK(count(levels, figures) == before);
  CHECK(count(levels, "In dispute: nobody has decided what it is about") == 1);
}
