#include <catch2/catch.hpp>

#include <set>

#include "core/record/value.h"
#include "plugins/host/examine_change.h"
#include "plugins/host/fresh_projections.h"
#include "plugins/host/propose.h"
#include "plugins/host/run_export.h"
#include "plugins/tracker/quarter.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Format;

namespace {

std::string quarter(const char* words) { return tracker::quarter_words(parse_date(words).value().last_day); }

std::string exported(const Model& model, Format format) {
  const plugins::Registry registry(plugins::built_in_plugins());
  auto made = plugins::run_export(registry, model, "action-list", {}, format);
  EVENHAND_ASSERT(made.ok(), made ? "" : made.error().sentence().c_str());
  return std::move(made).value();
}

Record action_with(const std::vector<std::pair<std::string, std::string>>& fields) {
  const RecordSpec& spec = *find_record_type("action");
  EntityState state;
  state.id.bytes[0] = 1;
  state.type = "action";
  for (const auto& [name, text] : fields) {
    const FieldSpec& field = *spec.find_field(name);
    const Value value = parse_value(field, text).value();
    if (is_items(field)) {
      for (const Bytes& item : encode_items(field, value).value()) state.make(field.id).items.push_back({item, {}});
    } else {
      state.make(field.id).values.push_back({{}, false, encode_value(field, value).value()});
    }
  }
  return Record(spec, std::move(state));
}

}  // namespace

TEST_CASE("a date falls into its quarter of the financial year, from April to March") {
  CHECK(quarter("2024-04-01") == "2024/25 Q1");
  CHECK(quarter("2024-06-30") == "2024/25 Q1");
  CHECK(quarter("2024-07-01") == "2024/25 Q2");
  CHECK(quarter("2024-12-31") == "2024/25 Q3");
  CHECK(quarter("2025-01-01") == "2024/25 Q4");
  CHECK(quarter("2025-02-28") == "2024/25 Q4");
  CHECK(quarter("2025-03-31") == "2024/25 Q4");
  CHECK(quarter("2000-02-29") == "1999/00 Q4");
  CHECK(quarter("Ongoing") == "Ongoing");
  CHECK(tracker::shown_quarter("2024/25 Q1") == "Q1 2024/25");
  CHECK(tracker::shown_quarter("No date") == "No date");
  CHECK(tracker::quarter_words({}) == "No date");
}

TEST_CASE("the tracker counts every action of the organisation once for each of its owners") {
  const DataFileModel model = model_of({kLpt});
  const std::string text = report(model, "actions-due");
  CHECK(has(text, "Actions by owner and quarter"));
  CHECK(has(text, "Open actions"));
  std::size_t owners = 0;
  const auto actions = model.records("action").value();
  for (const Record& action : actions) owners += std::max<std::size_t>(1, action.words("leads").size());
  const plugins::Registry registry(plugins::built_in_plugins());
  const auto plugin = registry.find_plugin("org.evenhand.tracker");
  const plugins::ProjectionEntry& projection = plugin->manifest.projections.front();
  const auto rows = plugins::FreshProjections(model).aggregate(*plugin, projection, projection.aggregates.front(), {});
  REQUIRE(rows.ok());
  std::int64_t counted = 0;
  for (const plugins::InputRow& row : rows->rows) {
    for (const plugins::InputField& field : row.fields) counted += field.name == "actions" ? field.number.value() : 0;
  }
  CHECK(counted > 0);
  CHECK(static_cast<std::size_t>(counted) == owners);
}

TEST_CASE("the tracker's file has headings that people read, and a row for each action") {
  const DataFileModel model = model_of({kFenmarsh});
  const std::string csv = exported(model, Format::csv);
  CHECK(csv.starts_with("Organisation,Outcomes,Service,Action,Owner,Due,Quarter due,Status,Colour,Progress\r\n"));
  const auto json = parse_json(exported(model, Format::json));
  REQUIRE(json.ok());
  std::size_t live = 0;
  for (const Record& action : model.records("action").value()) live += action.is_removed() ? 0 : 1;
  CHECK(json->find("rows")->size() == live);
  CHECK(json->find("status")->items().front().text().starts_with("Draft"));
}

TEST_CASE("an open action without an owner or a date is told, and a finished one is not") {
  const plugins::Registry registry(plugins::built_in_plugins());
  const auto findings = plugins::ask_validators(registry, {{}, action_with({{"text", "Texts"}, {"status", "agreed"}})});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].field == "leads");
  CHECK(findings[0].weight == FindingWeight::warning);
  CHECK(findings[0].from == "Actions due");
  CHECK(findings[1].field == "due");
  CHECK(plugins::ask_validators(registry, {{}, action_with({{"text", "Texts"}, {"leads", "EDI lead"}, {"due", "2024-06"}})}).empty());
  CHECK(plugins::ask_validators(registry, {{}, action_with({{"text", "Texts"}, {"status", "done"}})}).empty());
}

TEST_CASE("what open actions lack is proposed as gaps, each once, and what is noted, done or whole gives none") {
  DataFileModel model;
  REQUIRE(model.add_text("desk", R"({"records": [
    {"type": "organisation", "id": "nct", "fields": {"name": "Northmere", "short_name": "NCT", "kind": "trust"}},
    {"type": "cycle", "id": "year", "fields": {"title": "EDS 2025/26", "framework": "eds-2022"}},
    {"type": "action", "id": "bare", "fields": {"organisation": "@nct", "cycle": "@year", "text": "Train staff"}},
    {"type": "action", "id": "undated", "fields": {"organisation": "@nct", "cycle": "@year", "text": "Ask people", "leads": ["EDI lead"]}},
    {"type": "action", "id": "noted", "fields": {"organisation": "@nct", "cycle": "@year", "text": "Write letters", "leads": ["EDI lead"]}},
    {"type": "action", "id": "done", "fields": {"organisation": "@nct", "cycle": "@year", "text": "Buy hearing loops", "status": "done"}},
    {"type": "action", "id": "whole", "fields": {"organisation": "@nct", "cycle": "@year", "text": "Report", "leads": ["EDI lead"], "due": "2026-03"}},
    {"type": "gap", "id": "known", "fields": {"organisation": "@nct", "cycle": "@year", "kind": "no_date", "about": ["@noted"], "status": "open"}},
    {"type": "gap", "id": "closed", "fields": {"organisation": "@nct", "cycle": "@year", "kind": "no_date", "about": ["@undated"], "status": "closed"}}
  ]})").ok());
  const plugins::Registry registry(plugins::built_in_plugins());
  const auto command = plugins::propose(registry, model, "org.evenhand.tracker", "note-gaps", {}, nullptr);
  REQUIRE(command.ok());
  std::multiset<std::pair<EntityId, std::string>> proposed;
  for (const RecordChange& change : command->changes) {
    CHECK(change.type == "gap");
    CHECK(change.entity.is_zero());
    EntityId about;
    std::string kind;
    for (const FieldValue& field : change.set) {
      if (field.field == "about") about = std::get<std::vector<EntityId>>(field.value).front();
      if (field.field == "kind") kind = std::get<std::string>(field.value);
    }
    proposed.emplace(about, kind);
  }
  const EntityId bare = model.id_of("desk", "bare"), undated = model.id_of("desk", "undated");
  CHECK(proposed == std::multiset<std::pair<EntityId, std::string>>{{bare, "no_owner"}, {bare, "no_date"}, {undated, "no_date"}});
}
