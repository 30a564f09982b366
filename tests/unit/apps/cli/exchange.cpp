// Import, export, reports, log, conflicts: what goes in and out of a workspace.
#include <catch2/catch.hpp>

#include "tests/support/source_file.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a published report imports, says it is read-only, does nothing the second time and goes as one") {
  Desk desk;
  desk.found();
  const std::string file = (desk.scratch / "ccs.json").string();
  std::ofstream(file) << test::source_file("data/published/ccs-2023-24.json");
  CHECK_THAT(desk.good({"import", file, "--dry-run"}), Contains("read-only"));
  CHECK(desk.json({"grade", "list"}).size() == 0);
  CHECK_THAT(desk.good({"import", file}), Contains("Created "));
  CHECK(desk.json({"grade", "list"}).size() == 19);
  CHECK_THAT(desk.good({"import", file}), Contains("Created 0, changed 0"));
  desk.good({"undo"});
  CHECK(desk.json({"grade", "list"}).size() == 0);
}

TEST_CASE("a damaged or missing file imports nothing and says where it is wrong") {
  Desk desk;
  desk.found();
  std::ofstream(desk.scratch / "bad.json") << "{\"format\":\"evenhand-data/1\",";
  const auto bad = desk.run({"import", (desk.scratch / "bad.json").string()});
  CHECK(bad.exit == 2);
  CHECK_THAT(bad.err, Contains("bad.json") && Contains("line 1"));
  CHECK(desk.run({"import", "/nowhere.json"}).exit == 5);
}

TEST_CASE("export all gives plain files that say what they are, keeps people out unless asked, and guards formulas") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "=1+1", "--outcome", "1A"});
  desk.good({"person", "add", "Involvement partner 7", "--consent", "contact"});
  const fs::path plain = desk.scratch / "plain";
  desk.good({"export", "all", "--to", plain.string()});
  CHECK_THAT(test::file_text(plain / "evidence.csv"), Contains("'=1+1"));
  CHECK(parse_json(test::file_text(plain / "evidence.json"))->size() == 1);
  CHECK_THAT(test::file_text(plain / "README.txt"), Contains("evidence.csv") && Contains("Records of people are left out"));
  CHECK_FALSE(fs::exists(plain / "person.csv"));
  CHECK_FALSE(fs::exists(plain / "people"));
  CHECK(desk.run({"export", "all", "--to", plain.string()}).exit == 2);
  CHECK(desk.run({"export", "person"}).exit == 2);
  const fs::path people = desk.scratch / "with-people";
  desk.good({"export", "all", "--to", people.string(), "--with-people"});
  CHECK_THAT(test::file_text(people / "people" / "person.csv"), Contains("Involvement partner 7"));
  CHECK_THAT(test::file_text(people / "README.txt"), Contains("WARNING"));
}

TEST_CASE("log verify ends with 0 on a whole log and with 9 when a byte of an event is changed") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Interpreters at every appointment", "--outcome", "1A"});
  const Json spaces = desk.json({"log", "verify"});
  REQUIRE(spaces.size() == 3);
  for (const Json& space : spaces.items()) CHECK(space.find("problems")->size() == 0);

  for (const auto& entry : fs::recursive_directory_iterator(fs::path(desk.workspace) / "spaces")) {
    if (!entry.is_regular_file() || entry.path().string().find("/log/") == std::string::npos) continue;
    std::string bytes = test::file_text(entry.path());
    for (std::size_t at = bytes.find("Interpreters at"); at != std::string::npos; at = bytes.find("Interpreters at", at + 1)) bytes[at] = 'X';
    std::ofstream(entry.path(), std::ios::binary) << bytes;
  }
  const auto ran = desk.run({"log", "verify"});
  INFO(ran.out << ran.err);
  CHECK(ran.exit == 9);
  CHECK(desk.run({"doctor"}).exit == 9);
}

TEST_CASE("log list is newest first and log show tells what an event changed") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  const Json log = desk.json({"log", "list", "--limit", "1"});
  REQUIRE(log.size() == 1);
  CHECK(log.items()[0].find("type")->text() == "service.changed");
  CHECK_THAT(desk.good({"log", "show", log.items()[0].find("reference")->text()}), Contains("name: Virtual wards"));
}

TEST_CASE("a report is made in every format, and the one for a wrong id names those that there are") {
  Desk desk;
  desk.found();
  desk.good({"report-header", "add", "--sponsor", "Deputy chief executive"});
  for (const char* format : {"html", "docx", "xlsx", "csv", "json"}) {
    const std::string file = (desk.scratch / "report.").string() + format;
    desk.good({"report", "run", "eds-report", "--format", format, "--to", file});
    CHECK(fs::file_size(file) > 500);
  }
  const auto ran = desk.run({"report", "run", "nothing"});
  CHECK(ran.exit == 5);
  CHECK_THAT(ran.err, Contains("eds-report"));
}

TEST_CASE("salvage makes a workspace that opens and holds the same records") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  const std::string saved = (desk.scratch / "saved").string();
  desk.good({"doctor", "--salvage", saved});
  const auto ran = test::run_program({"--workspace", saved, "service", "add", "Dental care"});
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK_THAT(test::run_program({"--workspace", saved, "service", "list"}).out, Contains("Virtual wards"));
}

TEST_CASE("rebuild finds every digest as before") {
  Desk desk;
  desk.found();
  const Json spaces = desk.json({"rebuild"});
  for (const Json& space : spaces.items()) CHECK(space.find("same")->boolean() == true);
}

TEST_CASE("an attached file comes back byte for byte, and export all carries it") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Survey", "--outcome", "1A"});
  const std::string bytes(600000, 'q');
  std::ofstream(desk.scratch / "survey.bin") << bytes;
  desk.good({"evidence", "attach", "Survey", (desk.scratch / "survey.bin").string(), "--title", "Survey results"});
  desk.good({"file", "save", "Survey results", (desk.scratch / "back.bin").string()});
  CHECK(test::file_text(desk.scratch / "back.bin") == bytes);
  desk.good({"export", "all", "--to", (desk.scratch / "out").string()});
  const std::string id = desk.json({"file", "show", "Survey results"}).find("short_id")->text();
  CHECK(test::file_text(desk.scratch / "out" / "attachments" / id) == bytes);
  CHECK(test::file_text(desk.scratch / "out" / "file.csv").find("survey.bin") == std::string::npos);
}
