// Exports, commands and validators of plugins that behave and that do not.
#include <catch2/catch.hpp>

#include "core/engine/examiner.h"
#include "plugins/host/examine_change.h"
#include "plugins/host/propose.h"
#include "plugins/host/report_input.h"
#include "plugins/host/run_export.h"
#include "plugins/sdk/plugin.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Format;
using plugins::Registry;

namespace {

/// Answers what a test says, and keeps what it was asked.
class Scripted : public plugins::Runner {
 public:
  std::function<Result<std::string>(const sdk::Input&)> answer;
  std::string asked;
  Result<std::string> run(std::string_view, std::string_view input) override {
    asked = input;
    return answer(sdk::Input(input));
  }
};

struct Desk {
  DataFileModel model = model_of({kFenmarsh});
  std::shared_ptr<Scripted> runner = std::make_shared<Scripted>();
  Registry registry;

  Desk() {
    using namespace plugins;
    Manifest manifest;
    manifest.id = "org.example.desk";
    manifest.version = "1.0.0";
    manifest.title = "Desk";
    manifest.data_class = DataClass::free_text;
    manifest.reads["action"] = {"text", "leads", "due"};
    manifest.reads["measure"] = {"value", "unit", "denominator"};
    manifest.exports.push_back({"list", "A list", {{"name", ColumnType::text, "Name"}, {"hours", ColumnType::number, "Hours"}}});
    manifest.validators.push_back({"look", {"action"}, "Looks."});
    manifest.commands.push_back({"plan", "Plan", "Plans.", {{"month", "When", true}, {"note", "Why", false}}, {"action"}});
    Plugin plugin{manifest, "", [this] { return Result<std::shared_ptr<Runner>>(runner); }};
    EVENHAND_ASSERT(registry.add(std::move(plugin)).ok(), "a plugin is added");
  }
  void say(sdk::Rows rows) {
    runner->answer = [bytes = rows.bytes()](const sdk::Input&) { return Result<std::string>(bytes); };
  }
  Result<std::string> exported(Format format) const { return plugins::run_export(registry, model, "list", {}, format); }
  Result<Command> proposed(const plugins::CommandOptions& options = {{"month", "2026-03"}}) const {
    return plugins::propose(registry, model, "org.example.desk", "plan", options, nullptr);
  }
  Record action() const { return model.records("action").value().front(); }
  std::vector<Finding> findings() const { return plugins::ask_validators(registry, {action(), action()}); }
};

std::string complaint(const auto& result) { return result ? "" : result.error().sentence(); }

/// Rows of a view, one for each comment.
class Voices : public plugins::Runner {
 public:
  Result<std::string> run(std::string_view, std::string_view input) override {
    sdk::Rows rows;
    const sdk::Input given(input);
    for (const sdk::Row& one : given.rows("comment")) rows.row("voices", one.id()).text("outcome", one.text("outcome")).number("one", 1);
    return Result<std::string>(rows.bytes());
  }
};

/// A desk whose plugin reads a view's totals of so many comments, and no record itself; there is a measure of three people, too.
struct ViewDesk : Desk {
  explicit ViewDesk(int comments) {
    std::string records = R"({"records": [{"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
      {"type": "cycle", "id": "c", "fields": {"title": "EDS", "framework": "eds-2022", "policy": "nhs-eds-2022"}},
      {"type": "evidence", "id": "e", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "2A", "title": "Survey"}},
      {"type": "measure", "id": "m", "fields": {"organisation": "@o", "cycle": "@c", "evidence": "@e", "outcome": "2A", "name": "Falls", "unit": "people", "value": "13"}})";
    for (int i = 0; i < comments; ++i) {
      records += R"(, {"type": "comment", "id": "k)" + std::to_string(i) + R"(", "fields": {"organisation": "@o", "cycle": "@c", "outcome": "1A", "triage": "publishable", "text": "Too late."}})";
    }
    model = DataFileModel();
    const auto added = model.add_text("small", records + "]}");
    EVENHAND_ASSERT(added.ok(), added ? "" : added.error().sentence().c_str());
    auto owner = plugins::read_manifest(R"({"id": "org.example.voices", "version": "1.0.0", "title": "Voices", "summary": "V.", "kind": "native", "sdk": {"from": 1, "to": 1},
      "data_class": "aggregate", "reads": {"comment": ["outcome"]}, "contributes": {"projections": [{"id": "voices", "on": ["comment"], "columns": [{"name": "outcome"}, {"name": "one", "type": "number"}],
      "aggregates": [{"id": "all", "group": ["outcome"], "measures": [{"name": "n", "rule": "count"}, {"name": "ones", "rule": "sum", "of": "one"}]}]}]}})");
    EVENHAND_ASSERT(owner.ok(), owner ? "" : owner.error().sentence().c_str());
    EVENHAND_ASSERT(registry.add({*owner, "", [] { return Result<std::shared_ptr<plugins::Runner>>(std::make_shared<Voices>()); }}).ok(), "the owner is taken");
    plugins::Manifest& reader = registry.find_plugin("org.example.desk")->manifest;
    reader.reads.clear();
    reader.reads["org.example.voices/voices/all"] = {"outcome", "n", "ones"};
    reader.commands[0].proposes = {"measure"};
  }
  sdk::Row group() {
    say(sdk::Rows());
    const auto command = proposed();
    EVENHAND_ASSERT(command.ok(), complaint(command).c_str());
    const auto rows = sdk::Input(runner->asked).rows("org.example.voices/voices/all");
    EVENHAND_ASSERT(rows.size() == 1, "one group");
    return rows.front();
  }
};

}  // namespace

TEST_CASE("an export is a file with the titles that the manifest gives its columns, and guarded against formulas") {
  Desk desk;
  desk.say(sdk::Rows().row("list").text("name", "=cmd()").number("hours", 750, 2).row("list").text("name", "Wards, all"));
  CHECK(desk.exported(Format::csv).value() == "Name,Hours\r\n'=cmd(),7.50\r\n\"Wards, all\",\r\n");
  const auto json = parse_json(desk.exported(Format::json).value());
  REQUIRE(json.ok());
  CHECK(json->find("export")->text() == "org.example.desk/list");
  CHECK(json->find("rows")->items()[0].find("hours")->number_text() == "7.50");
  CHECK(json->find("rows")->items()[1].find("hours")->is_null());
  CHECK(has(json->find("status")->items()[0].text(), "not checked for disclosure"));
  CHECK(desk.exported(Format::xlsx).ok());
}

TEST_CASE("an export that gives other columns, other kinds or other rows is refused with its name") {
  Desk desk;
  desk.say(sdk::Rows().row("list").text("secret", "x"));
  CHECK(has(complaint(desk.exported(Format::csv)), "org.example.desk/list"));
  desk.say(sdk::Rows().row("list").text("hours", "x"));
  CHECK(has(complaint(desk.exported(Format::csv)), "text where a number"));
  desk.say(sdk::Rows().row("other"));
  CHECK(has(complaint(desk.exported(Format::csv)), "other"));
  desk.runner->answer = [](const sdk::Input&) { return Result<std::string>("nonsense"); };
  CHECK(has(complaint(desk.exported(Format::csv)), "not rows"));
  CHECK(has(complaint(plugins::run_export(desk.registry, desk.model, "nothing", {}, Format::csv)), "org.example.desk/list"));
}

TEST_CASE("numbers of people are hidden from an export before it is asked") {
  Desk desk;
  desk.runner->answer = [](const sdk::Input& input) {
    for (const sdk::Row& row : input.rows("measure")) {
      if (row.text("unit") == "people" && row.number("value")) EVENHAND_ASSERT(*row.number("value") == 0 || *row.number("value") % 5 == 0, "rounded");
    }
    return Result<std::string>(sdk::Rows().bytes());
  };
  CHECK(desk.exported(Format::csv).ok());
}

TEST_CASE("what a command proposes becomes a command for the engine, with values read as people type them") {
  Desk desk;
  desk.say(sdk::Rows().row("action").text("text", "Walk the wards").text("due", "March 2026").text("leads", "EDI lead").text("leads", "Estates").row("action", desk.action().id().hex()).text("text", "Changed"));
  const auto command = desk.proposed();
  REQUIRE(command.ok());
  REQUIRE(command->changes.size() == 2);
  CHECK(command->changes[0].entity.is_zero());
  CHECK(command->changes[0].verb == Verb::changed);
  CHECK(std::get<std::string>(command->changes[0].set[1].value) == "March 2026");
  CHECK(std::get<std::vector<std::string>>(command->changes[0].set[2].value).size() == 2);
  CHECK(command->changes[1].entity == desk.action().id());
  CHECK(command->changes[1].seen == desk.action().state().heads);
  CHECK(sdk::Input(desk.runner->asked).option("month") == "2026-03");
}

TEST_CASE("a command gets a view's numbers of people hidden and rounded, as a report does") {
  ViewDesk few(3), many(13);
  CHECK(few.group().is_masked("n"));
  CHECK(few.group().is_masked("ones"));
  CHECK(many.group().number("n") == 15);
  CHECK(many.group().number("ones") == 15);
}

TEST_CASE("a command that reads a view's rows is told which of them stand for people and how to show how many, whatever was typed") {
  ViewDesk desk(3);
  plugins::Manifest& reader = desk.registry.find_plugin("org.example.desk")->manifest;
  reader.reads["org.example.voices/voices"] = {"outcome"};
  reader.commands[0].options.push_back({"people_masked_to", "What the host says", false});
  desk.say(sdk::Rows());
  REQUIRE(desk.proposed({{"month", "2026-03"}, {"people_masked_to", "0"}}).ok());
  const sdk::Input asked(desk.runner->asked);
  CHECK(asked.rows("org.example.voices/voices").size() == 3);
  CHECK(asked.option("people_views") == "org.example.voices/voices");
  CHECK(asked.option("people_masked_from") == "1");
  CHECK(asked.option("people_masked_to") == "7");
  CHECK(asked.option("people_rounded_to") == "5");
}

TEST_CASE("a number that was rounded in a view never comes back as a proposal, though the command does not read its record") {
  ViewDesk desk(0);
  desk.say(sdk::Rows().row("measure", desk.model.id_of("small", "m").hex()).number("value", 15));
  CHECK(has(complaint(desk.proposed()), "hidden or rounded"));
  CHECK(sdk::Input(desk.runner->asked).rows("measure").empty());
  desk.say(sdk::Rows().row("measure", desk.model.id_of("small", "m").hex()).text("name", "Falls on wards"));
  CHECK(desk.proposed().ok());
}

TEST_CASE("a command cannot propose other types, unknown fields, values that do not fit or records that are not there") {
  Desk desk;
  desk.say(sdk::Rows().row("evidence").text("title", "x"));
  CHECK(has(complaint(desk.proposed()), "does not name"));
  desk.say(sdk::Rows().row("action").text("texts", "x"));
  CHECK(has(complaint(desk.proposed()), "does not have"));
  desk.say(sdk::Rows().row("action").text("rag", "violet"));
  CHECK(has(complaint(desk.proposed()), "row 1, rag"));
  desk.say(sdk::Rows().row("action", std::string(32, '0')).text("text", "x"));
  CHECK(has(complaint(desk.proposed()), "not there"));
  sdk::Rows many;
  for (int i = 0; i < 501; ++i) many.row("action").text("text", "x");
  desk.say(std::move(many));
  CHECK(has(complaint(desk.proposed()), "more than 500"));
}

TEST_CASE("a command never writes consent, a trusted key, a document or a sign-off, though its manifest names them") {
  for (const std::string type : {"plugin", "document", "sign_off", "schema"}) {
    Desk desk;
    desk.registry.find_plugin("org.example.desk")->manifest.commands[0].proposes = {type};
    desk.say(sdk::Rows().row(type).text("title", "x").text("status", "installed"));
    INFO(type);
    CHECK(has(complaint(desk.proposed()), "which the program keeps itself"));
  }
}

TEST_CASE("a command is not asked at all when an option is missing or unknown") {
  Desk desk;
  desk.say(sdk::Rows());
  CHECK(has(complaint(desk.proposed({})), "needs the option \"month\""));
  CHECK(has(complaint(desk.proposed({{"month", "x"}, {"year", "y"}})), "no option \"year\""));
  CHECK(desk.runner->asked.empty());
  CHECK(has(complaint(plugins::propose(desk.registry, desk.model, "org.example.desk", "other", {}, nullptr)), "Choose one of: plan"));
  CHECK_FALSE(plugins::propose(desk.registry, desk.model, "org.example.none", "plan", {}, nullptr).ok());
}

TEST_CASE("a number that was hidden or rounded never comes back as a proposal") {
  Desk desk;
  desk.registry.find_plugin("org.example.desk")->manifest.commands[0].proposes = {"measure"};
  REQUIRE(desk.model.add_text("own", R"({"records": [{"id": "falls", "type": "measure", "fields": {"name": "Falls", "unit": "people", "value": 3}}]})").ok());
  std::string hidden;
  desk.runner->answer = [&](const sdk::Input& input) {
    sdk::Rows rows;
    for (const sdk::Row& row : input.rows("measure")) {
      if (row.is_masked("value") || row.is_rounded("value")) hidden = row.id();
    }
    rows.row("measure", hidden).number("value", 5);
    return Result<std::string>(rows.bytes());
  };
  const auto command = desk.proposed();
  REQUIRE_FALSE(hidden.empty());
  CHECK(has(complaint(command), "hidden or rounded"));
}

TEST_CASE("a validator sees the record as it would stand, then as it stood, with declared fields only") {
  Desk desk;
  desk.say(sdk::Rows().row("finding").text("field", "due").text("severity", "error").text("text", "That day has passed"));
  const auto findings = desk.findings();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].weight == FindingWeight::error);
  CHECK(findings[0].from == "Desk");
  const sdk::Input input(desk.runner->asked);
  CHECK(input.asked() == "look");
  CHECK(input.rows("action").size() == 2);
  CHECK(input.rows("action")[0].is_missing("status"));
}

TEST_CASE("no command and no validator gets a comment that nobody has found publishable") {
  using namespace plugins;
  DataFileModel model;
  REQUIRE(model.add_text("small", R"({"records": [
    {"type": "comment", "fields": {"text": "A complaint", "triage": "complaint"}}, {"type": "comment", "fields": {"text": "Not looked at"}},
    {"type": "comment", "fields": {"text": "In danger", "triage": "safeguarding"}}, {"type": "comment", "fields": {"text": "Kind words", "triage": "publishable"}}]})").ok());
  const auto runner = std::make_shared<Scripted>();
  Manifest manifest;
  manifest.id = "org.example.voices";
  manifest.version = "1.0.0";
  manifest.data_class = DataClass::free_text;
  manifest.reads["comment"] = {"text", "triage"};
  manifest.validators.push_back({"look", {"comment"}, "Looks."});
  manifest.commands.push_back({"tell", "Tell", "Tells.", {}, {"action"}});
  Registry registry;
  REQUIRE(registry.add(Plugin{manifest, "", [&] { return Result<std::shared_ptr<Runner>>(runner); }}).ok());
  runner->answer = [bytes = sdk::Rows().bytes()](const sdk::Input&) { return Result<std::string>(bytes); };
  REQUIRE(propose(registry, model, "org.example.voices", "tell", {}, nullptr).ok());
  CHECK(sdk::Input(runner->asked).rows("comment").size() == 1);
  CHECK_FALSE(has(runner->asked, "complaint"));
  CHECK_FALSE(has(runner->asked, "In danger"));
  std::size_t asked = 0;
  const std::vector<Record> comments = model.records("comment").value();
  for (const Record& one : comments) {
    for (const Record& before : comments) (void)ask_validators(registry, {one, before}, [&](const Plugin&, const auto&, const auto&, auto) { ++asked; });
  }
  CHECK(asked == comments.size());  // of the one that is publishable, whatever it was before
  CHECK_FALSE(has(runner->asked, "In danger"));
}

TEST_CASE("a command cannot change a comment that nobody has found publishable, though it knows its id") {
  using namespace plugins;
  DataFileModel model;
  REQUIRE(model.add_text("small", R"({"records": [{"id": "bad", "type": "comment", "fields": {"text": "A complaint", "triage": "complaint"}},
    {"id": "new", "type": "comment", "fields": {"text": "Not looked at"}}, {"id": "good", "type": "comment", "fields": {"text": "Kind words", "triage": "publishable"}}]})").ok());
  const auto runner = std::make_shared<Scripted>();
  Manifest manifest;
  manifest.id = "org.example.voices";
  manifest.version = "1.0.0";
  manifest.data_class = DataClass::free_text;
  manifest.reads["comment"] = {"text", "triage"};
  manifest.commands.push_back({"tell", "Tell", "Tells.", {}, {"comment"}});
  Registry registry;
  REQUIRE(registry.add(Plugin{manifest, "", [&] { return Result<std::shared_ptr<Runner>>(runner); }}).ok());
  const auto changed = [&](const std::string& id) {
    runner->answer = [bytes = sdk::Rows().row("comment", model.id_of("small", id).hex()).text("triage", "publishable").bytes()](const sdk::Input&) { return Result<std::string>(bytes); };
    return complaint(propose(registry, model, "org.example.voices", "tell", {}, nullptr));
  };
  CHECK(has(changed("bad"), "a record that is not there"));
  CHECK(has(changed("new"), "a record that is not there"));
  CHECK(changed("good") == "");
}

TEST_CASE("a validator that fails or answers nonsense is told as not checked, never as an error and never as nothing") {
  Desk desk;
  const auto is_not_checked = [&] {
    const auto findings = desk.findings();
    return findings.size() == 1 && findings[0].weight == FindingWeight::not_checked && has(findings[0].from, "org.example.desk") && has(findings[0].text, "look");
  };
  desk.runner->answer = [](const sdk::Input&) { return Result<std::string>(refused("it fell over")); };
  CHECK(is_not_checked());
  desk.runner->answer = [](const sdk::Input&) { return Result<std::string>("nonsense"); };
  CHECK(is_not_checked());
  desk.say(sdk::Rows().row("finding").text("severity", "fatal").text("text", "x"));
  CHECK(is_not_checked());
  desk.say(sdk::Rows().row("finding").text("severity", "error"));
  CHECK(is_not_checked());
  desk.say(sdk::Rows().row("finding").text("severity", "error").text("text", "x").text("field", "nothing"));
  CHECK(is_not_checked());
  desk.say(sdk::Rows().row("action").text("severity", "error").text("text", "x"));
  CHECK(is_not_checked());
}

TEST_CASE("a validator that fails at record after record of a file is left alone after three of them, and says so; one that a person asks is not") {
  Desk desk;
  int asked = 0;
  desk.runner->answer = [&](const sdk::Input&) { return ++asked, Result<std::string>(refused("it fell over")); };
  plugins::ImportFailures failures;
  std::vector<std::string> told;
  for (int record = 0; record < 20; ++record) {
    for (const Finding& one : plugins::ask_validators(desk.registry, {std::nullopt, desk.action(), true}, {}, &failures)) told.push_back(one.text);
  }
  CHECK(asked == 3);
  REQUIRE(told.size() == 3);
  CHECK_FALSE(has(told[1], "rest of the file"));
  CHECK(has(told[2], "it is not asked about the rest of the file"));
  for (int record = 0; record < 20; ++record) CHECK(plugins::ask_validators(desk.registry, {std::nullopt, desk.action()}, {}, &failures).size() == 1);
  CHECK(asked == 23);
}

TEST_CASE("a file of hundreds of records is asked about with one start of the plugin") {
  Desk desk;
  desk.say(sdk::Rows());
  int starts = 0;
  const auto plugin = desk.registry.find_plugin("org.example.desk");
  plugin->make_runner = [&] { return ++starts, Result<std::shared_ptr<plugins::Runner>>(desk.runner); };
  plugins::ImportFailures failures;
  for (int record = 0; record < 300; ++record) CHECK(plugins::ask_validators(desk.registry, {std::nullopt, desk.action(), true}, {}, &failures).empty());
  CHECK(starts == 1);
}

TEST_CASE("a validator is not asked about agreements to plugins, so that none keeps itself from being removed") {
  Desk desk;
  desk.registry.find_plugin("org.example.desk")->manifest.validators[0].on = {"plugin", "action"};
  desk.say(sdk::Rows().row("finding").text("severity", "error").text("text", "no plugin may be changed"));
  const Record agreement(*find_record_type("plugin"), EntityState{});
  CHECK(plugins::ask_validators(desk.registry, {agreement, agreement}).empty());
  CHECK(desk.runner->asked.empty());
  CHECK(desk.findings().size() == 1);
}

TEST_CASE("a plugin does not read views of a higher data class than it declared, and none that is not there") {
  Desk desk;
  const auto owner = desk.registry.find_plugin("org.example.desk");
  owner->manifest.projections.push_back({"rows", {"action"}, {{"name", plugins::ColumnType::text, "Name"}}, {}});
  plugins::Manifest reader;
  reader.id = "org.example.reader";
  reader.data_class = DataClass::aggregate;
  reader.reads["org.example.desk/rows"] = {"name"};
  CHECK(has(complaint(plugins::views_read_by(desk.registry, reader)), "above the class"));
  reader.data_class = DataClass::free_text;
  CHECK(plugins::views_read_by(desk.registry, reader)->size() == 1);
  reader.reads["org.example.desk/rows/none"] = {"name"};
  CHECK_FALSE(plugins::views_read_by(desk.registry, reader).ok());
  reader.reads.erase("org.example.desk/rows/none");
  reader.reads["org.example.none/rows"] = {"name"};
  CHECK(has(complaint(plugins::views_read_by(desk.registry, reader)), "not here"));
}
