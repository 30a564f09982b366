// The author's checks of what answers with rows: for every check and kind a plugin that does what the check is for, and one that does not.
#include <catch2/catch.hpp>

#include <set>

#include "tests/unit/plugins/kit/played.h"

using namespace evenhand;
using namespace evenhand::plugins;
using test::AuthorsDesk;
using test::Died;
using test::failures_of;
using test::find_failed;
using test::has_failed;
using test::Results;

namespace {

constexpr const char* kProjection = R"("projections": [{"id": "lines", "on": ["action"], "columns": [{"name": "status"}, {"name": "letters", "type": "number"}],
  "aggregates": [{"id": "by-status", "group": ["status"], "measures": [{"name": "all", "rule": "count"}, {"name": "letters", "of": "letters", "rule": "sum"}]}]}])";
constexpr const char* kValidator = R"("validators": [{"id": "look", "on": ["action"], "summary": "Looks."}])";
constexpr const char* kExport = R"("exports": [{"id": "list", "title": "A list", "columns": [{"name": "text"}, {"name": "people", "type": "number"}]}])";
constexpr const char* kCommand = R"("commands": [{"id": "note", "title": "Note", "proposes": ["gap"], "summary": "Notes.", "options": [{"name": "month", "meaning": "When", "required": true}]}])";

using Answer = Result<std::string>;

Answer lines(const sdk::Input& input, std::int64_t extra = 0) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) {
    rows.row("lines", action.id()).text("status", action.text("status")).number("letters", static_cast<std::int64_t>(action.text("text").size()) + extra);
  }
  return rows.bytes();
}

Answer warn_if(bool is_wrong, const std::string& text) {
  sdk::Rows rows;
  if (is_wrong) rows.row("finding").text("field", "due").text("severity", "warning").text("text", text);
  return rows.bytes();
}
Answer look(const sdk::Input& input) { return warn_if(input.rows("action").front().is_missing("due"), "Say by when"); }

Answer list(const sdk::Input& input) {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) rows.row("list", action.id()).text("text", action.text("status"));
  return rows.bytes();
}

Answer note(const sdk::Input& input, const std::string& type = "gap", const std::string& field = "kind", const std::string& value = "no_date") {
  sdk::Rows rows;
  for (const sdk::Row& action : input.rows("action")) {
    if (action.is_missing("due")) rows.row(type).text(field, value).text("about", action.id());
  }
  return rows.bytes();
}

// A text that its manifest does not declare, however it came by it.
std::string stolen() {
  for (const auto& [token, place] : canaries().places) {
    if (place == "evidence.text") return token;
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a projection, a validator, an export and a command that behave pass every check, which say what was tried") {
  const AuthorsDesk desk(std::string(kProjection) + "," + kValidator + "," + kExport + "," + kCommand);
  const auto make = [](const sdk::Input& input) { return input.asked() == "lines" ? lines(input) : input.asked() == "look" ? look(input) : input.asked() == "list" ? list(input) : note(input); };
  CHECK(failures_of(desk.accepted(make)) == "");
  const Results results = desk.run(make);
  CHECK(failures_of(results) == "");
  const auto has_passed = [&](const std::string& check, const std::string& about) {
    return std::any_of(results.begin(), results.end(), [&](const CheckResult& one) { return one.check == check && one.about == about && one.verdict == Verdict::passed; });
  };
  for (const char* about : {"projection lines", "validator look", "export list", "command note"}) {
    for (const char* check : {"golden", "determinism", "samples", "canaries", "odd inputs", "determinism, run again"}) {
      INFO(check << " (" << about << ")");
      CHECK(has_passed(check, about));
    }
  }
  CHECK(has_passed("arrival", "projection lines"));
  const auto samples = std::find_if(results.begin(), results.end(), [](const CheckResult& one) { return one.check == "samples"; });
  CHECK(samples->text == "made of small, three-trusts, empty, hostile");
  for (const char* file : {"golden/projections/lines.json", "golden/validators/look.json", "golden/exports/list.json", "golden/commands/note.json"}) CHECK(std::filesystem::exists(desk.scratch / file));
}

TEST_CASE("rows, findings and proposals that are not the golden ones are shown line by line, and taken on request") {
  const AuthorsDesk desk(std::string(kProjection) + "," + kValidator + "," + kExport + "," + kCommand);
  const auto make = [](bool is_new) {
    return [is_new](const sdk::Input& input) {
      if (input.asked() == "lines") return lines(input, is_new ? 1 : 0);
      if (input.asked() == "look") return warn_if(true, is_new ? "After" : "Before");
      if (input.asked() == "list") return Answer(sdk::Rows().row("list").text("text", is_new ? "After" : "Before").bytes());
      return note(input, "gap", "kind", is_new ? "no_owner" : "no_date");
    };
  };
  CHECK(has_failed(desk.run(make(false)), "golden"));
  CHECK(failures_of(desk.accepted(make(false))) == "");
  const Results changed = desk.run(make(true));
  const auto golden_of = [&](const std::string& about) { return std::find_if(changed.begin(), changed.end(), [&](const CheckResult& one) { return one.check == "golden" && one.about == about; })->text; };
  INFO(golden_of("export list"));
  CHECK(has(golden_of("projection lines"), "- "));
  CHECK(has(golden_of("validator look"), "Before"));
  CHECK(has(golden_of("export list"), "+       \"text\": \"After\""));
  CHECK(has(golden_of("command note"), "no_owner"));
  CHECK(has(golden_of("command note"), "--accept"));
}

TEST_CASE("a projection whose rows depend on what else is in the batch fails on arrival and on odd inputs, with the seed to do it again") {
  const AuthorsDesk desk(kProjection);
  const Results results = desk.accepted([](const sdk::Input& input) { return lines(input, static_cast<std::int64_t>(input.rows("action").size())); });
  REQUIRE(has_failed(results, "arrival"));
  const std::string text = find_failed(results, "arrival")->text;
  CHECK(find_failed(results, "arrival")->about == "projection lines");
  INFO(text);
  CHECK(has(text, "its own sample, seed "));
  CHECK(has(text, "its rows depend on"));
  CHECK(has(text, "\n+ "));
  CHECK(has(text, "Again: evenhand plugin test " + desk.scratch.folder().string() + " --only lines --seed "));
  CHECK(has_failed(results, "odd inputs"));
  CHECK_FALSE(has_failed(results, "determinism"));  // in one go they are the same: only cutting them up shows it
}

TEST_CASE("a projection that keeps something from call to call fails on arrival") {
  const AuthorsDesk desk(kProjection);
  std::set<std::string> seen;
  const Results results = desk.accepted([&](const sdk::Input& input) {
    for (const sdk::Row& action : input.rows("action")) seen.insert(action.id());
    return lines(input, static_cast<std::int64_t>(seen.size()));
  });
  CHECK(has_failed(results, "arrival"));
}

TEST_CASE("a projection that throws or dies at a record is told with that record, and what it failed at is kept") {
  for (const bool dies : {false, true}) {
    const AuthorsDesk desk(kProjection);
    const Results results = desk.accepted([&](const sdk::Input& input) {
      for (const sdk::Row& action : input.rows("action")) {
        if (!action.is_missing("due")) continue;
        if (dies) throw Died();
        throw std::runtime_error("no date");
      }
      return lines(input);
    });
    REQUIRE(has_failed(results, "arrival"));
    const std::string text = find_failed(results, "arrival")->text;
    CHECK(has(text, "stopped at record "));
    CHECK(has(text, dies ? "it crashed" : "no date"));
    REQUIRE(has(text, "What it failed at: " + (desk.scratch / "failed").string()));
    CHECK(std::distance(std::filesystem::directory_iterator(desk.scratch / "failed"), std::filesystem::directory_iterator()) == 1);
    CHECK(has_failed(results, "odd inputs") == dies);  // a sentence is as good as an answer, a death is not
    CHECK(read_author_folder(desk.scratch.folder())->size() == 1);
  }
}

TEST_CASE("a plugin that dies of a text of 1 MB is found, whatever it contributes") {
  const AuthorsDesk desk(std::string(kProjection) + "," + kValidator + "," + kExport + "," + kCommand);
  const Results results = desk.accepted([](const sdk::Input& input) -> Answer {
    for (const sdk::Row& action : input.rows("action")) {
      for (const char* field : {"text", "leads", "due", "status", "organisation"}) {
        if (action.text(field).size() >= 1'000'000) throw Died();
      }
    }
    return input.asked() == "lines" ? lines(input) : input.asked() == "look" ? look(input) : input.asked() == "list" ? list(input) : note(input);
  });
  std::set<std::string> found;
  for (const CheckResult& one : results) {
    if (one.verdict == Verdict::failed && one.check == "odd inputs" && has(one.text, "it died or had to be stopped: ")) found.insert(one.about);
  }
  CHECK(found == std::set<std::string>{"command note", "export list", "projection lines", "validator look"});
}

TEST_CASE("answers that are no rows fail the check of odd inputs, whatever the kind") {
  for (const char* what : {kProjection, kValidator, kExport, kCommand}) {
    INFO(what);
    CHECK(has_failed(AuthorsDesk(what).accepted([](const sdk::Input&) { return Answer("not rows"); }), "odd inputs"));
  }
}

TEST_CASE("a text that is not declared is found in rows, in findings and in proposals") {
  const std::string token = stolen();
  REQUIRE_FALSE(token.empty());
  const auto leaks = [](const Results& results) { return has_failed(results, "canaries") && has(find_failed(results, "canaries")->text, "evidence.text"); };
  CHECK(leaks(AuthorsDesk(kProjection).accepted([&](const sdk::Input& input) {
    sdk::Rows rows;
    for (const sdk::Row& action : input.rows("action")) rows.row("lines", action.id()).text("status", token);
    return Answer(rows.bytes());
  })));
  CHECK(leaks(AuthorsDesk(kValidator).accepted([&](const sdk::Input&) { return warn_if(true, "As in " + token); })));
  CHECK(leaks(AuthorsDesk(kExport).accepted([&](const sdk::Input&) { return Answer(sdk::Rows().row("list").text("text", token).bytes()); })));
  CHECK(leaks(AuthorsDesk(kCommand).accepted([&](const sdk::Input&) { return Answer(sdk::Rows().row("gap").text("field", token).bytes()); })));
}

TEST_CASE("a validator that repeats what somebody typed fails, though it may read it") {
  const Results results = AuthorsDesk(kValidator).accepted([](const sdk::Input& input) { return warn_if(true, "Say more than " + input.rows("action").front().text("text").substr(0, 20)); });
  REQUIRE(has_failed(results, "canaries"));
  CHECK(has(find_failed(results, "canaries")->text, "action.text is repeated in a sentence"));
}

TEST_CASE("a validator whose answer depends on what it was asked before fails over orders of arrival") {
  std::string before;
  const Results results = AuthorsDesk(kValidator).accepted([&](const sdk::Input& input) {
    const std::string id = input.rows("action").front().id();
    const bool is_later = before < id;
    before = id;
    return warn_if(is_later, "Later than the one before");
  });
  CHECK(has_failed(results, "determinism"));
}

TEST_CASE("a validator that fails is not in order, though a workspace goes on without it") {
  const Results results = AuthorsDesk(kValidator).accepted([](const sdk::Input&) -> Answer { throw std::runtime_error("it fell over"); });
  REQUIRE(has_failed(results, "samples"));
  CHECK(has(find_failed(results, "samples")->text, "it fell over"));
}

TEST_CASE("an export or a command that keeps something from call to call fails on determinism") {
  int calls = 0;
  CHECK(has_failed(AuthorsDesk(kExport).accepted([&](const sdk::Input&) { return Answer(sdk::Rows().row("list").number("people", ++calls).bytes()); }), "determinism"));
  const char* kKinds[] = {"no_date", "no_owner"};
  CHECK(has_failed(AuthorsDesk(kCommand).accepted([&](const sdk::Input& input) { return note(input, "gap", "kind", kKinds[++calls % 2]); }), "determinism"));
}

TEST_CASE("an export about people that counts to three is found") {
  AuthorsDesk desk(kExport);
  const auto three = [](const sdk::Input&) { return Answer(sdk::Rows().row("list").number("people", 3).bytes()); };
  CHECK_FALSE(has_failed(desk.accepted(three), "small numbers"));  // it reads of nobody
  desk.reads = R"("comment": ["outcome"])";
  CHECK(has_failed(desk.accepted(three), "small numbers"));  // each row is somebody's, whatever the class
  desk.data_class = "special";
  desk.reads = R"("person": ["name", "characteristics"])";
  CHECK(has_failed(desk.accepted(three), "small numbers"));
  CHECK_FALSE(has_failed(desk.accepted([](const sdk::Input&) { return Answer(sdk::Rows().row("list").number("people", 12).bytes()); }), "small numbers"));
}

TEST_CASE("an export of any class that counts comments to two is found") {
  AuthorsDesk desk(kExport);
  desk.reads = R"("comment": ["outcome"])";
  const auto two = [](const sdk::Input&) { return Answer(sdk::Rows().row("list").number("people", 2).bytes()); };
  CHECK(has_failed(desk.accepted(two), "small numbers"));
}

TEST_CASE("columns, record types and fields that are not declared fail on our samples and on odd inputs") {
  const auto is_refused = [](const Results& results, const std::string& why) {
    return has_failed(results, "samples") && has(find_failed(results, "samples")->text, why) && has_failed(results, "odd inputs");
  };
  CHECK(is_refused(AuthorsDesk(kExport).accepted([](const sdk::Input&) { return Answer(sdk::Rows().row("list").text("secret", "x").bytes()); }), "does not declare"));
  CHECK(is_refused(AuthorsDesk(kCommand).accepted([](const sdk::Input&) { return Answer(sdk::Rows().row("evidence").text("title", "x").bytes()); }), "which its manifest does not name"));
  CHECK(is_refused(AuthorsDesk(kCommand).accepted([](const sdk::Input&) { return Answer(sdk::Rows().row("gap").text("colour", "x").bytes()); }), "does not have"));
  CHECK(has_failed(AuthorsDesk(kProjection).accepted([](const sdk::Input& input) {
    sdk::Rows rows;
    for (const sdk::Row& action : input.rows("action")) rows.row("lines", action.id()).text("secret", "x");
    return Answer(rows.bytes());
  }), "samples"));
}

TEST_CASE("a command gets the options that sample.json gives it") {
  const AuthorsDesk desk(kCommand);
  test::write(desk.scratch.folder(), {{"sample.json", R"({"format": "evenhand-data/1", "title": "A sample", "options": {"note": {"month": "2026-03"}}, "records": []})"}});
  std::set<std::string> months;
  CHECK(failures_of(desk.accepted([&](const sdk::Input& input) { return months.insert(std::string(input.option("month"))), note(input); })) == "");
  CHECK(months.contains("2026-03"));
}

TEST_CASE("records of a type that the plugin declares itself are in our samples, and may stand in its own") {
  AuthorsDesk desk(R"("types": [{"name": "walk", "plural": "walks", "home": "organisation", "meaning": "A walk.", "title_field": "title", "fields": [
      {"name": "title", "type": "word", "data_class": "none", "merge": "single", "meaning": "Where.", "example": "Ward 4"}]}],
    "projections": [{"id": "lines", "on": ["walk"], "columns": [{"name": "status"}]}])");
  desk.reads = R"("walk": ["title"])";
  test::write(desk.scratch.folder(), {{"sample.json", R"({"format": "evenhand-data/1", "title": "A sample", "records": [{"type": "walk", "id": "one", "fields": {"title": "Our own"}}]})"}});
  std::set<std::string> titles;
  const Results results = desk.accepted([&](const sdk::Input& input) {
    sdk::Rows rows;
    for (const sdk::Row& walk : input.rows("walk")) titles.insert(walk.text("title")), rows.row("lines", walk.id()).text("status", walk.text("title"));
    return Answer(rows.bytes());
  });
  CHECK(failures_of(results) == "");
  CHECK(titles.contains("Ward 4"));
  CHECK(titles.contains("Our own"));
}

TEST_CASE("one contribution alone can be tried, and one that is not there is refused") {
  const AuthorsDesk desk(std::string(kValidator) + "," + kExport);
  CheckOptions options;
  options.only = "list";
  for (const CheckResult& one : desk.run([](const sdk::Input& input) { return input.asked() == "list" ? list(input) : look(input); }, options)) CHECK(one.about == "export list");
  options.only = "none";
  const auto bench = Workbench::open(desk.scratch.folder(), test::played(look));
  CHECK(run_checks(*bench, options).error().code == ErrorCode::not_found);
}
