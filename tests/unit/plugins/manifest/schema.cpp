// docs/formats/plugin.schema.json and the reader know the same keys, words and bounds.
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>

#include "core/record/declared_types.h"
#include "plugins/manifest/manifest.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

using Names = std::set<std::string>;

Json whole() { return parse_json(test::source_file("tests/unit/plugins/manifest/whole.json")).value(); }
Json schema() { return parse_json(test::source_file("docs/formats/plugin.schema.json")).value(); }

/// What stands at "a/b/0/c".
const Json& at(const Json& json, std::string_view path) {
  if (path.empty()) return json;
  const std::string step(path.substr(0, path.find('/')));
  const std::string_view rest = step.size() == path.size() ? std::string_view() : path.substr(step.size() + 1);
  const Json* found = json.is_array() ? &json.items().at(std::stoul(step)) : json.find(step);
  if (found == nullptr) throw std::runtime_error("nothing at " + step);
  return at(*found, rest);
}

/// The same with the object at `path` changed.
Json with(const Json& json, std::string_view path, const std::function<Json(const Json&)>& change) {
  if (path.empty()) return change(json);
  const std::string step(path.substr(0, path.find('/')));
  const std::string_view rest = step.size() == path.size() ? std::string_view() : path.substr(step.size() + 1);
  Json copy = json.is_array() ? Json::array() : Json::object();
  for (std::size_t i = 0; i < json.size(); ++i) {
    const bool is_here = json.is_array() ? std::to_string(i) == step : json.keys()[i] == step;
    Json item = is_here ? with(json.items()[i], rest, change) : json.items()[i];
    if (json.is_array()) {
      copy.push(std::move(item));
    } else {
      copy.set(json.keys()[i], std::move(item));
    }
  }
  return copy;
}

Json without(const Json& object, const std::string& key) {
  Json copy = Json::object();
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (object.keys()[i] != key) copy.set(object.keys()[i], object.items()[i]);
  }
  return copy;
}

/// "a, b or c".
Names names_in(std::string text) {
  Names names;
  if (const std::size_t last = text.rfind(" or "); last != std::string::npos) text.replace(last, 4, ", ");
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(", ", from), text.size());
    names.insert(text.substr(from, end - from));
    from = end + 2;
  }
  return names;
}

Names texts(const Json& list) {
  Names names;
  for (const Json& one : list.items()) names.insert(one.text());
  return names;
}

/// Every object of the schema, and one of its kind in whole.json.
struct Shape {
  const char* in_schema;
  const char* in_whole;
};
const Shape kShapes[] = {
    {"", ""},
    {"properties/sdk", "sdk"},
    {"properties/limits", "limits"},
    {"$defs/contributes", "contributes"},
    {"$defs/report", "contributes/reports/0"},
    {"$defs/projection", "contributes/projections/0"},
    {"$defs/columns/items", "contributes/projections/0/columns/0"},
    {"$defs/columns/items", "contributes/exports/0/columns/0"},
    {"$defs/aggregate", "contributes/projections/0/aggregates/0"},
    {"$defs/measure", "contributes/projections/0/aggregates/0/measures/1"},
    {"$defs/validator", "contributes/validators/0"},
    {"$defs/export", "contributes/exports/0"},
    {"$defs/command", "contributes/commands/0"},
    {"$defs/option", "contributes/commands/0/options/0"},
};
const Shape kTypeShapes[] = {
    {"$defs/record_type", "contributes/types/0"},
    {"$defs/record_field", "contributes/types/0/fields/0"},
};

bool is_missing(const ManifestReading& reading) {
  for (const Refusal& one : reading.refusals) {
    if (one.code == "plugin.missing" || (one.code == "plugin.bad-type" && one.found.find("a declared type needs") != std::string::npos)) return true;
  }
  return false;
}

template <class Enum>
Names words_of(Enum last) {
  Names names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.emplace(to_word(static_cast<Enum>(i)));
  return names;
}

}  // namespace

TEST_CASE("the schema has exactly the keys that the reader knows, object by object") {
  const Json known = schema();
  for (const Shape& shape : kShapes) {
    INFO(shape.in_schema);
    const Json broken = with(whole(), shape.in_whole, [](Json object) { return object.set("nobody-knows-this", true); });
    const auto refusals = examine_manifest(write_json(broken)).refusals;
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].code == "plugin.unknown-key");
    const Json& properties = at(known, std::string(shape.in_schema) + (*shape.in_schema != '\0' ? "/" : "") + "properties");
    CHECK(names_in(refusals[0].wanted) == Names(properties.keys().begin(), properties.keys().end()));
  }
}

TEST_CASE("what the schema requires the reader refuses to do without, and nothing else") {
  std::vector<Shape> shapes(std::begin(kShapes), std::end(kShapes));
  shapes.insert(shapes.end(), std::begin(kTypeShapes), std::end(kTypeShapes));
  for (const Shape& shape : shapes) {
    const Json known = schema();
    const Json* required = at(known, shape.in_schema).find("required");
    Names needed = required != nullptr ? texts(*required) : Names();
    if (std::string_view(shape.in_schema) == "$defs/measure") needed.insert("of");  // by its "else"
    for (const std::string& key : at(known, shape.in_schema).find("properties")->keys()) {
      INFO(shape.in_whole << " without " << key);
      const Json less = with(whole(), shape.in_whole, [&](const Json& object) { return without(object, key); });
      CHECK(is_missing(examine_manifest(write_json(less))) == needed.contains(key));
    }
  }
}

TEST_CASE("the words of the schema are those of the vocabulary, and its bounds the reader's") {
  const Json known = schema();
  CHECK(texts(at(known, "properties/data_class/enum")) == words_of(DataClass::special));
  CHECK(texts(at(known, "properties/kind/enum")) == words_of(Kind::native));
  CHECK(texts(at(known, "$defs/report/properties/place/enum")) == words_of(ReportPlace::card));
  const Json& field = at(known, "$defs/record_field/properties");
  Names types = words_of(FieldType::blob);
  types.erase("blob");
  CHECK(texts(at(field, "type/enum")) == types);
  CHECK(texts(at(field, "merge/enum")) == words_of(MergeRule::items));
  CHECK(texts(at(field, "data_class/enum")) == words_of(DataClass::free_text));
  Names homes = words_of(HomeSpace::cycle);
  homes.erase("people");
  CHECK(texts(at(known, "$defs/record_type/properties/home/enum")) == homes);
  CHECK(at(known, "$defs/record_type/properties/fields/maxItems").natural() == kDeclaredFieldsMax);
  const Json& limits = at(known, "properties/limits/properties");
  CHECK(at(limits, "memory_mib/maximum").natural() == kMemoryMibMax);
  CHECK(at(limits, "seconds/maximum").natural() == kSecondsMax);
  CHECK(at(limits, "output_mib/maximum").natural() == kOutputMibMax);
}

TEST_CASE("lists one longer than the schema allows are refused by the reader, and those as long are not for their length") {
  const std::pair<const char*, const char*> kLists[] = {
      {"$defs/contributes/properties/types", "contributes/types"},
      {"$defs/contributes/properties/reports", "contributes/reports"},
      {"$defs/contributes/properties/projections", "contributes/projections"},
      {"$defs/contributes/properties/validators", "contributes/validators"},
      {"$defs/contributes/properties/exports", "contributes/exports"},
      {"$defs/contributes/properties/commands", "contributes/commands"},
      {"$defs/columns", "contributes/exports/0/columns"},
      {"$defs/projection/properties/aggregates", "contributes/projections/0/aggregates"},
      {"$defs/aggregate/properties/group", "contributes/projections/0/aggregates/0/group"},
      {"$defs/aggregate/properties/measures", "contributes/projections/0/aggregates/0/measures"},
      {"$defs/command/properties/options", "contributes/commands/0/options"},
      {"$defs/record_types", "contributes/validators/0/on"},
  };
  for (const auto& [in_schema, in_whole] : kLists) {
    const std::size_t most = *at(schema(), std::string(in_schema) + "/maxItems").natural();
    for (const std::size_t count : {most, most + 1}) {
      INFO(in_whole << " with " << count);
      Json items = Json::array();
      for (std::size_t i = 0; i < count; ++i) items.push(1);
      const auto refusals = examine_manifest(write_json(with(whole(), in_whole, [&](const Json&) { return items; }))).refusals;
      const bool is_refused = std::any_of(refusals.begin(), refusals.end(), [](const Refusal& one) { return one.code == "plugin.too-many"; });
      CHECK(is_refused == (count > most));
    }
  }
}

TEST_CASE("the manifests of the plugins that we ship have nothing to refuse and nothing to warn of") {
  for (const char* plugin : {"comparison", "leadership", "report", "services", "workforce"}) {
    const auto reading = examine_manifest(test::source_file("plugins/" + std::string(plugin) + "/plugin.json"));
    INFO(plugin);
    CHECK(reading.refusals.empty());
    CHECK_FALSE(reading.manifest.reports.empty());
  }
}
