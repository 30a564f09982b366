#include <catch2/catch.hpp>

#include "core/record/declared_types.h"
#include "plugins/manifest/manifest.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using plugins::read_manifest;

namespace {

std::string manifest(const std::string& data_class, const std::string& reads, const std::string& id = "org.example.test",
                     const std::string& sdk = R"({"from": 1, "to": 1})") {
  return R"({"id": ")" + id + R"(", "version": "1.0.0", "title": "T", "kind": "built-in", "sdk": )" + sdk +
         R"(, "data_class": ")" + data_class + R"(", "reads": )" + reads + "}";
}

}  // namespace

TEST_CASE("a manifest that declares what exists is taken") {
  const auto read = read_manifest(manifest("free text", R"({"evidence": ["title", "text"], "score": ["total"]})"));
  REQUIRE(read.ok());
  CHECK(read->may_read("evidence", "title"));
  CHECK_FALSE(read->may_read("evidence", "owner"));
  CHECK(read->may_read("score", "total"));
}

TEST_CASE("a manifest is refused when it names what does not exist, and the refusal says where") {
  CHECK(read_manifest(manifest("none", R"({"evidense": []})")).error().where == "plugin.json:1: reads.evidense");
  CHECK(read_manifest(manifest("none", R"({"evidence": ["titel"]})")).error().where == "plugin.json:1: reads.evidence.titel");
  CHECK(read_manifest(manifest("none", R"({"score": ["titel"]})")).error().where == "plugin.json:1: reads.score.titel");
}

TEST_CASE("a field above the declared data class is refused") {
  CHECK_FALSE(read_manifest(manifest("none", R"({"evidence": ["text"]})")).ok());
  CHECK_FALSE(read_manifest(manifest("free text", R"({"person": ["name"]})")).ok());
  CHECK_FALSE(read_manifest(manifest("personal", R"({"person": ["access_needs"]})")).ok());
  CHECK(read_manifest(manifest("special", R"({"person": ["access_needs"]})")).ok());
}

TEST_CASE("records at home in a people space need the personal class, even for fields that say nothing of anybody") {
  CHECK_FALSE(read_manifest(manifest("free text", R"({"story": ["title"]})")).ok());
  CHECK(read_manifest(manifest("personal", R"({"story": ["title"]})")).ok());
}

TEST_CASE("an id that is no reversed domain name and a foreign SDK are refused") {
  CHECK_FALSE(read_manifest(manifest("none", "{}", "report")).ok());
  CHECK_FALSE(read_manifest(manifest("none", "{}", "Org.Example.Test")).ok());
  CHECK_FALSE(read_manifest(manifest("none", "{}", "org.example.test", R"({"from": 2, "to": 3})")).ok());
  CHECK_FALSE(read_manifest("[]").ok());
  CHECK_FALSE(read_manifest("{").ok());
}

TEST_CASE("what is no JSON is corrupt, what breaks a rule is refused, and both say the line") {
  const auto corrupt = read_manifest("{\n\"id\": }").error();
  CHECK(corrupt.code == ErrorCode::corrupt);
  CHECK(corrupt.where == "plugin.json:2");
  const auto refused = read_manifest(manifest("none", "{}", "report")).error();
  CHECK(refused.code == ErrorCode::refused);
  CHECK(refused.where == "plugin.json:1: id");
  CHECK_FALSE(refused.next.empty());
}

TEST_CASE("a manifest that uses every key is taken whole") {
  const auto read = read_manifest(test::source_file("tests/unit/plugins/manifest/whole.json"));
  REQUIRE(read.ok());
  CHECK(read->id == "org.example.walks");
  CHECK(read->version == "1.2.0");
  CHECK(read->summary.starts_with("Walks to wards"));
  CHECK(read->kind == plugins::Kind::native);
  CHECK(read->data_class == DataClass::free_text);
  CHECK(read->limits.memory_mib == 128);
  CHECK(read->limits.seconds == 5);
  CHECK(read->limits.output_mib == 4);
  CHECK(read->reads.size() == 8);
  CHECK(read->may_read("evidence", "date"));
  CHECK(read->may_read("walk", "words"));
  CHECK(read->may_read("org.example.walks/walk-rows/by-place", "longest"));
  CHECK(read->may_read("org.example.other/ward-rows", "beds"));
  REQUIRE(read->read_versions.size() == 1);
  CHECK(read->read_versions.at("evidence").to == 3);
  REQUIRE(read->reports.size() == 1);
  CHECK(read->reports[0].place == plugins::ReportPlace::page);
  REQUIRE(read->types.size() == 1);
  CHECK(read->types[0].find("name")->text() == "walk");
  REQUIRE(read->projections.size() == 1);
  const auto& projection = read->projections[0];
  CHECK(projection.on == std::vector<std::string>{"walk", "action"});
  CHECK(projection.columns[0].title == "Place");
  CHECK(projection.columns[1].title == "days");
  CHECK(projection.columns[1].type == plugins::ColumnType::number);
  CHECK(projection.aggregates[0].group == std::vector<std::string>{"place"});
  CHECK(projection.aggregates[0].measures[0].rule == plugins::AggregateRule::count);
  CHECK(projection.aggregates[0].measures[1].of == "days");
  CHECK(read->validators[0].on == std::vector<std::string>{"walk"});
  CHECK(read->exports[0].columns.size() == 1);
  CHECK(read->commands[0].options[0].is_required);
  CHECK(read->commands[0].proposes == std::vector<std::string>{"walk", "action"});
  CHECK(read->words.at("cy") == "words/cy.json");
  CHECK(read->help == "help/walks.md");
}

TEST_CASE("what a manifest does not say has the values of the contract") {
  const auto read = read_manifest(manifest("none", "{}"));
  REQUIRE(read.ok());
  CHECK(read->limits.memory_mib == 256);
  CHECK(read->limits.seconds == 10);
  CHECK(read->limits.output_mib == 16);
  CHECK(read->summary.empty());
  CHECK(read->help.empty());
}

TEST_CASE("a field that a declared type gave up is told of, and the type keeps its name") {
  const std::string text = test::source_file("tests/unit/plugins/manifest/whole.json");
  const std::string mark = R"(, "deprecated": "since 1.1.0; use \"place\"")";
  const std::size_t at = text.find(mark);
  REQUIRE(at != std::string::npos);
  const auto with = read_manifest(text), without = read_manifest(std::string(text).erase(at, mark.size()));
  REQUIRE(with.ok());
  REQUIRE(without.ok());
  CHECK(with->given_up.at("walk").at("ward") == "since 1.1.0; use \"place\"");
  CHECK(without->given_up.empty());
  const auto type = [](const plugins::Manifest& manifest) { return TypeDefinition::from_json(manifest.id, manifest.types.at(0), "").value().type(); };
  CHECK(type(*with) == type(*without));
  std::string reading = text;
  const std::string wanted = "\"walk\": [";
  REQUIRE(reading.find(wanted) != std::string::npos);
  reading.insert(reading.find(wanted) + wanted.size(), "\"ward\", ");
  const auto warned = plugins::examine_manifest(reading).refusals;
  REQUIRE(warned.size() == 1);
  CHECK(warned[0].code == "plugin.deprecated-field");
  CHECK(warned[0].found == "\"ward\", deprecated since 1.1.0; use \"place\"");
  for (const char* wrong : {"7", "\"\"", "\"two\\nlines\"", "[]", "\"since \u202E1.2\"", "\"since 1.2\u200B\""}) {
    std::string broken = text;
    broken.replace(at, mark.size(), std::string(", \"deprecated\": ") + wrong);
    const auto refusals = plugins::examine_manifest(broken).refusals;
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].path == "contributes.types[0].fields[2].deprecated");
  }
}
