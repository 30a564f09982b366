// docs/formats/pack.schema.json and the reader of packs know the same keys, words and bounds. Broken reports, each with the code that it is refused
// with: broken.json, which tests/conformance/test_pack_schema.py reads too.
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "core/codec/json.h"
#include "plugins/pack/pack.h"
#include "plugins/pack/template_words.h"
#include "plugins/query/query.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

using Names = std::set<std::string>;

const std::string kFolder = "tests/unit/plugins/pack/";

std::vector<Refusal> refusals_of(const std::string& source) {
  const Manifest manifest = read_manifest(R"({"id": "org.example.whole", "version": "1.0.0", "title": "Whole", "kind": "pack", "sdk": {"from": 1, "to": 1}, "data_class": "aggregate",
    "reads": {"gap": ["owner", "kind", "due", "status", "outcome", "organisation", "printed", "printed_count", "service"], "service": ["name"], "organisation": ["name"]},
    "contributes": {"reports": [{"id": "whole", "title": "Whole", "summary": "S.", "scope": "one organisation", "source": "reports/whole.json"}]}})").value();
  return examine_pack(manifest, {{"reports/whole.json", source}, {"templates/whole.md", "Words.\n"}});
}

std::string said(const std::vector<Refusal>& refusals) {
  std::string all;
  for (const Refusal& one : refusals) all += one.sentence() + "\n";
  return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const Json& at(const Json& json, std::initializer_list<const char*> path) {
  const Json* found = &json;
  for (const char* step : path) {
    found = found->find(step);
    REQUIRE(found != nullptr);
  }
  return *found;
}

Json schema() { return parse_json(test::source_file("docs/formats/pack.schema.json")).value(); }

Names keys(const Json& object) { return {object.keys().begin(), object.keys().end()}; }

/// "a, b or c".
Names names_in(std::string text) {
  Names names;
  for (const std::string mark : {" or ", " and "}) {
    if (const std::size_t last = text.rfind(mark); last != std::string::npos) text.replace(last, mark.size(), ", ");
  }
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(", ", from), text.size());
    names.insert(text.substr(from, end - from));
    from = end + 2;
  }
  return names;
}

/// What the reader says that it knows, when it meets a key that nobody knows.
Names known_at(const std::string& whole, const std::string& from, const std::string& to) {
  const auto refusals = refusals_of(replaced(whole, from, to));
  INFO(said(refusals));
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].code == "pack.unknown-word");
  return names_in(refusals[0].wanted);
}

}  // namespace

TEST_CASE("the report that uses every step, test, column and measure is taken") {
  CHECK(said(refusals_of(test::source_file(kFolder + "whole.json"))) == "");
}

TEST_CASE("a broken report of a pack is refused with its code, its file and one next step") {
  const Json cases = parse_json(test::source_file(kFolder + "broken.json")).value();
  const std::string whole = test::source_file(kFolder + "whole.json");
  REQUIRE(cases.size() >= 60);
  for (const Json& one : cases.items()) {
    const auto refusals = refusals_of(replaced(whole, one.find("replace")->text(), one.find("with")->text()));
    INFO(one.find("what")->text() << "\n" << said(refusals));
    const std::string code = one.find("code")->text();
    CHECK(std::any_of(refusals.begin(), refusals.end(), [&](const Refusal& refusal) { return refusal.code == code; }));
    for (const Refusal& refusal : refusals) {
      CHECK(refusal.file == "reports/whole.json");
      CHECK_FALSE(refusal.next.empty());
    }
  }
}

TEST_CASE("the schema of packs has exactly the keys that the reader knows, step by step and test by test") {
  const Json known = schema();
  const std::string whole = test::source_file(kFolder + "whole.json");
  Names top = known_at(whole, "\"template\":", "\"nobody\": 1, \"template\":");
  top.insert("$schema");
  CHECK(top == keys(at(known, {"properties"})));
  CHECK(known_at(whole, "\"limit\": 50", "\"limit\": 50, \"nobody\": 1") == keys(at(known, {"$defs", "query", "properties"})));
  const Json& tests = at(known, {"$defs", "test", "oneOf"});
  CHECK(known_at(whole, "{\"contains\": \"ward\"}", "{\"nobody\": \"ward\"}") == keys(at(tests.items().at(2), {"properties"})));
  Names measures;
  const Json& allowed = at(at(known, {"$defs", "measure", "oneOf"}).items().at(1), {"propertyNames", "enum"});
  for (const Json& one : allowed.items()) measures.insert(one.text());
  Names rules = measures;
  rules.insert("count");
  Names looked_up = keys(at(known, {"$defs", "look_up", "properties"}));
  for (const char* other : {"on", "where", "none"}) CHECK(looked_up.erase(other) == 1);
  CHECK(looked_up == rules);
  for (const std::string& rule : measures) CHECK(said(refusals_of(replaced(whole, "{\"oldest\": \"due\"}", "{\"" + rule + "\": \"due\"}"))) == "");
}

TEST_CASE("the bounds of the schema of packs are the reader's") {
  const Json known = schema();
  CHECK(at(known, {"properties", "queries", "maxProperties"}).natural() == query::kQueriesMax);
  CHECK(at(known, {"properties", "words", "maxProperties"}).natural() == pack::kTemplateWordsMax);
  CHECK(at(known, {"properties", "words", "additionalProperties", "maxLength"}).natural() == pack::kTemplateWordBytesMax);
  CHECK(at(known, {"$defs", "query", "properties", "columns", "maxProperties"}).natural() == query::kQueryColumnsMax);
  CHECK(at(known, {"$defs", "query", "properties", "measures", "maxProperties"}).natural() == query::kQueryColumnsMax);
}

TEST_CASE("what a column is does not hang on the order of its keys") {
  const std::string whole = test::source_file(kFolder + "whole.json");
  CHECK(said(refusals_of(replaced(whole, "{\"field\": \"owner\", \"none\": \"(nobody)\"}", "{\"none\": \"(nobody)\", \"field\": \"owner\"}"))) == "");
  CHECK(said(refusals_of(replaced(whole, "{\"characters\": \"outcome\", \"first\": 1}", "{\"first\": 1, \"characters\": \"outcome\"}"))) == "");
  CHECK(said(refusals_of(replaced(whole, "{\"count\": \"gap\", \"on\": {\"owner\": \"owner\"}", "{\"on\": {\"owner\": \"owner\"}, \"count\": \"gap\""))) == "");
}
