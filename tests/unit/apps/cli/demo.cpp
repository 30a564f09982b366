// The demo through the real program: what a newcomer sees first.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "core/os/files.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

std::size_t letters_in(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::map<std::string, std::string> documents_in(const fs::path& folder) {
  std::map<std::string, std::string> documents;
  for (const fs::path& in : {folder, folder / "demonstration"}) {
    for (const auto& entry : fs::directory_iterator(in)) {
      if (!entry.is_regular_file()) continue;
      const auto bytes = read_file(entry.path(), 64 << 20);
      REQUIRE(bytes.ok());
      documents[fs::relative(entry.path(), folder)] = std::string(text_of(*bytes));
    }
  }
  return documents;
}

/// One run of the demo for all tests that only look at it.
struct Shown {
  Scratch scratch;
  std::string folder = (scratch / "demo").string();
  test::Ran ran = test::run_program({"demo", "--to", folder});
};
const Shown& shown() {
  static const Shown once;
  return once;
}

/// Another, started by way of ./run and asked for the range that an assumption gives.
struct Asked {
  Scratch scratch;
  std::string said;
  int exit = test::run_line(scratch.folder(), "EVENHAND_STARTED_AS=./run evenhand demo --assume-uniform --to demo", said);
};
const Asked& asked() {
  static const Asked once;
  return once;
}

}  // namespace

TEST_CASE("the demo says what was published, what follows and what does not, in 40 lines of 80 columns") {
  const test::Ran& ran = shown().ran;
  INFO(ran.err);
  REQUIRE(ran.exit == 0);
  CHECK(ran.out.find("28 of 33, Achieving [nhs-eds-2022 v1]") != std::string::npos);
  CHECK(ran.out.find("Domain 1 10 of 12") != std::string::npos);
  CHECK(ran.out.find("Domain 2 11 of 12") != std::string::npos);
  CHECK(ran.out.find("Domain 3 7 of 9") != std::string::npos);
  CHECK(ran.out.find("services 1.5, 2, 1; Domain 2 2; Domain 3 2") != std::string::npos);
  CHECK(ran.out.find("one rating for four outcomes says none of their grades") != std::string::npos);
  CHECK(ran.out.find("18-22") == std::string::npos);
  std::istringstream lines(ran.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    INFO(line);
    const bool holds_path = line.find("Look closer") == 0 || line.find("Wrote") == 0;  // those of a test are long
    CHECK((letters_in(line) <= 80 || holds_path));
  }
  CHECK(count <= 40);
}

TEST_CASE("the range that an assumption gives is said on request only, and called an assumption") {
  const Asked& ran = asked();
  INFO(ran.said);
  REQUIRE(ran.exit == 0);
  CHECK(ran.said.find("Assumption, each rating read as the grade of all its outcomes: 18-22") != std::string::npos);
  CHECK(ran.said.find("of 33, 20 with the tie open, no band") != std::string::npos);
}

TEST_CASE("the demo run twice writes the same documents, byte for byte, and says demonstration on every made-up page") {
  const std::string folder = shown().folder;
  const auto first = documents_in(folder);
  REQUIRE(test::run_program({"demo", "--to", folder}).exit == 0);
  const auto second = documents_in(folder);
  CHECK(first.size() >= 30);
  REQUIRE(first.size() == second.size());
  for (const auto& [name, bytes] : first) {
    INFO(name);
    CHECK((second.at(name) == bytes));  // in brackets: nobody wants to read the bytes
    const bool is_html = name.ends_with(".html");
    if (is_html) CHECK(bytes.find("Draft: not checked for disclosure") != std::string::npos);
    if (is_html && name.starts_with("demonstration")) CHECK(bytes.find("Demonstration") != std::string::npos);
    if (is_html && !name.starts_with("demonstration")) CHECK(bytes.find("Demonstration") == std::string::npos);
  }
}

TEST_CASE("three made-up trusts work apart in the demo, disagree, decide, and their five laptops end with one digest") {
  const std::string& said = shown().ran.out;
  INFO(said);
  CHECK(said.find("Fenmarsh ICS to three trusts, one sealed file") != std::string::npos);
  // Without a loopback network no key of a person travels, so the one entered twice cannot be seen.
  const bool has_network = said.find("No network inside this computer") == std::string::npos;
  CHECK(has_network == (said.find("Over TLS") != std::string::npos));
  CHECK(said.find(has_network ? "5 disputes, 1 late edit:" : "4 disputes, 1 late edit:") != std::string::npos);
  CHECK(said.find(has_network ? "(person, service)" : "(service)") != std::string::npos);
  for (const char* kind : {"(action rag, evidence text)", "cannot add up (tally)", "entered twice"}) {
    INFO(kind);
    CHECK(said.find(kind) != std::string::npos);
  }
  CHECK(said.find("Adopted    1A of the virtual ward, 3 by Northmere: Wendlesea and Osierbeck") != std::string::npos);
  CHECK(said.find("Regraded   1A, now 2: flags Osierbeck, Wendlesea; Wendlesea adopts it anew") != std::string::npos);
  CHECK(said.find("All 5 laptops agree: digest ") != std::string::npos);
  CHECK(said.find("Northmere's two agree on their own: organisation ") != std::string::npos);
  CHECK(said.find(", people ") != std::string::npos);
  const auto report = read_file(fs::path(shown().folder) / "partners" / "joint-report.html", 64 << 20);
  REQUIRE(report.ok());
  for (const char* word : {"Northmere", "Wendlesea", "Osierbeck", "Demonstration"}) {
    INFO(word);
    CHECK(text_of(*report).find(word) != std::string_view::npos);
  }
}

TEST_CASE("each laptop of the demo can be used afterwards: the dispute left open is listed, and its log is whole") {
  for (const char* laptop : {"fenmarsh-ics", "northmere", "northmere-second", "wendlesea", "osierbeck"}) {
    INFO(laptop);
    const std::string workspace = (fs::path(shown().folder) / "partners" / laptop).string();
    const test::Ran open = test::run_program({"--workspace", workspace, "conflict", "list", "--json"});
    CHECK(open.exit == 4);
    const auto list = parse_json(open.out);
    REQUIRE(list.ok());
    REQUIRE(list->size() == 1);  // what one said of the service that stood twice reached all
    CHECK(list->items()[0].find("field")->text() == "text");
    CHECK(test::run_program({"--workspace", workspace, "log", "verify"}).exit == 0);
  }
}

TEST_CASE("each adopter of the demo keeps what it took over, and a later regrading flags the one that has not adopted it anew") {
  const std::string ics = (fs::path(shown().folder) / "partners" / "fenmarsh-ics").string();
  const test::Ran listed = test::run_program({"--workspace", ics, "grade-adoption", "list", "--json"});
  REQUIRE(listed.exit == 0);
  const auto adoptions = parse_json(listed.out);
  REQUIRE(adoptions.ok());
  CHECK(adoptions->size() == 2);
  const std::string osierbeck = (fs::path(shown().folder) / "partners" / "osierbeck").string();
  const test::Ran explained = test::run_program({"--workspace", osierbeck, "grade", "explain", "1A", "--service", "virtual ward"});
  INFO(explained.out << explained.err);
  CHECK(explained.exit == 0);
  CHECK(explained.out.find(": 3 ") != std::string::npos);
  CHECK(explained.out.find("Regraded since") != std::string::npos);
  CHECK(explained.out.find("The evening calls were not counted") != std::string::npos);
  const test::Ran status = test::run_program({"--workspace", osierbeck, "status"});
  CHECK(status.out.find("1 adopted grade was regraded by the lead since") != std::string::npos);
}

TEST_CASE("the demo never empties a folder that it did not make") {
  Scratch scratch;
  REQUIRE(write_file_durably(scratch / "mine.txt", view_of("keep")).ok());
  const test::Ran ran = test::run_program({"demo", "--to", scratch.folder().string()});
  CHECK(ran.exit == 2);
  CHECK(ran.err.find("holds something else") != std::string::npos);
  CHECK(fs::exists(scratch / "mine.txt"));
}

TEST_CASE("the demo suggests the way in which it was started itself") {
  CHECK(shown().ran.out.find("Look closer:  evenhand --workspace ") != std::string::npos);
  REQUIRE(asked().exit == 0);
  CHECK(asked().said.find("Look closer:  ./run --workspace demo/published status") != std::string::npos);
}
