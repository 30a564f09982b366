// `evenhand record …`: types that plugins declared, named by people.
#include <catch2/catch.hpp>

#include "tests/support/declared_sample.h"
#include "tests/unit/apps/cli/plugin_desk.h"

using namespace evenhand;
using Catch::Matchers::Contains;
using test::Desk;
using test::sample_definition;

namespace {

/// Declares what stands in the text; gives the whole name.
std::string declared(const Desk& desk, const std::string& definition) {
  const auto file = desk.scratch / "definition.json";
  std::ofstream(file) << definition;
  return desk.json({"record", "declare", file.string()}).find("type")->text();
}

}  // namespace

TEST_CASE("two declared types of one name are told apart by their digits, and the short name alone is refused with both") {
  Desk desk;
  desk.found();
  const std::string first = declared(desk, sample_definition());
  std::string other = sample_definition();
  other.replace(other.find("org.example.walks"), 17, "org.example.other");
  const std::string second = declared(desk, other);
  REQUIRE(first != second);
  const auto refused = desk.run({"record", "add", "walk", "--set", "title=Corridor 7"});
  CHECK(refused.exit != 0);
  CHECK_THAT(refused.err, Contains("names 2 declared types") && Contains("org.example.other") && Contains("Use the digits too"));
  desk.good({"record", "add", first.substr(0, 11), "--set", "title=Corridor 7"});
  CHECK(desk.json({"record", "list", first}).size() == 1);
  CHECK(desk.json({"record", "list", second}).size() == 0);
}

TEST_CASE("fields are read as their type wants, sets grow and shrink, and what is no field or no NAME=VALUE is refused") {
  Desk desk;
  desk.found();
  declared(desk, sample_definition());
  desk.good({"record", "add", "walk", "--set", "title=Corridor 7", "--set", "steps=1200", "--set", "findings=Doors; Signs", "--set", "due=Q3 2026/27"});
  desk.good({"record", "edit", "walk", "Corridor 7", "--add", "findings=Lighting", "--remove", "findings=Doors", "--clear", "due"});
  const Json shown = desk.json({"record", "show", "walk", "Corridor 7"});
  const Json& fields = *shown.find("fields");
  CHECK(fields.find("steps")->integer() == 1200);
  CHECK(fields.find("findings")->size() == 2);
  CHECK(fields.find("due") == nullptr);
  CHECK_THAT(desk.run({"record", "edit", "walk", "Corridor 7", "--set", "steps=many"}).err, Contains("steps"));
  CHECK_THAT(desk.run({"record", "edit", "walk", "Corridor 7", "--set", "colour=red"}).err, Contains("no field \"colour\""));
  CHECK_THAT(desk.run({"record", "edit", "walk", "Corridor 7", "--set", "steps"}).err, Contains("NAME=VALUE"));
  CHECK_THAT(desk.run({"record", "add", "walk"}).err, Contains("needs --set title"));
  CHECK_THAT(desk.good({"export", "walk"}), Contains("Corridor 7"));
  CHECK_THAT(desk.good({"log", "list"}), Contains("walk.changed"));
}

TEST_CASE("a definition that cannot be used is refused with the place, and --dry-run declares nothing") {
  Desk desk;
  desk.found();
  const auto file = desk.scratch / "definition.json";
  std::string wrong = sample_definition();
  wrong.replace(wrong.find("\"merge\":\"text\""), 14, "\"merge\":\"items\"");
  std::ofstream(file) << wrong;
  CHECK_THAT(desk.run({"record", "declare", file.string()}).err, Contains("fields[3].merge"));
  std::ofstream(file) << sample_definition();
  CHECK_THAT(desk.good({"record", "declare", file.string(), "--dry-run"}), Contains("Would declare walk-"));
  CHECK(desk.json({"record", "types"}).size() == 0);
}

TEST_CASE("a field that a declared type gave up is said by plugin info and record types, and its records keep it") {
  test::PluginDesk desk;
  desk.change("plugin.json", "\"reports\": [", R"("types": [{"name": "visit", "plural": "visits", "home": "organisation", "meaning": "One visit", "title_field": "place", "fields": [
    {"name": "place", "type": "word", "data_class": "none", "merge": "single", "meaning": "Where"},
    {"name": "ward", "type": "word", "data_class": "none", "merge": "single", "meaning": "Which ward"}]}], "reports": [)");
  desk.install();
  desk.good({"record", "add", "visit", "--set", "place=North", "--set", "ward=7"});
  const std::string name = desk.json({"record", "types", "visit"}).find("type")->text();
  desk.change("plugin.json", "\"meaning\": \"Which ward\"", "\"meaning\": \"Which ward\", \"deprecated\": \"since 1.0.1; use place\"");
  desk.change("plugin.json", "\"1.0.0\"", "\"1.0.1\"");
  desk.install();
  CHECK_THAT(desk.good({"plugin", "info", "org.example.walks"}), Contains("Deprecated  visit.ward: since 1.0.1; use place"));
  const Json type = desk.json({"record", "types", "visit"});
  CHECK(type.find("type")->text() == name);
  CHECK(type.find("deprecated")->find("ward")->text() == "since 1.0.1; use place");
  CHECK_THAT(desk.good({"record", "types", "visit"}), Contains("Deprecated since 1.0.1"));
  CHECK_THAT(desk.good({"record", "show", "visit", "North"}), Contains("7"));
}
