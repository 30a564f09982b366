// Packs that count people: the host's rows, the pack's queries and template, the document.
#include <catch2/catch.hpp>

#include "plugins/pack/shipped.h"
#include "plugins/sdk/input.h"
#include "plugins/sdk/rows.h"
#include "tests/unit/plugins/host/reports_of.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

constexpr const char* kWords =
    "{{table groups \"Groups\" empty \"None.\"}}\n| Group | People |\n|---|---|\n| {{characteristics}} | {{n}} |\n\n"
    "There {{plural person \"is one person\" \"are some people\"}}, namely {{count person}}.\n\n"
    "{{facts \"Said\"}}\n- Comments: {{count comment}}\n- Services: {{count service}}\n\n"
    "{{table one \"One of them\"}}\n| Level |\n|---|\n| {{level}} |\n";

/// One organisation's, or all organisations'.
plugins::Registry counting(const std::string& scope) {
  const auto manifest = plugins::read_manifest(R"({"id": "org.example.people", "version": "1.0.0", "title": "People", "summary": "P.", "kind": "pack",
    "sdk": {"from": 1, "to": 1}, "data_class": "special", "reads": {"person": ["characteristics", "level"], "comment": ["outcome"], "service": ["name"]},
    "contributes": {"reports": [{"id": "people", "title": "People", "summary": "P.", "scope": ")" + scope + R"(", "source": "r.json"}]}})");
  EVENHAND_ASSERT(manifest.ok(), "the manifest is in order");
  const plugins::PluginFiles files = {{"t.md", kWords}, {"r.json", R"({"template": "t.md", "queries": {
    "groups": {"from": "person", "unfold": "characteristics", "group": "characteristics", "measures": {"n": "count"}, "sort": "characteristics"},
    "one": {"from": "person", "limit": 1}}})"}};
  for (const plugins::Refusal& refusal : plugins::examine_pack(*manifest, files)) FAIL(refusal.sentence());
  plugins::Registry registry;
  EVENHAND_ASSERT(registry.add({*manifest, "", [=] { return plugins::open_pack(*manifest, files); }}).ok(), "the pack is taken");
  return registry;
}

DataFileModel model_with(int people, int comments = 1) {
  std::string records = R"({"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "service", "id": "s", "fields": {"organisation": "@o", "cycle": "@c", "name": "Wards"}},
    {"type": "grade", "id": "g", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "value": 1, "kind": "verified"}})";
  for (int i = 0; i < comments; ++i) {
    records += R"(, {"type": "comment", "id": "k)" + std::to_string(i) + R"(", "fields": {"organisation": "@o", "cycle": "@c", "text": "Too late.", "triage": "publishable"}})";
  }
  for (int i = 0; i < people; ++i) {
    records += R"(, {"type": "person", "id": "p)" + std::to_string(i) + R"(", "fields": {"name": "Somebody", "consent": "register", "level": "involvement", "characteristics": ["age")" +
               (i < 4 ? R"(, "disability")" : "") + "]}}";
  }
  DataFileModel model;
  EVENHAND_ASSERT(model.add_text("people", R"({"format": "evenhand-data/1", "title": "P", "published_figures": false, "records": [)" + records + "]}").ok(), "the records load");
  return model;
}

/// Twenty-one times somebody took part: each time another person, or always the same.
DataFileModel taking_part(bool is_one_person) {
  std::string records;
  for (int i = 0; i < 21; ++i) {
    const std::string number = std::to_string(i);
    records += R"(, {"type": "person", "id": "q)" + number + R"(", "fields": {"name": "Somebody", "consent": "register", "level": "involvement"}}, {"type": "activity", "id": "a)" + number +
               R"(", "fields": {"person": "@q)" + (is_one_person ? "0" : number) + R"(", "title": "Panel"}})";
  }
  DataFileModel model;
  const auto added = model.add_text("activities", R"({"format": "evenhand-data/1", "title": "P", "published_figures": false, "records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Northmere"}}, {"type": "cycle", "id": "c", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "grade", "id": "g", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "value": 1, "kind": "verified"}})" + records + "]}");
  EVENHAND_ASSERT(added.ok(), added ? "" : added.error().sentence().c_str());
  return model;
}

/// A view of people by level, kept by one plugin and shown by another; or of activities, which have none.
class Levels : public plugins::Runner {
 public:
  Result<std::string> run(std::string_view, std::string_view input) override {
    sdk::Rows rows;
    const sdk::Input given(input);
    for (const sdk::Row& person : given.rows("person")) rows.row("people", person.id()).text("level", person.text("level"));
    for (const sdk::Row& activity : given.rows("activity")) rows.row("people", activity.id()).text("level", "any");
    return rows.bytes();
  }
};

plugins::Registry showing_a_view(const std::string& reads = R"("person": ["level"])", const std::string& on = "person") {
  const auto owner = plugins::read_manifest(R"({"id": "org.example.levels", "version": "1.0.0", "title": "Levels", "summary": "L.", "kind": "native",
    "sdk": {"from": 1, "to": 1}, "data_class": "personal", "reads": {)" + reads + R"(}, "contributes": {"projections": [{"id": "people", "on": [")" + on + R"("],
    "columns": [{"name": "level", "title": "Level"}], "aggregates": [{"id": "by-level", "group": ["level"], "measures": [{"name": "n", "rule": "count"}]}]}]}})");
  const auto reader = plugins::read_manifest(R"({"id": "org.example.reader", "version": "1.0.0", "title": "Reader", "summary": "R.", "kind": "pack",
    "sdk": {"from": 1, "to": 1}, "data_class": "personal", "reads": {"org.example.levels/people/by-level": ["level", "n"]},
    "contributes": {"reports": [{"id": "reader", "title": "Reader", "summary": "R.", "scope": "one organisation", "source": "r.json"}]}})");
  EVENHAND_ASSERT(owner.ok() && reader.ok(), "the manifests are in order");
  const plugins::PluginFiles files = {{"t.md", "{{table levels \"Levels\"}}\n| Level | People |\n|---|---|\n| {{level}} | {{n}} |\n"},
                                      {"r.json", R"({"template": "t.md", "queries": {"levels": {"from": "org.example.levels/people/by-level"}}})"}};
  plugins::Registry registry;
  EVENHAND_ASSERT(registry.add({*owner, "", [] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<Levels>()); }}).ok(), "the owner is taken");
  EVENHAND_ASSERT(registry.add({*reader, "", [=] { return plugins::open_pack(*reader, files); }}).ok(), "the reader is taken");
  return registry;
}

/// A view of comments, which holds no words of theirs: an outcome, a one, and how long it is.
class Voices : public plugins::Runner {
 public:
  explicit Voices(int rows_each) : rows_each_(rows_each) {}
  Result<std::string> run(std::string_view, std::string_view input) override {
    sdk::Rows rows;
    const sdk::Input given(input);
    for (const char* type : {"comment", "service"}) {
      for (const sdk::Row& one : given.rows(type)) {
        for (int i = 0; i < rows_each_; ++i) rows.row(type == std::string("comment") ? "voices" : "places", one.id()).text("outcome", "1A").number("one", 1).number("words", 40);
      }
    }
    return rows.bytes();
  }

 private:
  int rows_each_;
};

/// A pack that counts the rows of views itself, or reads their aggregates, in a class below personal.
std::string counted_voices(int comments, const std::string& data_class, const std::string& view = "voices", int rows_each = 1) {
  const auto owner = plugins::read_manifest(R"({"id": "org.example.voices", "version": "1.0.0", "title": "Voices", "summary": "V.", "kind": "native", "sdk": {"from": 1, "to": 1},
    "data_class": "aggregate", "reads": {"comment": ["outcome"], "service": ["cycle"]}, "contributes": {"projections": [
    {"id": "voices", "on": ["comment"], "columns": [{"name": "outcome"}, {"name": "one", "type": "number"}, {"name": "words", "type": "number"}],
     "aggregates": [{"id": "all", "group": ["outcome"], "measures": [{"name": "n", "rule": "count"}, {"name": "ones", "rule": "sum", "of": "one"}, {"name": "words", "rule": "sum", "of": "words"},
     {"name": "longest", "rule": "max", "of": "words"}]}]},
    {"id": "places", "on": ["service"], "columns": [{"name": "outcome"}, {"name": "one", "type": "number"}, {"name": "words", "type": "number"}]}]}})");
  const std::string type = "org.example.voices/" + view;
  const bool is_aggregate = view.find('/') != std::string::npos;
  const auto reader = plugins::read_manifest(R"({"id": "org.example.reader", "version": "1.0.0", "title": "Reader", "summary": "R.", "kind": "pack", "sdk": {"from": 1, "to": 1},
    "data_class": ")" + data_class + R"(", "reads": {")" + type + "\": [" + (is_aggregate ? R"("outcome", "n", "ones", "words", "longest")" : R"("outcome", "one", "words")") + R"(]},
    "contributes": {"reports": [{"id": "reader", "title": "Reader", "summary": "R.", "scope": "one organisation", "source": "r.json"}]}})");
  if (!owner || !reader) return (owner ? reader.error() : owner.error()).sentence();
  const std::string query = is_aggregate ? R"({"from": ")" + type + R"("})" : R"({"from": ")" + type + R"(", "group": "outcome", "measures": {"n": "count", "ones": {"sum": "one"}, "words": {"sum": "words"}, "longest": {"max": "words"}}})";
  const plugins::PluginFiles files = {{"r.json", R"({"template": "t.md", "queries": {"all": )" + query + "}}"},
                                      {"t.md", "{{table all \"All\"}}\n| Outcome | Count | Ones | Words | Longest |\n|---|---|---|---|---|\n| {{outcome}} | {{n}} | {{ones}} | {{words}} | {{longest}} |\n"}};
  for (const plugins::Refusal& refusal : plugins::examine_pack(*reader, files)) FAIL(refusal.sentence());
  plugins::Registry registry;
  EVENHAND_ASSERT(registry.add({*owner, "", [=] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<Voices>(rows_each)); }}).ok(), "the owner is taken");
  EVENHAND_ASSERT(registry.add({*reader, "", [=] { return plugins::open_pack(*reader, files); }}).ok(), "the reader is taken");
  const DataFileModel model = model_with(0, comments);
  const auto bytes = plugins::run_report(registry, model, "reader", {}, plugins::Format::json);
  return bytes ? *bytes : bytes.error().sentence();
}

std::string made(const std::string& scope, int people, const plugins::ReportOptions& options = {}) {
  const DataFileModel model = model_with(people);
  const auto bytes = plugins::run_report(counting(scope), model, "people", options, plugins::Format::json);
  return bytes ? *bytes : bytes.error().sentence();
}

}  // namespace

TEST_CASE("a pack that counts people on the register shows no small number of them, in tables, sentences, facts or notes") {
  const std::string json = made("all organisations", 4);
  CHECK(says(json, R"([{"text": "disability"}, {"masked": ""}])"));
  CHECK(says(json, "are some people"));
  CHECK(says(json, "hidden: small number"));
  CHECK(says(json, R"({"name": "Comments", "value": {"masked": ""}})"));
  CHECK(says(json, R"({"name": "Services", "value": {"number": 1}})"));
  CHECK(says(json, "Some further rows are not shown."));
}

TEST_CASE("a pack that counts many people on the register rounds how many, and says so") {
  const std::string json = made("all organisations", 21);
  CHECK(says(json, R"([{"text": "age"}, {"masked": ""}],)"));  // the only one beside the hidden four
  CHECK(says(json, R"({"text": "20"})"));
  CHECK(says(json, "20 further rows are not shown."));
}

TEST_CASE("the number of people in a group of a view is hidden when it is small, and rounded when it is not") {
  const auto shown = [](int people) {
    const DataFileModel model = model_with(people);
    const auto bytes = plugins::run_report(showing_a_view(), model, "reader", {}, plugins::Format::json);
    return bytes ? *bytes : bytes.error().sentence();
  };
  CHECK(says(shown(4), R"([{"text": "involvement"}, {"masked": ""}])"));
  CHECK(says(shown(21), R"([{"text": "involvement"}, {"number": 20}])"));
}

TEST_CASE("rows of a view of comments are counted as people are, row by row and in its aggregate, by a pack of any class") {
  for (const std::string data_class : {"aggregate", "free text", "personal"}) {
    for (const std::string view : {"voices", "voices/all"}) {
      INFO(data_class << ", " << view);
      const std::string few = counted_voices(4, data_class, view), many = counted_voices(21, data_class, view);
      INFO(few << many);
      CHECK(says(few, R"([{"text": "1A"}, {"masked": ""}, {"masked": ""}, {"masked": ""})"));
      CHECK(says(many, R"([{"text": "1A"}, {"number": 20}, {"number": 20}, {"number": 800}, {"number": 40}])"));
    }
  }
}

TEST_CASE("a view's rows of few comments are hidden however many each has, in its aggregate and when a pack counts them") {
  for (const std::string view : {"voices", "voices/all"}) {
    const std::string few = counted_voices(2, "free text", view, 9), many = counted_voices(21, "free text", view, 2);
    INFO(few << many);
    CHECK(says(few, R"([{"text": "1A"}, {"masked": ""}, {"masked": ""}, {"masked": ""})"));
    CHECK(says(many, R"([{"text": "1A"}, {"number": 40}, {"number": 40}, {"number": 1600}, {"number": 40}])"));
  }
}

TEST_CASE("records of a view that name one person count as one person") {
  const auto shown = [](bool is_one_person) {
    const DataFileModel model = taking_part(is_one_person);
    const auto bytes = plugins::run_report(showing_a_view(R"("activity": ["title"])", "activity"), model, "reader", {}, plugins::Format::json);
    return bytes ? *bytes : bytes.error().sentence();
  };
  CHECK(says(shown(true), R"([{"text": "any"}, {"masked": ""}])"));
  CHECK(says(shown(false), R"([{"text": "any"}, {"number": 20}])"));
}

TEST_CASE("rows of a view of services are counted as they are, whatever class the pack has") {
  for (const std::string data_class : {"aggregate", "personal"}) {
    const std::string json = counted_voices(4, data_class, "places");
    INFO(data_class << json);
    CHECK(says(json, R"([{"text": "1A"}, {"number": 1}, {"number": 1}, {"number": 40}, {"number": 40}])"));
  }
}

TEST_CASE("people on the register stand in a report about the workspace's own organisation, and in none about another") {
  const DataFileModel model = model_with(0);
  const EntityId own = model.id_of("people", "o"), other = model.id_of("people", "c");
  CHECK(says(made("one organisation", 21, {.organisation = own, .own_organisation = own}), R"({"text": "20"})"));
  CHECK(says(made("one organisation", 21, {.organisation = own}), R"({"text": "20"})"));
  CHECK(says(made("one organisation", 21, {.organisation = own, .own_organisation = other}), R"({"text": "0"})"));
}

TEST_CASE("an organisation that has nothing but a theme still gets the report that it asks for") {
  DataFileModel model;
  REQUIRE(model.add_text("theme", R"({"format": "evenhand-data/1", "title": "T", "published_figures": false, "records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "theme", "id": "t", "fields": {"organisation": "@o", "cycle": "@c", "title": "Letters come too late"}}]})").ok());
  const auto all = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  const auto bytes = plugins::run_report(all, model, "you-said", {.organisation = model.id_of("theme", "o")}, plugins::Format::json);
  REQUIRE(bytes.ok());
  CHECK(says(*bytes, "Letters come too late"));
  CHECK_FALSE(plugins::run_report(all, model, "you-said", {.organisation = model.id_of("theme", "t")}, plugins::Format::json).ok());
}
