#include <catch2/catch.hpp>

#include "plugins/document/csv.h"
#include "plugins/document/html.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

constexpr const char* kAll = R"({"open": {"from": "gap"}, "owners": {"from": "gap", "group": "owner", "measures": {"gaps": "count", "times": {"sum": "printed_count"}}}})";

std::vector<plugins::InputRow> rows() {
  return {{"gap", "1", {text("owner", {"Matron"}), number("printed_count", 4), text("service", {"s"})}},
          {"gap", "2", {text("owner", {"Matron"}), masked("printed_count")}},
          {"gap", "3", {disputed("owner", {"Chief nurse", "Medical director"})}},
          {"service", "s", {text("name", {"Wards"})}}};
}

std::string made(const std::string& words) { return SmallPack{kAll, words, rows()}.json(); }

plugins::Refusal only(const SmallPack& pack) {
  const auto refusals = pack.refusals();
  REQUIRE(refusals.size() == 1);
  return refusals.front();
}

}  // namespace

TEST_CASE("a template naming a field that does not exist is refused with its file and line before it runs") {
  const plugins::Refusal refusal = only({kAll, "# Gaps\n\n{{table open \"Gaps\"}}\n| Owner |\n|---|\n| {{ownr}} |\n"});
  CHECK(refusal.code == "pack.unknown-field");
  CHECK(refusal.file == "templates/small.md");
  CHECK(refusal.line == 6);
  CHECK(says(refusal.wanted, "field, printed, owner"));
}

TEST_CASE("a field that the manifest does not declare is refused like one that does not exist") {
  CHECK(only({R"({"q": {"from": "gap", "where": {"due": "2025"}}})", "words\n"}).code == "pack.unknown-field");
  CHECK(only({R"({"q": {"from": "evidence"}})", "words\n"}).code == "pack.unknown-source");
  CHECK(only({R"({"q": {"from": "gap", "columns": {"who": "organisation.name"}}})", "words\n"}).code == "pack.unknown-field");
}

TEST_CASE("a table without a caption is refused") {
  CHECK(only({kAll, "{{table owners}}\n"}).code == "pack.missing");
  CHECK(only({kAll, "{{table owners \" \"}}\n"}).code == "pack.missing");
}

TEST_CASE("blocks that do not end, or end what never began, are refused with their line") {
  CHECK(only({kAll, "\n{{#each open}}\n- {{owner}}\n"}).line == 2);
  CHECK(only({kAll, "words\n\n{{/each}}\n"}).line == 3);
  CHECK(SmallPack{kAll, "{{#if open}}\nwords\n{{/each}}\n"}.refusals().front().code == "pack.bad-block");
  CHECK_FALSE(SmallPack{kAll, "{{#loop open}}\n"}.refusals().empty());
  CHECK_FALSE(SmallPack{kAll, "{{include other.md}}\n"}.refusals().empty());
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "{{#if open}}\n";
  CHECK_FALSE(SmallPack{kAll, deep}.refusals().empty());
}

TEST_CASE("a file that the report names and the plugin lacks is refused") {
  SmallPack pack{kAll};
  plugins::PluginFiles files = pack.files();
  files.erase("templates/small.md");
  const auto refusals = plugins::examine_pack(pack.manifest(), files);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].code == "pack.no-file");
  CHECK_FALSE(plugins::open_pack(pack.manifest(), files).ok());
}

TEST_CASE("a hidden cell stays hidden, a disputed one shows its versions, a missing one says what is owed") {
  const auto document = SmallPack{kAll, "{{table open \"Gaps\"}}\n| Owner | Times | Printed | Said |\n|---|---|---|---|\n"
                                        "| {{owner}} | {{printed_count}} | {{printed or \"the words\"}} | {{printed_count}} times |\n", rows()}.make();
  REQUIRE(document.ok());
  const auto& table = std::get<document::Table>(document->blocks.at(0));
  CHECK(table.columns[0].kind == document::ColumnKind::text);
  CHECK(table.columns[1].kind == document::ColumnKind::number);
  CHECK(std::get<document::Number>(table.rows[0][1]).value == 4);
  CHECK(std::holds_alternative<document::Masked>(table.rows[1][1]));
  CHECK(std::holds_alternative<document::Masked>(table.rows[1][3]));
  CHECK(std::get<document::Text>(table.rows[2][0]).text == "Not settled: Chief nurse or Medical director");
  CHECK(std::get<document::Missing>(table.rows[0][2]).owed == "the words");
  CHECK(std::get<document::Text>(table.rows[0][3]).text == "4 times");
}

TEST_CASE("rows repeat, are narrowed by the row around them, and say what there is when there are none") {
  const std::string json = made("{{#each service}}\n## {{name}}\n{{#each open where service = id}}\n- {{owner}} in {{name}}\n{{/each}}\n{{/each}}\n"
                                "{{table open \"Nobody's\" where owner = \"Nobody\" empty \"None of that.\"}}\n| Owner |\n|---|\n| {{owner}} |\n"
                                "{{count open}} {{plural open \"gap\" \"gaps\"}}\n\n{{#if open where owner = \"Nobody\"}}\nsome\n{{else}}\nnone\n{{/if}}\n");
  CHECK(says(json, "Matron"));
  CHECK(says(json, "Wards"));
  CHECK_FALSE(says(json, "Not settled"));
  CHECK(says(json, "None of that."));
  CHECK(says(json, "none"));
  CHECK_FALSE(says(json, "some"));
}

TEST_CASE("words from the data stay words: no Markdown, no fields, no HTML, no formula, whatever they say") {
  const std::vector<std::string> hostile = {"a | b", "<script>alert(1)</script>", "{{owner}}", "=cmd()|'/C calc'!A0", "\xE2\x80\xAEtxt.exe", "**bold** [x](javascript:alert(1))",
                                            "# heading", "> Gap: none", "&lt;b&gt;", "\x01\x02"};
  for (const std::string& words : hostile) {
    SmallPack pack{kAll, "# {{owners.owner}}\n\n{{owners.owner}} and [{{owners.owner}}](https://example.org)\n\n- {{owners.owner}}\n\n> Gap: {{owners.owner}}\n\n"
                         "{{table owners \"About {owners.owner}\"}}\n\n{{facts \"Facts\"}}\n- {{owners.owner}}: {{owners.owner}}\n"
                         "{{chart bar owners \"Chart\" labels owner values gaps}}\n",
                   {{"gap", "1", {text("owner", {words})}}}};
    const auto document = pack.make();
    INFO(words);
    REQUIRE(document.ok());
    const auto& paragraph = std::get<document::Paragraph>(document->blocks.at(1));
    CHECK(paragraph.runs.front().text == words);
    CHECK(paragraph.runs.front().link.empty());
    CHECK_FALSE(paragraph.runs.front().bold);
    CHECK(document->blocks.size() == 7);
    const std::string html = document::write_html(*document);
    CHECK_FALSE(says(html, "<script>alert"));
    CHECK_FALSE(says(html, "javascript:alert(1)\""));
    for (const auto& file : document::write_csv_files(*document)) CHECK_FALSE(says(file.bytes, "\n=cmd"));
  }
}

TEST_CASE("a link leads only where the author says, over http, https or mail") {
  CHECK(only({kAll, "[x](javascript:alert)\n"}).code == "pack.bad-link");
  CHECK_FALSE(SmallPack{kAll, "[x](https://example.org/{{owners.owner}})\n"}.refusals().empty());
}

TEST_CASE("a template that would show rows within rows without end is refused, not rendered") {
  SmallPack pack{kAll, "{{#each open}}\n{{#each open}}\n{{#each open}}\n- x\n{{/each}}\n{{/each}}\n{{/each}}\n"};
  for (int i = 0; i < 2000; ++i) pack.rows.push_back({"gap", std::to_string(i), {text("owner", {"x"})}});
  const auto made = pack.make();
  REQUIRE_FALSE(made.ok());
  CHECK(says(made.error().sentence(), "templates/small.md"));
}

TEST_CASE("the same bytes give the same document") {
  const std::string words = "{{table owners \"Gaps\"}}\n";
  CHECK(made(words) == made(words));
  CHECK(says(made(words), "Times"));
}

TEST_CASE("a template that is not UTF-8 is refused with its line, and a byte order mark before one is passed over") {
  const plugins::Refusal refusal = only({kAll, "# Gaps\n\nCaf\xE9 for all\n"});
  CHECK(refusal.code == "pack.bad-text");
  CHECK(refusal.file == "templates/small.md");
  CHECK(refusal.line == 3);
  const auto document = SmallPack{kAll, "\xEF\xBB\xBF{{subtitle}} About gaps\n\nwords\n", rows()}.make();
  REQUIRE(document.ok());
  CHECK(document->subtitle == "About gaps");
}
