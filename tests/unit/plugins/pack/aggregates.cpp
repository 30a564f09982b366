// Packs that add up what the host has grouped, counted and masked already.
#include <catch2/catch.hpp>

#include "plugins/sdk/input.h"
#include "plugins/sdk/rows.h"
#include "tests/unit/plugins/host/reports_of.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

/// A row for each comment: of which outcome it is, and how many minutes somebody listened.
class Heard : public plugins::Runner {
 public:
  Result<std::string> run(std::string_view, std::string_view input) override {
    sdk::Rows rows;
    const sdk::Input given(input);
    std::int64_t minutes = 0;
    for (const sdk::Row& one : given.rows("comment")) rows.row("heard", one.id()).text("outcome", one.text("outcome")).number("minutes", 10).number("odd", 10 + minutes++ % 2);
    return rows.bytes();
  }
};

/// The report of a pack that reads the aggregate by outcome of so many comments on each.
std::string shown(const std::map<std::string, int>& comments, const std::string& query, const std::string& words) {
  const auto owner = plugins::read_manifest(R"({"id": "org.example.heard", "version": "1.0.0", "title": "Heard", "summary": "H.", "kind": "native", "sdk": {"from": 1, "to": 1},
    "data_class": "aggregate", "reads": {"comment": ["outcome"]}, "contributes": {"projections": [{"id": "heard", "on": ["comment"],
    "columns": [{"name": "outcome"}, {"name": "minutes", "type": "number"}, {"name": "odd", "type": "number"}], "aggregates": [{"id": "by-outcome", "group": ["outcome"],
    "measures": [{"name": "n", "rule": "count"}, {"name": "minutes", "rule": "sum", "of": "minutes"}, {"name": "odd", "rule": "sum", "of": "odd"}, {"name": "most", "rule": "max", "of": "minutes"}]}]}]}})");
  const auto reader = plugins::read_manifest(R"({"id": "org.example.reader", "version": "1.0.0", "title": "Reader", "summary": "R.", "kind": "pack", "sdk": {"from": 1, "to": 1},
    "data_class": "free text", "reads": {"org.example.heard/heard/by-outcome": ["outcome", "n", "minutes", "odd", "most"]},
    "contributes": {"reports": [{"id": "reader", "title": "Reader", "summary": "R.", "scope": "one organisation", "source": "r.json"}]}})");
  EVENHAND_ASSERT(owner.ok() && reader.ok(), "the manifests are in order");
  const plugins::PluginFiles files = {{"t.md", "{{table q \"All\"}}\n" + words}, {"r.json", R"({"template": "t.md", "queries": {"q": )" + query + "}}"}};
  for (const plugins::Refusal& refusal : plugins::examine_pack(*reader, files)) FAIL(refusal.sentence());
  plugins::Registry registry;
  EVENHAND_ASSERT(registry.add({*owner, "", [] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<Heard>()); }}).ok(), "the owner is taken");
  EVENHAND_ASSERT(registry.add({*reader, "", [=] { return plugins::open_pack(*reader, files); }}).ok(), "the reader is taken");
  std::string records = R"({"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
    {"type": "cycle", "id": "c", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
    {"type": "grade", "id": "g", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "value": 1, "kind": "verified"}})";
  for (const auto& [outcome, count] : comments) {
    for (int i = 0; i < count; ++i) {
      records += R"(, {"type": "comment", "id": "k)" + outcome + std::to_string(i) + R"(", "fields": {"organisation": "@o", "cycle": "@c", "outcome": ")" + outcome +
                 R"(", "text": "Too late.", "triage": "publishable"}})";
    }
  }
  DataFileModel model;
  EVENHAND_ASSERT(model.add_text("heard", R"({"format": "evenhand-data/1", "title": "H", "published_figures": false, "records": [)" + records + "]}").ok(), "the records load");
  const auto bytes = plugins::run_report(registry, model, "reader", {}, plugins::Format::json);
  return bytes ? *bytes : bytes.error().sentence();
}

std::string added_up(const std::map<std::string, int>& comments) {
  return shown(comments, R"({"from": "org.example.heard/heard/by-outcome", "measures": {"n": {"sum": "n"}, "minutes": {"sum": "odd"}}})", "| Count | Minutes |\n|---|---|\n| {{n}} | {{minutes}} |\n");
}

}  // namespace

TEST_CASE("neither the number of comments in a hidden group nor their sum follows from the groups beside it") {
  const std::string json = shown({{"1A", 12}, {"1B", 2}, {"1C", 21}}, R"({"from": "org.example.heard/heard/by-outcome"})",
                                 "| Outcome | Count | Minutes | Odd | Most |\n|---|---|---|---|---|\n| {{outcome}} | {{n}} | {{minutes}} | {{odd}} | {{most}} |\n");
  INFO(json);
  CHECK(says(json, R"([{"text": "1A"}, {"masked": ""}, {"masked": ""}, {"masked": ""}, {"number": 10}])"));
  CHECK(says(json, R"([{"text": "1B"}, {"masked": ""}, {"masked": ""}, {"masked": ""}, {"masked": ""}])"));
  CHECK(says(json, R"([{"text": "1C"}, {"number": 20}, {"number": 200}, )"));  // 21 and 210
}

TEST_CASE("a sum over the groups of an aggregate is shown, however few the groups are, and hidden when one of them is") {
  const std::string one = added_up({{"1A", 21}}), two = added_up({{"1A", 21}, {"1B", 12}}), hidden = added_up({{"1A", 21}, {"1B", 2}, {"1C", 30}});
  INFO(one << two << hidden);
  CHECK(says(one, R"([{"number": 20}, {"number": 220}])"));
  CHECK(says(two, R"([{"number": 30}, )"));
  CHECK(says(hidden, R"([{"masked": ""}, {"masked": ""}])"));
}
