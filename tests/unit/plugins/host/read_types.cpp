#include "plugins/host/read_types.h"

#include <catch2/catch.hpp>

#include "plugins/host/input_writer.h"
#include "plugins/sdk/input.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

Json walk(const char* meaning) {
  Json field = Json::object().set("name", "title").set("type", "word").set("data_class", "none").set("merge", "single").set("meaning", "What it is called").set("example", "Park");
  return Json::object().set("name", "walk").set("plural", "walks").set("home", "organisation").set("meaning", meaning).set("title_field", "title")
      .set("fields", Json::array().push(std::move(field)));
}

std::string declared(const std::string& plugin, const Json& type) {
  const auto definition = TypeDefinition::from_json(plugin, type, "");
  REQUIRE(definition.ok());
  const auto spec = declare_record_type(*definition);
  REQUIRE(spec.ok());
  return std::string((*spec)->name);
}

Manifest manifest_of(const std::string& plugin, Json type) {
  Manifest manifest;
  manifest.id = plugin;
  manifest.types = {std::move(type)};
  manifest.reads["walk"] = {"title"};
  return manifest;
}

}  // namespace

TEST_CASE("a plugin reads every version of a type that it declares under one short name, and writes the version of its manifest") {
  const std::string first = declared("org.example.walks", walk("A walk")), second = declared("org.example.walks", walk("A walk with people"));
  REQUIRE(first != second);
  const Manifest manifest = manifest_of("org.example.walks", walk("A walk with people"));
  CHECK(name_for(manifest, first) == "walk");
  CHECK(name_for(manifest, second) == "walk");
  CHECK(types_read_as(manifest, "walk").size() == 2);
  REQUIRE(type_written_as(manifest, "walk") != nullptr);
  CHECK(type_written_as(manifest, "walk")->name == second);
}

TEST_CASE("another plugin's type of the same short name reaches a plugin only by its whole name") {
  const std::string theirs = declared("org.example.others", walk("Another walk"));
  Manifest manifest = manifest_of("org.example.walks", walk("A walk"));
  const InputRow row{theirs, std::string(32, '1'), {{"title", 0, {"Secret path"}}}};
  InputWriter without(manifest, "walks");
  without.row(row);
  CHECK(sdk::Input(without.bytes()).rows("walk").empty());
  CHECK(without.bytes().find("Secret path") == std::string::npos);
  manifest.reads[theirs] = {"title"};
  InputWriter with(manifest, "walks");
  with.row(row);
  const sdk::Input input(with.bytes());
  CHECK(input.rows("walk").empty());
  REQUIRE(input.rows(theirs).size() == 1);
  CHECK(input.rows(theirs).front().text("title") == "Secret path");
}

TEST_CASE("types of the vocabulary keep their names, whatever a manifest calls its own") {
  const Manifest manifest = manifest_of("org.example.walks", walk("A walk"));
  CHECK(name_for(manifest, "evidence") == "evidence");
  CHECK(types_read_as(manifest, "evidence").size() == 1);
  CHECK(type_written_as(manifest, "evidence") == find_record_type("evidence"));
  CHECK(types_read_as(manifest, "no_such_type").empty());
}
