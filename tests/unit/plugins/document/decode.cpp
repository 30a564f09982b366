#include "plugins/document/decode.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <limits>

#include "plugins/document/json.h"
#include "tests/unit/plugins/document/build.h"

using namespace evenhand;
using namespace evenhand::tests;
namespace model = evenhand::document;

TEST_CASE("what a plugin builds is what the host reads: every sort of block survives") {
  sdk::Document built("Title");
  built.subtitle("Sub").language("cy-GB").date("2026-03-31").status(EVENHAND_STATUS_DEMONSTRATION, "Demonstration");
  built.heading(1, "One").paragraph({sdk::plain("a"), sdk::bold("b"), sdk::link("c", "https://example.org/")});
  built.table(sdk::Table("Cap", {sdk::text_column("A"), sdk::number_column("B")})
                  .row_headers().note("note").row({"x", sdk::number(-28, 33)}).row({sdk::masked("why"), sdk::missing("date")}));
  built.chart(sdk::line_chart("T", "alt", {"q"}).series("s", {sdk::decimal(975, 1)}).maximum(100));

  const auto read = decoded(built);

  REQUIRE(refusal(read) == "");
  CHECK(read->title == "Title");
  CHECK(read->subtitle == "Sub");
  CHECK(read->language == "cy-GB");
  CHECK(read->date == "2026-03-31");
  CHECK(read->status.at(0).kind == model::StatusKind::demonstration);
  REQUIRE(read->blocks.size() == 4);
  const auto& runs = std::get<model::Paragraph>(read->blocks[1]).runs;
  CHECK(runs.at(1).bold);
  CHECK(runs.at(2).link == "https://example.org/");
  const auto& table = std::get<model::Table>(read->blocks[2]);
  CHECK(table.row_headers);
  CHECK(table.note == "note");
  CHECK(model::words(table.rows[0][1]) == "-28 of 33");
  CHECK(model::words(table.rows[1][0]) == "hidden: why");
  CHECK(model::words(table.rows[1][1]) == "not known: date owed");
  const auto& chart = std::get<model::Chart>(read->blocks[3]);
  CHECK(chart.maximum == 100);
  CHECK(model::words(chart.series[0].values[0]) == "97.5");
}

TEST_CASE("the bytes are those that docs/formats/document.md prints") {
  std::ifstream in(std::string(EVENHAND_SOURCE_DIR) + "/docs/formats/document.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const std::size_t start = page.find("```hex\n") + 7;
  std::string printed = page.substr(start, page.find("```", start) - start);
  printed.erase(std::remove_if(printed.begin(), printed.end(), [](char c) { return c == ' ' || c == '\n'; }), printed.end());

  sdk::Document built("T");
  built.table(sdk::Table("C", {sdk::text_column("A"), sdk::number_column("B")}).row_headers().row({"x", sdk::number(28, 33)}));

  CHECK(to_hex(view_of(built.bytes())) == printed);
}

TEST_CASE("numbers keep their decimals and their sign, at the edges too") {
  CHECK(model::digits(5, 2) == "0.05");
  CHECK(model::digits(-5, 1) == "-0.5");
  CHECK(model::digits(std::numeric_limits<std::int64_t>::min(), 0) == "-9223372036854775808");
  const auto read = decoded(sdk::Document("T").facts("F", {{"least", sdk::number(std::numeric_limits<std::int64_t>::min())}}));
  REQUIRE(refusal(read) == "");
  CHECK(model::words(std::get<model::Facts>(read->blocks[0]).facts[0].value) == "-9223372036854775808");
}

TEST_CASE("a heading that skips a level is raised, and its equals stay its equals") {
  const auto read = decoded(sdk::Document("T").heading(2, "a").heading(4, "b").heading(4, "c").heading(3, "d").heading(1, "e"));
  REQUIRE(refusal(read) == "");
  std::vector<unsigned> levels;
  for (const auto& block : read->blocks) levels.push_back(std::get<model::Heading>(block).level);
  CHECK(levels == std::vector<unsigned>{1, 2, 2, 2, 1});
}

TEST_CASE("what cannot be repaired is refused, and the refusal names the place") {
  using sdk::Table;
  const auto columns = std::vector<sdk::Column>{sdk::text_column("A"), sdk::text_column("B")};
  CHECK(has(refusal(decoded(sdk::Document(" "))), "no title"));
  CHECK(has(refusal(decoded(sdk::Document("T").heading(1, "H").table(Table("", columns)))), "no caption (after heading \"H\")"));
  CHECK(has(refusal(decoded(sdk::Document("T").table(Table("Cap", columns).row({"x"})))), "Row 1 has 1 cells for 2 columns (table \"Cap\")"));
  CHECK(has(refusal(decoded(sdk::Document("T").table(Table("Cap", {sdk::text_column("")})))), "column without a title"));
  CHECK(has(refusal(decoded(sdk::Document("T").chart(sdk::bar_chart("C", "", {"a"}).series("s", {sdk::number(1)})))), "no alternative text"));
  CHECK(has(refusal(decoded(sdk::Document("T").chart(sdk::bar_chart("", "x", {"a"}).series("s", {sdk::number(1)})))), "no title"));
  CHECK(has(refusal(decoded(sdk::Document("T").chart(sdk::bar_chart("C", "x", {"a", "b"}).series("s", {sdk::number(1)})))), "1 values for 2 labels"));
  CHECK(has(refusal(decoded(sdk::Document("T").begin_section("S"))), "has no end"));
  CHECK(has(refusal(decoded(sdk::Document("T").end_section())), "never began"));
  CHECK(has(refusal(decoded(sdk::Document("T").date("31/03/2026"))), "not YYYY-MM-DD"));
  CHECK(has(refusal(decoded(sdk::Document("T").language("en\"><script>"))), "not a language tag"));
  CHECK(has(refusal(decoded(sdk::Document("T").paragraph("bad \xFF byte"))), "not UTF-8 (byte "));
}

TEST_CASE("bytes that are not a document are refused with the offset, never trusted") {
  const std::string good = sdk::Document("Title").paragraph("text").bytes();
  const auto with = [](std::string bytes) { return refusal(document::decode_untrusted(view_of(bytes))); };
  CHECK(with(good) == "");
  CHECK(has(with("nonsense"), "not a document (byte 0"));
  CHECK(has(with(std::string(EVENHAND_DOCUMENT_MAGIC) + "\x02"), "another version"));
  CHECK(has(with(good + "\x7F" + std::string(1, '\0')), "Field 127 is not known"));
  CHECK(has(with(good + "\x11\x05"), "longer than what holds it"));
  CHECK(has(with(good + "\x11\x80\x00"), "shortest form"));
  CHECK(has(with(good + "\x01\x01" "T"), "stands after field"));
  CHECK(has(with(good + "\x22\x01" "T"), "does not belong in a document"));
}

TEST_CASE("every cut and every flipped byte of a rich document is refused or read, never a crash") {
  const std::string bytes = samples::full().bytes();
  std::size_t refused = 0;
  for (std::size_t cut = 0; cut < bytes.size(); cut += 97) {
    if (!document::decode_untrusted(view_of(std::string_view(bytes).substr(0, cut)))) ++refused;
  }
  CHECK(refused > bytes.size() / 97 / 2);
  std::string changed = bytes;
  for (std::size_t i = 0; i < changed.size(); i += 31) {
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    if (const auto read = document::decode_untrusted(view_of(changed))) CHECK_FALSE(document::write_json(*read).empty());
    changed[i] = bytes[i];
  }
}

TEST_CASE("limits hold: too many cells, rows, labels or bytes are refused by name") {
  document::DecodeLimits limits;
  limits.cells_max = 3;
  sdk::Document built("T");
  built.table(sdk::Table("Cap", {sdk::text_column("A")}).row({"1"}).row({"2"}).row({"3"}).row({"4"}));
  const std::string bytes = built.bytes();
  CHECK(has(refusal(document::decode_untrusted(view_of(bytes), limits)), "More than 3 cells"));
  limits = {};
  limits.rows_max = 3;
  CHECK(has(refusal(document::decode_untrusted(view_of(bytes), limits)), "too many rows"));
  limits = {};
  limits.bytes_max = 10;
  CHECK(has(refusal(document::decode_untrusted(view_of(bytes), limits)), "larger than 10 bytes"));
  limits = {};
  limits.runs_max = 2;
  const std::string prose = sdk::Document("T").markdown("- a\n- b\n- c\n").bytes();
  CHECK(has(refusal(document::decode_untrusted(view_of(prose), limits)), "too many pieces"));
}

TEST_CASE("Markdown keeps lists, emphasis and safe links, and drops raw HTML and bad links") {
  const auto read = decoded(sdk::Document("T").markdown(
      "# Head\n\na **b** *c* [d](https://example.org/x) [e](javascript:alert(1))\n\n<script>alert(1)</script>\n\n1. one\n   - two\n\n![seen](x.png)\n"));
  REQUIRE(refusal(read) == "");
  REQUIRE(read->blocks.size() == 4);
  CHECK(std::get<model::Paragraph>(read->blocks[0]).runs.at(0).bold);
  const auto& runs = std::get<model::Paragraph>(read->blocks[1]).runs;
  CHECK(runs.at(1).text == "b");
  CHECK(runs.at(1).bold);
  CHECK(runs.at(3).italic);
  CHECK(runs.at(5).link == "https://example.org/x");
  CHECK(runs.at(7).text == "e");
  CHECK(runs.at(7).link == "");
  const auto& items = std::get<model::List>(read->blocks[2]).items;
  CHECK(items.at(0).numbered);
  CHECK_FALSE(items.at(1).numbered);
  CHECK(items.at(1).level == 1);
  CHECK(std::get<model::Paragraph>(read->blocks[3]).runs.at(0).text == "seen");
  CHECK_FALSE(has(document::write_json(*read), "alert"));
}

TEST_CASE("a text made of brackets to keep the reader busy is kept word for word") {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "![[]()";
  const auto read = decoded(sdk::Document("T").markdown(text));
  REQUIRE(refusal(read) == "");
  CHECK(std::get<model::Paragraph>(read->blocks.at(0)).runs.at(0).text == text);
}
