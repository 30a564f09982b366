#include <catch2/catch.hpp>

#include "plugins/host/input_writer.h"
#include "plugins/sdk/input.h"

using namespace evenhand;
using plugins::InputWriter;
using plugins::Manifest;

namespace {

Manifest reading(std::string type, std::set<std::string, std::less<>> fields) {
  Manifest manifest;
  manifest.reads[std::move(type)] = std::move(fields);
  return manifest;
}

}  // namespace

TEST_CASE("what the host writes is what a plugin reads") {
  const Manifest manifest = reading("action", {"text", "leads", "hours"});
  InputWriter writer(manifest, "a-report");
  writer.option("cycle", "abc");
  writer.row({"action", "id1", {{"text", 0, {"Do it"}}, {"leads", 0, {"One", "Two"}}, {"hours", 0, {"-7.5"}, -75, 1}}});

  const sdk::Input input(writer.bytes());
  REQUIRE(input.rows("action").size() == 1);
  const sdk::Row& row = input.rows("action")[0];
  CHECK(input.asked() == "a-report");
  CHECK(input.option("cycle") == "abc");
  CHECK(row.text("leads") == "One; Two");
  CHECK(row.decimal("hours")->value == -75);
  CHECK(row.decimal("hours")->decimals == 1);
  CHECK_FALSE(row.number("hours"));
  CHECK(row.is_missing("nothing"));
}

TEST_CASE("a field that the manifest does not declare never reaches the bytes") {
  const Manifest manifest = reading("action", {"text"});
  InputWriter writer(manifest, "a-report");
  writer.row({"action", "id1", {{"text", 0, {"Do it"}}, {"leads", 0, {"CANARY"}}}});
  writer.row({"person", "id2", {{"name", 0, {"CANARY"}}}});

  CHECK(writer.bytes().find("CANARY") == std::string::npos);
  CHECK(writer.bytes().find("Do it") != std::string::npos);
}

TEST_CASE("an input cut short at any byte is refused or reads as a shorter one, and never beyond its end") {
  const Manifest manifest = reading("action", {"text"});
  InputWriter writer(manifest, "a-report");
  writer.row({"action", "id1", {{"text", EVENHAND_INPUT_CONFLICTED, {}, 300, 2, {"one", "two"}}}});
  const std::string whole = writer.bytes();

  std::size_t refused = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    try {
      sdk::Input cut(whole.substr(0, length));
      CHECK(cut.rows("action").empty());
    } catch (const sdk::BadInput&) {
      ++refused;
    }
  }
  CHECK(refused > whole.size() / 2);
}
