#include <catch2/catch.hpp>

#include "plugins/host/rows_reader.h"
#include "plugins/sdk/rows.h"

using namespace evenhand;
using plugins::decode_rows_untrusted;
using plugins::RowLimits;
namespace rb = sdk::tagged_bytes;

namespace {

const std::string kId(32, 'a');

std::string rows_of(const std::string& field) {
  std::string row, all = sdk::rows_header();
  rb::put_field(row, EVENHAND_INPUT_TYPE, "t");
  rb::put_field(row, EVENHAND_INPUT_FIELD, field);
  rb::put_field(all, EVENHAND_INPUT_ROW, row);
  return all;
}

std::string complaint(const std::string& bytes, const RowLimits& limits = {}) {
  const auto rows = decode_rows_untrusted(bytes, limits);
  return rows ? "" : std::string(to_word(rows.error().code)) + ": " + rows.error().sentence();
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what a plugin answers is what the host reads") {
  sdk::Rows rows;
  rows.row("walk", kId).text("service", "Wards").number("steps", -1250, 2);
  rows.row("walk").text("tag", "a").text("tag", "b");
  const auto read = decode_rows_untrusted(rows.bytes());
  REQUIRE(read.ok());
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].type == "walk");
  CHECK((*read)[0].id == kId);
  CHECK((*read)[0].fields[0].texts == std::vector<std::string>{"Wards"});
  CHECK((*read)[0].fields[1].number == -1250);
  CHECK((*read)[0].fields[1].decimals == 2);
  CHECK((*read)[1].id.empty());
  CHECK((*read)[1].fields[0].texts == std::vector<std::string>{"a", "b"});
}

TEST_CASE("no answer at all is no rows, and rows that end anywhere are refused with the byte") {
  sdk::Rows rows;
  rows.row("walk", kId).text("service", "Wards").number("steps", 1200);
  const std::string whole = rows.bytes();
  CHECK(decode_rows_untrusted(sdk::rows_header())->empty());
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    if (cut == sdk::rows_header().size()) continue;
    CAPTURE(cut);
    CHECK(says(complaint(whole.substr(0, cut)), "corrupt: "));
    CHECK(says(complaint(whole.substr(0, cut)), "byte "));
  }
}

TEST_CASE("a plugin cannot give states, alternatives, options or ids of its own making") {
  std::string name;
  rb::put_field(name, EVENHAND_INPUT_NAME, "f");
  std::string masked = name, alternative = name;
  rb::put_number(masked, EVENHAND_INPUT_STATE, EVENHAND_INPUT_MASKED);
  rb::put_field(alternative, EVENHAND_INPUT_ALTERNATIVE, "x");
  CHECK(says(complaint(rows_of(masked)), "not states"));
  CHECK(says(complaint(rows_of(alternative)), "not states"));
  std::string asking = sdk::rows_header();
  rb::put_field(asking, EVENHAND_INPUT_ASKED, "x");
  CHECK(says(complaint(asking), "asks for nothing"));
  for (const std::string& id : {std::string(32, 'A'), std::string(31, 'a'), std::string(32, 'g')}) {
    CHECK(says(complaint(sdk::Rows().row("t", id).bytes()), "hexadecimal"));
  }
}

TEST_CASE("rows beyond a limit, broken texts and numbers given twice are refused") {
  RowLimits small;
  small.rows_max = 1;
  small.fields_max = 1;
  small.text_bytes_max = 4;
  small.values_max = 3;
  CHECK(complaint(sdk::Rows().row("t").text("a", "four").bytes(), small).empty());
  CHECK(says(complaint(sdk::Rows().row("t").row("t").bytes(), small), "more than 1 rows"));
  CHECK(says(complaint(sdk::Rows().row("t").text("a", "").text("b", "").bytes(), small), "more than 1 fields"));
  CHECK(says(complaint(sdk::Rows().row("t").text("a", "fives").bytes(), small), "more than 4 bytes"));
  CHECK(says(complaint(sdk::Rows().row("t").text("a", "").text("a", "").text("a", "").text("a", "").bytes(), small), "more than 3 values"));
  CHECK(says(complaint(sdk::Rows().row("t").text("a", "\xFF").bytes()), "not UTF-8"));
  CHECK(says(complaint(sdk::Rows().row("t").text("a", "\x1B[31m").bytes()), "control characters"));
  CHECK(says(complaint(sdk::Rows().row("t").number("a", 1).number("a", 2).bytes()), "stands twice"));
  CHECK(says(complaint(sdk::Rows().row("t").number("a", 1, 7).bytes()), "6 decimals"));
  CHECK(says(complaint(sdk::Rows().row("").bytes()), "no type"));
  CHECK(says(complaint(rows_of("")), "no name"));
}

TEST_CASE("a tag of a later version is skipped") {
  std::string row, all = sdk::rows_header();
  rb::put_field(row, EVENHAND_INPUT_TYPE, "t");
  rb::put_field(row, static_cast<evenhand_input_tag>(90), "later");
  rb::put_field(all, EVENHAND_INPUT_ROW, row);
  rb::put_field(all, static_cast<evenhand_input_tag>(91), "later");
  CHECK(decode_rows_untrusted(all)->size() == 1);
}
