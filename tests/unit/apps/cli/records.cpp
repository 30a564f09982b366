// What a new user does on the first day, through the real program.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

TEST_CASE("a new user comes from nothing to a scorecard, and one step back") {
  Desk desk;
  desk.found();
  for (const char* service : {"Virtual wards", "Dental care", "Sexual health"}) desk.good({"service", "add", service});
  desk.good({"evidence", "add", "Interpreters at every appointment", "--outcome", "1a:", "--service", "virtual", "--text", "- Video"});
  desk.good({"grade", "record", "1A", "2", "--service", "Virtual", "--reason", "Interpreters are there"});
  CHECK_THAT(desk.good({"scorecard"}), Contains("1A 2") && Contains("Northmere"));
  CHECK_THAT(desk.good({"status"}), Contains("3 services, 1 evidence item, 1 grade"));
  CHECK(desk.json({"grade", "list"}).size() == 1);
  CHECK_THAT(desk.good({"undo"}), Contains("Took back: grade"));
  CHECK(desk.json({"grade", "list"}).size() == 0);
}

TEST_CASE("a second grade of one kind for one outcome is refused, naming the first, and other grades are not") {
  Desk desk;
  desk.found();
  for (const char* service : {"Virtual wards", "Dental care"}) desk.good({"service", "add", service});
  desk.good({"grade", "record", "2A", "2"});
  const auto again = desk.run({"grade", "record", "2a", "1"});
  CHECK(again.exit == 2);
  CHECK_THAT(again.err, Contains("graded already: 2") && Contains(desk.json({"grade", "list"}).items()[0].find("short_id")->text()));
  desk.good({"grade", "record", "2A", "1", "--kind", "self_assessed"});
  desk.good({"grade", "record", "1A", "2", "--service", "Virtual wards"});
  desk.good({"grade", "record", "1A", "2", "--service", "Dental care"});
  CHECK(desk.run({"grade", "record", "1A", "3", "--service", "Dental care"}).exit == 2);
  CHECK(desk.json({"grade", "list"}).size() == 4);
}

TEST_CASE("grade explain gives votes, rule, reason and who") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"workshop", "add", "Hall", "--services", "Virtual", "--tie-rule", "Discuss, vote again", "--method", "most_votes"});
  desk.good({"workshop", "count", "--workshop", "Hall", "--code", "1A", "--service", "Virtual", "--participants", "21", "--votes-0", "0", "--votes-1", "10", "--votes-2", "10", "--votes-3", "1"});
  desk.good({"grade", "record", "1A", "1.5", "--service", "Virtual", "--workshop", "Hall", "--reason", "Ten each"});
  const std::string text = desk.good({"grade", "explain", "1a", "--service", "virtual"});
  for (const char* part : {"a tie between Developing and Achieving", "Developing 10", "Discuss, vote again", "Ten each", "nhs-eds-2022", "EDI laptop"}) CHECK_THAT(text, Contains(part));
}

TEST_CASE("a count that cannot be is refused on entry and nothing is saved") {
  Desk desk;
  desk.found();
  desk.good({"workshop", "add", "Hall"});
  const auto ran = desk.run({"workshop", "count", "--workshop", "Hall", "--code", "2A", "--participants", "21", "--votes-0", "0", "--votes-1", "21", "--votes-2", "21", "--votes-3", "0"});
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Contains("21"));
  CHECK(desk.json({"tally", "list"}).size() == 0);
}

TEST_CASE("an action update sets the action's own colour too") {
  Desk desk;
  desk.found();
  desk.good({"action", "add", "Texts before each appointment.", "--due", "Sep-24"});
  desk.good({"action", "update", "Texts", "--rag", "green", "--text", "Two courses run.", "--status", "under_way"});
  const Json action = desk.json({"action", "show", "Texts"});
  CHECK(action.find("fields")->find("rag")->text() == "green");
  CHECK(action.find("fields")->find("progress")->text() == "Two courses run.");
  CHECK(action.find("fields")->find("status")->text() == "under_way");
}

TEST_CASE("edit sets, adds to, takes from and clears fields, and history tells each step with its reason") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Survey", "--outcome", "1A", "--groups", "age; sex", "--owner", "Head of service"});
  desk.good({"evidence", "edit", "Survey", "--add-groups", "race", "--remove-groups", "age", "--clear", "owner", "--reason", "The lead moved on"});
  const Json fields = *desk.json({"evidence", "show", "Survey"}).find("fields");
  CHECK(write_json(*fields.find("groups")) == R"(["sex","race"])");
  CHECK(fields.find("owner") == nullptr);
  CHECK_THAT(desk.good({"evidence", "history", "Survey"}), Contains("because: The lead moved on") && Contains("owner: (cleared)"));
  CHECK(desk.run({"evidence", "edit", "Survey"}).exit == 2);
}

TEST_CASE("prose comes from a file or from standard input, and @@ stands for @") {
  Desk desk;
  desk.found();
  std::ofstream(desk.scratch / "text.md") << "From a file\n";
  desk.good({"evidence", "add", "A", "--outcome", "1A", "--text", "@" + (desk.scratch / "text.md").string()});
  desk.good({"evidence", "add", "B", "--outcome", "1A", "--text", "-"}, "From a pipe");
  desk.good({"evidence", "add", "C", "--outcome", "1A", "--text", "@@home"});
  const auto text_of = [&](const char* title) { return desk.json({"evidence", "show", title}).find("fields")->find("text")->text(); };
  CHECK(text_of("A") == "From a file\n");
  CHECK(text_of("B") == "From a pipe");
  CHECK(text_of("C") == "@home");
  CHECK(desk.run({"evidence", "add", "D", "--outcome", "1A", "--text", "@/nowhere"}).exit == 5);
}

TEST_CASE("lists filter by fields, stay within 80 columns, and cannot move the terminal") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Long " + std::string(200, 'x'), "--outcome", "1A"});
  desk.good({"evidence", "add", "Caf\u00e9 \x1b[31mred", "--outcome", "2B"});
  CHECK(desk.json({"evidence", "list", "--outcome", "2b"}).size() == 1);
  const std::string list = desk.good({"evidence", "list"});
  CHECK(list.find('\x1b') == std::string::npos);
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }) <= 80);
  }
  CHECK_THAT(list, Contains("…"));
  const auto log = desk.run({"log", "list"});
  CHECK_THAT(log.out, Contains("…"));
  CHECK_THAT(log.err, Contains("log list --plain"));
  CHECK_THAT(desk.good({"log", "list", "--plain"}), Contains(std::string(200, 'x')));
}

TEST_CASE("a dry run saves nothing") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards", "--dry-run"});
  CHECK(desk.json({"service", "list"}).size() == 0);
  desk.good({"service", "add", "Virtual wards"});
  desk.good({"service", "remove", "Virtual wards", "--dry-run"});
  desk.good({"service", "edit", "Virtual wards", "--name", "Other", "--dry-run"});
  CHECK(desk.json({"service", "show", "Virtual wards"}).find("fields")->find("name")->text() == "Virtual wards");
}

TEST_CASE("a removed record is found by its short id, and undo brings it back") {
  Desk desk;
  desk.found();
  const std::string id = desk.json({"service", "add", "Virtual wards"}).find("short_id")->text();
  desk.good({"service", "remove", id, "--reason", "twice"});
  CHECK(desk.run({"service", "show", "Virtual wards"}).exit == 5);
  CHECK_THAT(desk.good({"service", "history", id}), Contains("because: twice"));
  desk.good({"undo"});
  desk.good({"service", "show", "Virtual wards"});
}

TEST_CASE("a personal record is shown here and appears in no list of titles for the shell") {
  Desk desk;
  desk.found();
  desk.good({"person", "add", "Involvement partner 7", "--consent", "contact"});
  CHECK_THAT(desk.good({"person", "list"}), Contains("Involvement partner 7"));
  CHECK(desk.good({"__complete", "--", "person", "show", ""}).find("partner") == std::string::npos);
}

TEST_CASE("status counts outcomes without a grade or evidence, per service in Domain 1, and open gaps by kind, and says what to type") {
  Desk desk;
  desk.found();
  for (const char* service : {"Virtual wards", "Dental care"}) desk.good({"service", "add", service});
  CHECK(desk.json({"status"}).find("outcomes")->integer() == 15);
  desk.good({"grade", "record", "1A", "2", "--service", "Virtual wards"});
  desk.good({"grade", "record", "2A", "1", "--kind", "self_assessed"});
  desk.good({"evidence", "add", "Survey", "--outcome", "1B"});
  desk.good({"evidence", "add", "Interpreters", "--outcome", "1A", "--service", "Dental care"});
  desk.good({"gap", "add", "--kind", "no_date"});
  desk.good({"gap", "add", "--kind", "no_date", "--status", "closed"});
  desk.good({"gap", "add", "--kind", "no_owner", "--owner", "EDI lead"});
  const Json status = desk.json({"status"});
  CHECK(status.find("ungraded")->integer() == 14);
  CHECK(status.find("without_evidence")->integer() == 12);
  CHECK(status.find("gaps")->integer() == 2);
  CHECK(status.find("gap_kinds")->find("no_date")->integer() == 1);
  const std::string text = desk.good({"status"});
  for (const char* part : {"Grades   14 of 15 outcomes have none; first 1A Dental care", "Evidence 12 of 15 outcomes have none; first 1A Virtual wards",
                           "evenhand grade record --help", "evenhand evidence add --help", "no-date 1, no-owner 1: evenhand gap list --status open"}) {
    CHECK_THAT(text, Contains(part));
  }
}
