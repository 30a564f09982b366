// Wrong words, exit codes, completion and manual pages.
#include <catch2/catch.hpp>

#include <sstream>

#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "tests/support/source_file.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using test::run_program;
using Catch::Contains;

TEST_CASE("a misspelt command, verb or flag is answered with the nearest; beginnings are not taken for the whole") {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"statu"}, "Did you mean \"status\"?"},           {{"evidnce", "list"}, "Did you mean \"evidence\"?"},
      {{"evidence", "ad"}, "Did you mean \"add\"?"},     {{"evidence", "add", "--titel", "x"}, "Did you mean --title?"},
      {{"ev", "list"}, "has no command \"ev\""},         {{"evidence"}, "wants a command"},
      {{}, "wants a command"},                           {{"evidence", "list", "--jsn"}, "Did you mean --json?"},
      {{"report_header", "list"}, "Did you mean \"report-header\"?"},
  };
  for (const auto& [words, sentence] : cases) {
    const auto ran = run_program(words);
    CHECK(ran.exit == 2);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Contains(sentence));
  }
}

TEST_CASE("a wrong value is refused with the field and what it wants") {
  Desk desk;
  desk.found();
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"grade", "record", "2A", "1.2"}, "steps of 0.5"},
      {{"grade", "record", "2A", "2", "--kind", "guessed"}, "self_assessed, verified, published"},
      {{"evidence", "add", "A"}, "--outcome"},
      {{"action", "add", "A", "--due", "whenever"}, "due"},
      {{"service", "add", ""}, "name"},
  };
  for (const auto& [words, part] : cases) {
    const auto ran = desk.run(words);
    INFO(ran.err);
    CHECK(ran.exit == 2);
    CHECK_THAT(ran.err, Contains(part));
  }
  CHECK(desk.run({"grade", "record", "2A", "2", "--workshop", "None"}).exit == 5);
}

TEST_CASE("two records of one name are not guessed between") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Dental care north"});
  desk.good({"service", "add", "Dental care south"});
  const auto ran = desk.run({"service", "show", "dental"});
  CHECK(ran.exit == 2);
  CHECK_THAT(ran.err, Contains("Dental care north") && Contains("Dental care south"));
}

TEST_CASE("a record and a space are found in capitals or not, whatever their letters") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Ŵyn a Mŷn"});
  desk.good({"service", "show", "ŵYN A MŶN"});
  desk.good({"service", "show", "mŷn"});
  CHECK(desk.run({"service", "show", " "}).exit == 5);
  desk.good({"space", "add", "Gŵyr"});
  desk.good({"space", "use", "GŴYR"});
}

TEST_CASE("a bar is shown for work that takes a second, counted from its own beginning, not from that of the program") {
  std::istringstream in;
  std::ostringstream out, err;
  const cli::Console console{in, out, err};
  static std::chrono::steady_clock::time_point now;
  const Progress bar = cli::progress_for(console, [] { return now; });
  now += std::chrono::hours(1);
  bar("Exchanging", 1, 1);
  CHECK(err.str().empty());
  now += std::chrono::hours(1);
  bar("Exchanging", 0, 100);
  now += std::chrono::milliseconds(900);
  bar("Exchanging", 40, 100);
  CHECK(err.str().empty());
  now += std::chrono::milliseconds(200);
  bar("Exchanging", 60, 100);
  CHECK_THAT(err.str(), Contains("60 of 100"));
  now += std::chrono::milliseconds(200);
  bar("Exchanging", 0, 10);  // the last one was cut
  bar("Exchanging", 10, 10);
  CHECK_THAT(err.str(), !Contains("of 10 "));
}

TEST_CASE("of two cycles of one name the one of the space in use is meant; within one space each is named by its id") {
  Desk desk;
  desk.found();
  desk.good({"space", "add", "Second ICS"});
  desk.good({"space", "use", "Second ICS"});
  desk.good({"cycle", "add", "EDS 2025/26"});
  desk.good({"evidence", "add", "Of the second space", "--outcome", "1A"});
  desk.good({"space", "use", "NCT"});
  desk.good({"evidence", "add", "Of the first space", "--outcome", "1A"});
  const auto cycle_named_by = [&](const char* evidence) { return write_json(*desk.json({"evidence", "show", evidence}).find("fields")->find("cycle"), JsonStyle::compact); };
  CHECK(cycle_named_by("Of the second space") != cycle_named_by("Of the first space"));
  desk.good({"cycle", "add", "EDS 2025/26"});
  const auto ran = desk.run({"scorecard", "--cycle", "EDS 2025/26"});
  CHECK(ran.exit == 2);
  const Json cycles = desk.json({"cycle", "list"});
  REQUIRE(cycles.size() == 3);
  for (const Json& cycle : cycles.items()) {
    CHECK_THAT(ran.err, Contains(cycle.find("short_id")->text() + " EDS 2025/26 ("));
    desk.good({"status", "--cycle", cycle.find("short_id")->text()});
  }
  CHECK_THAT(ran.err, Contains("(NCT)") && Contains("(Second ICS)"));
}

TEST_CASE("docs/exit-codes.md holds exactly the codes of the program") {
  const std::string text = test::source_file("docs/exit-codes.md");
  std::string table = "| Code | Meaning |\n|---|---|\n";
  for (const cli::ExitMeaning& row : cli::exit_meanings()) {
    table += "| " + std::to_string(static_cast<int>(row.code)) + " | " + std::string(row.meaning) + " |\n";
  }
  CHECK_THAT(text, Contains(table + "\n"));
}

TEST_CASE("completion offers commands, flags, choices, outcome codes and records of the open workspace") {
  Desk desk;
  desk.found();
  desk.good({"service", "add", "Virtual wards"});
  const auto offered = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"__complete", "--"});
    return desk.good(words);
  };
  CHECK_THAT(offered({"evid"}), Contains("evidence\n"));
  CHECK_THAT(offered({"evidence", ""}), Contains("add\n") && Contains("history\n"));
  CHECK_THAT(offered({"evidence", "add", "--rev"}), Contains("--review-date\n"));
  CHECK_THAT(offered({"service", "add", "--selected-because", "known"}), Contains("known_to_do_well\n"));
  CHECK_THAT(offered({"evidence", "add", "--outcome", ""}), Contains("1A\n") && Contains("3C\n"));
  CHECK_THAT(offered({"evidence", "add", "--service", "V"}), Contains("Virtual wards\n"));
  CHECK(offered({"__"}).empty());
  for (const char* shell : {"bash", "zsh", "fish"}) CHECK_THAT(desk.good({"completion", shell}), Contains("evenhand __complete"));
}

TEST_CASE("the bash script completes as bash runs it") {
  Desk desk;
  std::string said;
  const int code = test::run_line(desk.scratch.folder(),
                                  "bash -c 'eval \"$(evenhand completion bash)\"; COMP_WORDS=(evenhand evidence ad); COMP_CWORD=2; _evenhand; echo \"got ${COMPREPLY[*]}\"'", said);
  CHECK(code == 0);
  CHECK(said == "got add\n");
}

TEST_CASE("a bar of progress stands for what is known, also when more is done than was announced") {
  CHECK(cli::progress_bar("Folding", 3, 12) == "[#####               ] 25% 3 of 12 · Folding");
  CHECK(cli::progress_bar("Folding", 0, 0) == "[####################] 100% 0 of 0 · Folding");
  CHECK(cli::progress_bar("Folding", 13, 12) == "[####################] 100% 13 of 13 · Folding");
}

TEST_CASE("a line too long for the terminal goes on in the next, broken at a blank, a word that is longer anywhere") {
  CHECK(cli::in_width("short", 40, 2) == "short");
  CHECK(cli::in_width("Grades   12 of 24 outcomes have none; first 1A", 40, 9) == "Grades   12 of 24 outcomes have none;\n         first 1A");
  CHECK(cli::in_width("  abcdefghij", 6, 2) == "  abcd\n  efgh\n  ij");
  const std::string welsh = cli::in_width("Gŵyr Gŵyr Gŵyr", 9, 2);
  CHECK(welsh == "Gŵyr Gŵyr\n  Gŵyr");
}

TEST_CASE("a table stands as lines of heading and value where its columns would have no room, and no line is wider than asked") {
  cli::TextTable table({"Space", "Organisation", "Device", "May", ""});
  table.add({"EDS 2025/26", "Northmere Community NHS Trust", "EDI laptop", "read, contribute, facilitate", "this one"});
  table.add({std::string(296, 'x'), "Westfen", "board room laptop", "read", ""});
  const auto printed = [&](std::size_t width) {
    std::ostringstream out;
    table.print(out, width);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) CHECK(cli::letters_in(line) <= width);
    return out.str();
  };
  for (const std::size_t width : {40, 80}) {
    CHECK_THAT(printed(width), Contains("Organisation: Northmere Community NHS") && Contains("\nthis one\n"));
  }
  cli::TextTable slim({"Id", "Title"});
  slim.add({"7Q4K-29TM", "A title that is longer than the forty columns that there are"});
  std::ostringstream out;
  slim.print(out, 40);
  CHECK_THAT(out.str(), Contains("Id         Title") && Contains("…"));
}

TEST_CASE("the sentence of a row stands whole below its other values, and after them for other programs") {
  cli::TextTable table({"Partner", "Waiting", "How it went"}, true);
  table.add({"Fenmarsh ICS", "none", "the partner could not be reached. Try again when it is switched on"});
  table.add({"Osierbeck", "18 changes", ""});
  std::ostringstream out, plain;
  table.print(out, 40);
  CHECK(out.str() == "Partner       Waiting\nFenmarsh ICS  none\n  the partner could not be reached. Try\n  again when it is switched on\nOsierbeck     18 changes\n");
  table.print_plain(plain);
  CHECK(plain.str() == "Fenmarsh ICS\tnone\tthe partner could not be reached. Try again when it is switched on\nOsierbeck\t18 changes\t\n");
}

TEST_CASE("of several open cycles today's is meant; without one a command that writes asks which, and one that reads says which") {
  Desk desk;
  desk.found();
  desk.good({"cycle", "add", "EDS 2024/25"});
  const auto refused = desk.run({"service", "add", "Virtual wards"});
  CHECK(refused.exit == 2);
  CHECK_THAT(refused.err, Contains("EDS 2024/25") && Contains("EDS 2025/26") && Contains("--cycle ") && Contains("--status closed"));
  CHECK_THAT(desk.good({"service", "add", "Virtual wards", "--cycle", "EDS 2025/26"}), Contains("Virtual wards, in EDS 2025/26"));
  const auto read = desk.run({"scorecard"});
  CHECK(read.exit == 0);
  CHECK_THAT(read.err, Contains("Of several cycles this is about EDS 2024/25") && Contains("--cycle "));

  desk.good({"cycle", "edit", "EDS 2025/26", "--starts", "2000-04-01", "--ends", "2099-03-31"});
  CHECK_THAT(desk.good({"service", "add", "Dental care"}), Contains("Dental care, in EDS 2025/26"));
  CHECK_THAT(desk.run({"scorecard"}).err, !Contains("Of several cycles"));
  desk.good({"cycle", "edit", "EDS 2024/25", "--starts", "2000-04-01"});  // a second one that covers today
  CHECK(desk.run({"service", "add", "Maternity"}).exit == 2);
  desk.good({"cycle", "edit", "EDS 2024/25", "--status", "closed"});
  desk.good({"service", "add", "Maternity"});
}
