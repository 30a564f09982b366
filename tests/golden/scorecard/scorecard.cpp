// Each NAME.in.json gives exactly NAME.out.json and NAME.out.txt; NAME.assumed.* hold what --assume-uniform gives.
// Files are added to, never edited (docs/formats/scorecard.md describes the keys).
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/program.h"
#include "tests/support/source_file.h"

using namespace evenhand::test;

namespace {

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(EVENHAND_SOURCE_DIR "/tests/golden/scorecard")) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(".in.json")) names.push_back(file.substr(0, file.size() - 8));
  }
  return names;
}

std::string golden(const std::string& file) { return source_file("tests/golden/scorecard/" + file); }

std::string said(const std::string& name, std::vector<std::string> flags) {
  std::vector<std::string> arguments = {"scorecard", "--from", EVENHAND_SOURCE_DIR "/tests/golden/scorecard/" + name + ".in.json"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const Ran ran = run_program(arguments);
  CHECK(ran.exit == 0);
  CHECK(ran.err.empty());
  return ran.out;
}

}  // namespace

TEST_CASE("every golden scorecard comes out byte for byte, as JSON and as a table") {
  REQUIRE(names().size() >= 5);
  for (const std::string& name : names()) {
    INFO(name);
    CHECK(said(name, {"--json"}) == golden(name + ".out.json"));
    CHECK(said(name, {}) == golden(name + ".out.txt"));
    CHECK(said(name, {"--json", "--assume-uniform"}) == golden(name + ".assumed.json"));
    CHECK(said(name, {"--verbose", "--assume-uniform"}) == golden(name + ".assumed.txt"));
  }
}

TEST_CASE("no line of a golden table is wider than 80 columns") {
  for (const std::string& name : names()) {
    std::size_t column = 0;
    for (const char c : golden(name + ".assumed.txt")) {
      column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0);
      CHECK(column <= 80);
    }
  }
}
