// Every example of every command runs; every flag stands in the manual once; help fits 80 columns.
#include <catch2/catch.hpp>

#include <CLI/CLI.hpp>
#include <iterator>
#include <map>
#include <set>

#include "apps/cli/help.h"
#include "core/record/vocabulary.h"
#include "tests/support/declared_sample.h"
#include "tests/support/source_file.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;

namespace {

namespace fs = std::filesystem;

struct Section {
  std::string command;
  std::vector<std::string> examples;
  std::multiset<std::string> flags;
};

std::string without_escapes(std::string text) {
  for (std::size_t at = text.find("\\-"); at != std::string::npos; at = text.find("\\-", at)) text.erase(at, 1);
  for (std::size_t at = text.find("\\e"); at != std::string::npos; at = text.find("\\e", at)) text.replace(at, 2, "\\");
  return text;
}

std::vector<Section> read_page(const fs::path& page) {
  std::istringstream lines(test::file_text(page));
  std::string name = page.stem().string();
  if (name.starts_with("evenhand-")) name[8] = ' ';
  std::vector<Section> sections = {{name, {}, {}}};
  bool in_examples = false;
  for (std::string line; std::getline(lines, line);) {
    line = without_escapes(line);
    if (line.starts_with(".SS ")) sections.push_back({line.substr(4), {}, {}});
    if (line == ".nf" || line == ".fi") in_examples = line == ".nf";
    else if (in_examples) sections.back().examples.push_back(line.substr(2));
    if (line.starts_with(".B --")) sections.back().flags.insert(line.substr(3, line.find(' ', 3) - 3));
  }
  return sections;
}

std::vector<Section> all_sections(const fs::path& folder) {
  REQUIRE(test::run_program({"man", "--all", folder.string()}).exit == 0);
  std::vector<Section> all;
  for (const auto& page : fs::directory_iterator(folder)) {
    for (Section& section : read_page(page.path())) all.push_back(std::move(section));
  }
  return all;
}

bool starts_with_any(const std::string& text, std::initializer_list<const char*> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](const char* start) { return text.starts_with(start); });
}

// A partner that was let in, its invitation to us, and one of ours for a further laptop.
void prepare_partner(const Desk& desk) {
  Desk partner;
  partner.good({"init", "--name", "Westfen", "--device", "Westfen laptop"});
  const auto file = [&](const char* name) { return (desk.scratch / name).string(); };
  partner.good({"partner", "invite", "--to", file("invitation.evenhand")});
  desk.good({"partner", "invite", "--to", file("to-westfen.evenhand")});
  desk.good({"partner", "invite", "--to", file("to-laptop.evenhand"), "--same-organisation"});
  partner.good({"join", file("to-westfen.evenhand"), "--to", file("partner-reply.evenhand"), "--device", "Westfen laptop"});
  desk.good({"partner", "admit", file("partner-reply.evenhand"), "--yes"});
}

// A plugin in its author's folder, packed, and installed; and a key to sign it with.
void prepare_plugin(const Desk& desk) {
  const auto file = [&](const char* name) { return (desk.scratch / name).string(); };
  desk.good({"plugin", "new", "report", "Walks", "--to", file("walks")});
  desk.good({"plugin", "test", file("walks"), "--accept", "--odd-inputs", "1"});
  desk.good({"plugin", "pack", file("walks"), "--to", file("org.example.walks-1.0.0.evhp")});
  desk.good({"plugin", "key", "new", "--to", file("author.key"), "--in-clear"});
  desk.good({"plugin", "install", file("walks"), "--yes"});
  desk.good({"report", "run", "walks", "--to", file("walks.html")});  // so that a run of it is on record
}

// A workspace in which each sample record is there once, made by the first example of each `add`.
void prepare(const Desk& desk, const std::vector<Section>& sections) {
  desk.good({"init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT"});
  for (const RecordSpec& spec : vocabulary()) {
    std::string name(spec.name);
    std::replace(name.begin(), name.end(), '_', '-');
    for (const Section& section : sections) {
      if (section.command != "evenhand " + name + " add" || spec.name == "organisation") continue;
      std::string line = section.examples.front();
      // The sample definitions are no real ones, so they must not stand in for the built-in framework and policy.
      if (spec.name == "framework" || spec.name == "policy") line.replace(line.find("--code \"") + 8, 0, "local-");
      std::string said;
      INFO(line);
      const int code = test::run_line(desk.scratch.folder(), line, said);
      INFO(said);
      REQUIRE(code == 0);
    }
  }
  for (const char* type : {"walk", "visit"}) std::ofstream(desk.scratch / (std::string(type) + ".json")) << test::sample_definition(type);
  desk.good({"record", "declare", (desk.scratch / "walk.json").string()});
  desk.good({"record", "add", "walk", "--set", "title=Corridor 7", "--set", "result=pass"});
  desk.good({"grade", "record", "1B", "2", "--service", "Virtual wards"});
  desk.good({"organisation", "add", "Southfen Community NHS Trust", "--short-name", "SCT"});
  desk.good({"service", "add", "Sleep clinic", "--providers", "NCT; SCT", "--lead-organisation", "NCT"});
  desk.good({"grade", "record", "1C", "2", "--service", "Sleep clinic"});
  prepare_partner(desk);
  prepare_plugin(desk);
  std::ofstream(desk.scratch / "grades.json") << R"({"grades":{"2A":3}})";
  std::ofstream(desk.scratch / "published.json") << R"({"services":[{"name":"A","rating":2}]})";
  desk.good({"evidence", "attach", "Interpreters", (desk.scratch / "grades.json").string(), "--title", "Attached sample"});
  std::ofstream(desk.scratch / "report.json") << test::source_file("data/published/ccs-2023-24.json");
}

bool only_reads(const std::string& example) {
  return starts_with_any(example, {"evenhand log", "evenhand man", "evenhand version", "evenhand completion", "evenhand status"}) ||
         example.find(" list") != std::string::npos || example.find(" show ") != std::string::npos || example.find(" history ") != std::string::npos ||
         example.ends_with("--dry-run");
}

// The families of record types are one code over one table, and the sanitizers make each start of the program several
// times as slow: there every seventh command of theirs is run, which meets each of the six verbs, and every third of the others, whose code the
// other tests of this folder call in one process. ./check unit runs all.
#ifdef EVENHAND_SANITIZED
constexpr std::size_t kOneOf = 7, kOtherOneOf = 3, kExamplesMin = 60, kParsedMin = 30;
#else
constexpr std::size_t kOneOf = 1, kOtherOneOf = 1, kExamplesMin = 500, kParsedMin = 120;
#endif

struct Seen {
  std::size_t of_families = 0, others = 0;
};

bool is_left_out(const std::string& command, Seen& seen, std::size_t one_of = kOneOf) {
  for (const char* verb : {" add", " edit", " remove", " list", " show", " history"}) {
    if (command.ends_with(verb)) return seen.of_families++ % one_of != 0;
  }
  return seen.others++ % kOtherOneOf != 0;
}

}  // namespace

TEST_CASE("every command stands in the help of the one above it, whatever its group") {
  Desk desk;
  std::map<std::string, std::string> helps;
  std::size_t commands = 0;
  for (const Section& section : all_sections(desk.scratch / "pages")) {
    if (section.command == "evenhand") continue;
    const std::size_t blank = section.command.rfind(' ');
    const std::string above = section.command.substr(0, blank), name = section.command.substr(blank + 1);
    if (!helps.contains(above)) {
      std::istringstream words(above.substr(std::string("evenhand").size()));
      std::vector<std::string> asked(std::istream_iterator<std::string>(words), {});
      asked.push_back("--help");
      helps[above] = test::run_program(asked).out;
    }
    INFO(section.command << "\n" << helps[above]);
    CHECK((helps[above].find("\n  " + name + " ") != std::string::npos || helps[above].find("\n  " + name + "\n") != std::string::npos));
    ++commands;
  }
  CHECK(commands > 100);
}

TEST_CASE("a group of commands that the help does not know stands behind those that it knows") {
  CLI::App root("Words", "evenhand");
  root.add_subcommand("strange", "Of no known group")->group("Another");
  root.add_subcommand("begin", "Of a known one")->group("Start");
  const std::string help = cli::help_text(root);
  INFO(help);
  REQUIRE(help.find("\nAnother\n  strange ") != std::string::npos);
  CHECK(help.find("\nStart\n  begin ") < help.find("\nAnother\n"));
}

TEST_CASE("every command has two examples, and each of them runs in a prepared workspace") {
  Desk desk;
  const std::vector<Section> sections = all_sections(desk.scratch / "pages");
  prepare(desk, sections);
  std::size_t ran = 0;
  Seen seen;
  for (const Section& section : sections) {
    INFO(section.command);
    CHECK(section.examples.size() >= 2);
    if (is_left_out(section.command, seen)) continue;
    for (const std::string& example : section.examples) {
      Scratch copy;
      if (!only_reads(example)) fs::copy(desk.scratch.folder(), copy.folder(), fs::copy_options::recursive);
      const fs::path where = only_reads(example) ? desk.scratch.folder() : copy.folder();
      if (starts_with_any(example, {"evenhand init"})) fs::remove_all(where / "ws");
      std::string said;
      // A copied workspace goes on under a new chain, so it has something to undo only once it did something.
      const bool undoes = example.starts_with("evenhand undo");
      const int code = test::run_line(where, undoes ? "evenhand group add Veterans --code veterans --category local && " + example : example, said);
      // Ids in examples are made up, a fresh workspace has no dispute, and bookkeeping records come with imports and
      // copies: "not found" is the right answer.
      const bool may_miss = starts_with_any(example, {"evenhand conflict show", "evenhand conflict resolve", "evenhand conflict undo", "evenhand conflict same", "evenhand conflict different", "evenhand signoff resolve", "evenhand signoff verify", "evenhand signoff late", "evenhand signoff approve", "evenhand signoff decline", "evenhand log show", "evenhand share", "evenhand partner adopt", "evenhand partner leave", "evenhand sync now", "evenhand hub", "evenhand grade-adoption", "evenhand sync send", "evenhand sync receive", "evenhand late", "evenhand schema", "evenhand batch", "evenhand document"});
      INFO(example << "\n" << said);
      CHECK((code == 0 || (may_miss && code == 5)));
      ++ran;
    }
  }
  CHECK(ran > kExamplesMin);
}

TEST_CASE("with --json every command that goes well prints JSON and nothing else, dry runs included") {
  Desk desk;
  const std::vector<Section> sections = all_sections(desk.scratch / "pages");
  prepare(desk, sections);
  std::size_t parsed = 0;
  Seen seen;
  for (const Section& section : sections) {
    // What they print is a document in a format of its own.
    if (starts_with_any(section.command, {"evenhand man", "evenhand completion", "evenhand demo"}) || is_left_out(section.command, seen, 7)) continue;  // families are one code
    for (const std::string& example : section.examples) {
      const bool is_document = starts_with_any(example, {"evenhand report run", "evenhand export", "evenhand plugin run"}) && example.find("--to") == std::string::npos;
      if (example.find(" | ") != std::string::npos || is_document) continue;
      Scratch copy;
      if (!only_reads(example)) fs::copy(desk.scratch.folder(), copy.folder(), fs::copy_options::recursive);
      const fs::path where = only_reads(example) ? desk.scratch.folder() : copy.folder();
      if (starts_with_any(example, {"evenhand init"})) fs::remove_all(where / "ws");
      std::string said;
      const int code = test::run_line(where, example + (example.find("--json") == std::string::npos ? " --json" : "") + " 2>/dev/null", said);
      if (code != 0) continue;  // the test above says which may
      INFO(example << "\n" << said);
      CHECK(parse_json(said).ok());
      ++parsed;
    }
  }
  CHECK(parsed > kParsedMin);
}

TEST_CASE("the manual tells each flag of a command once, the same flags as its help, and help fits 80 columns") {
  Scratch scratch;
  Seen seen;
  for (const Section& section : all_sections(scratch / "pages")) {
    if (is_left_out(section.command, seen)) continue;
    INFO(section.command);
    std::vector<std::string> words;
    std::istringstream split(section.command.substr(8));
    for (std::string word; split >> word;) words.push_back(word);
    words.push_back("--help");
    const auto help = test::run_program(words);
    CHECK(help.exit == 0);
    std::set<std::string> in_help;
    std::istringstream lines(help.out);
    bool in_examples = false;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("  --")) in_help.insert(line.substr(2, line.find(' ', 2) - 2));
      in_examples = line == "Examples:" || (in_examples && !line.empty());
      if (!in_examples) CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }) <= 80);
    }
    CHECK(std::set<std::string>(section.flags.begin(), section.flags.end()) == in_help);
    CHECK(section.flags.size() == in_help.size());
  }
}
