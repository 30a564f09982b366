// Words of a pack's templates, in its own language and in others.
#include <catch2/catch.hpp>

#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/host/run_report.h"
#include "plugins/pack/shipped.h"
#include "tests/support/source_file.h"
#include "tests/unit/plugins/host/reports_of.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

constexpr const char* kManifest = R"({"id": "org.example.small", "version": "1.0.0", "title": "Small", "summary": "Small.", "kind": "pack",
  "sdk": {"from": 1, "to": 1}, "data_class": "aggregate", "reads": {"gap": ["owner"]},
  "contributes": {"reports": [{"id": "small", "title": "Small report", "summary": "S.", "scope": "one organisation", "source": "reports/small.json"}],
                  "words": {"cy": "words/cy.json"}}})";
constexpr const char* kSource = R"({"template": "t.md", "words": {"gaps": "Gaps", "who": "Who", "nobody": "nobody"}, "queries": {"open": {"from": "gap"}}})";
constexpr const char* kTemplate = "# {{word gaps}}\n\n{{table open \"{word gaps}: all\"}}\n| {{word who}} |\n|---|\n| {{owner or nobody}} |\n\n{{count open}} {{plural open who gaps}}\n";
constexpr const char* kWelsh = R"({"title": "Bach", "summary": "Bach.", "small.title": "Adroddiad bach", "small.summary": "B.", "small.gaps": "Bylchau", "small.who": "**Pwy** {{owner}}"})";

struct WordedPack {
  std::string source = kSource;
  std::string words = kTemplate;
  std::string welsh = kWelsh;

  plugins::PluginFiles files() const { return {{"plugin.json", kManifest}, {"reports/small.json", source}, {"t.md", words}, {"words/cy.json", welsh}}; }
  plugins::Manifest manifest() const { return plugins::read_manifest(kManifest).value(); }
  std::vector<plugins::Refusal> refusals() const { return plugins::examine_pack(manifest(), files()); }
  document::Document made(const std::string& language) const {
    const plugins::Manifest all = manifest();
    auto runner = plugins::open_pack(all, files());
    REQUIRE(runner.ok());
    plugins::InputWriter input(all, "small");
    if (!language.empty()) input.option("language", language);
    input.row({"gap", "1", {}});
    input.row({"gap", "2", {text("owner", {"Matron"})}});
    const auto bytes = (*runner)->run(EVENHAND_ABILITY_REPORT, input.bytes());
    REQUIRE(bytes.ok());
    auto made = document::decode_untrusted(ByteView(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()));
    REQUIRE(made.ok());
    return *made;
  }
};

plugins::Refusal only(const WordedPack& pack, plugins::Severity severity) {
  std::vector<plugins::Refusal> found;
  for (const plugins::Refusal& one : pack.refusals()) {
    if (one.severity == severity) found.push_back(one);
  }
  REQUIRE(found.size() == 1);
  return found.front();
}

std::string gaps_in(const std::string& language) {
  const DataFileModel model = model_of({kFenmarsh});
  plugins::ReportOptions options;
  options.organisation = model.id_of(kFenmarsh, "northmere");
  options.language = language;
  const auto made = plugins::run_report(plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files()), model, "gaps-by-owner", options, plugins::Format::json);
  return made ? *made : made.error().sentence();
}

}  // namespace

TEST_CASE("a template's words stand in the language that is asked for; what the language lacks stays in the report's own") {
  const document::Document own = WordedPack().made("");
  const document::Document welsh = WordedPack().made("cy");
  CHECK(own.title == "Small report");
  CHECK(welsh.title == "Adroddiad bach");
  CHECK(own.language == "en-GB");
  CHECK(welsh.language == "cy");
  CHECK(std::get<document::Heading>(own.blocks[0]).text == "Gaps");
  CHECK(std::get<document::Heading>(welsh.blocks[0]).text == "Bylchau");
  CHECK(std::get<document::Table>(welsh.blocks[1]).caption == "Bylchau: all");
  CHECK(std::get<document::Missing>(std::get<document::Table>(welsh.blocks[1]).rows[0][0]).owed == "nobody");
  CHECK(document::write_json(WordedPack().made("fr")) == document::write_json(own));
  CHECK(document::write_json(WordedPack().made("cy-GB")) == document::write_json(welsh));
}

TEST_CASE("words in another language are text: no Markdown and no fields are read in them") {
  const document::Document welsh = WordedPack().made("cy");
  CHECK(std::get<document::Table>(welsh.blocks[1]).columns[0].title == "**Pwy** {{owner}}");
}

TEST_CASE("one runner answers in one language after the other") {
  const plugins::Manifest all = WordedPack().manifest();
  const auto runner = plugins::open_pack(all, WordedPack().files());
  REQUIRE(runner.ok());
  plugins::InputWriter plain(all, "small"), welsh(all, "small");
  welsh.option("language", "cy");
  const auto first = (*runner)->run(EVENHAND_ABILITY_REPORT, plain.bytes());
  CHECK((*runner)->run(EVENHAND_ABILITY_REPORT, welsh.bytes()).value() != first.value());
  CHECK((*runner)->run(EVENHAND_ABILITY_REPORT, plain.bytes()).value() == first.value());
}

TEST_CASE("texts within queries, and titles that no template writes, stand in the language asked for, group by group") {
  const WordedPack pack{R"({"template": "t.md", "words": {"gaps": "How many", "who": "Whose", "nobody": "no owner"}, "queries": {
    "open": {"from": "gap", "columns": {"whose": {"field": "owner", "none": "{word nobody}"}, "line": "{word who}: {owner}",
                                        "kind": {"words": "owner", "are": {"Matron": "{word who}"}, "else": {"text": "{word nobody}"}}}},
    "groups": {"from": "open", "group": "whose", "measures": {"gaps": "count"}, "sort": "whose"}}})",
                        "{{#each open}}\n- {{line or nobody}} {{kind or nobody}}\n{{/each}}\n\n{{table groups \"{word gaps}\"}}\n",
                        R"({"small.gaps": "Faint", "small.who": "Pwy", "small.nobody": "neb oll"})"};
  const std::string own = document::write_json(pack.made("")), welsh = document::write_json(pack.made("cy"));
  INFO(own << welsh);
  CHECK(has(own, R"({"title": "Whose", "kind": "text"}, {"title": "How many", "kind": "number"})"));
  CHECK(has(own, R"([{"text": "no owner"}, {"number": 1}])"));
  CHECK(has(welsh, R"({"title": "Whose", "kind": "text"}, {"title": "Faint", "kind": "number"})"));
  CHECK(has(welsh, R"([{"text": "neb oll"}, {"number": 1}])"));
  CHECK(has(welsh, "Pwy: Matron"));
  CHECK_FALSE(has(welsh, "no owner"));
}

TEST_CASE("a text within a query that asks for a word which is not there is refused with its place") {
  const std::string of = R"({"template": "t.md", "words": {"gaps": "Gaps"}, "queries": {"open": {"from": "gap", "columns": {"x": )";
  const plugins::Refusal text = only({of + "\"{word gapz}\"}}}}", "words\n", R"({"small.gaps": "B"})"}, plugins::Severity::error);
  CHECK(text.code == "pack.unknown-word");
  CHECK(text.path == "queries.open.columns.x");
  CHECK(text.wanted == "one of the report's words: gaps");
  const plugins::Refusal kind = only({of + R"({"words": "owner", "are": {"a": "{word gapz}"}}}}}})", "words\n", R"({"small.gaps": "B"})"}, plugins::Severity::error);
  CHECK(kind.path == "queries.open.columns.x.a");
}

TEST_CASE("words that a language lacks are a warning, words that no template has are refused with file, line and a near name") {
  const plugins::Refusal missing = only({}, plugins::Severity::warning);
  CHECK(missing.code == "pack.missing-word");
  CHECK(missing.file == "words/cy.json");
  CHECK(missing.found == "nothing for \"small.nobody\"");
  const plugins::Refusal unknown = only({kSource, kTemplate, "{\"small.gaps\": \"B\", \"small.who\": \"P\", \"small.nobody\": \"N\",\n\"small.gapz\": \"B\"}"}, plugins::Severity::error);
  CHECK(unknown.sentence() == "words/cy.json:2: small.gapz: found \"small.gapz\", wanted a word that the report's template has. Did you mean \"small.gaps\"? [pack.unknown-word]");
  CHECK(only({kSource, "{{word gapz}}\n"}, plugins::Severity::error).code == "pack.unknown-word");
  CHECK(only({kSource, "{{count open}} {{plural open who gapz}}\n"}, plugins::Severity::error).wanted == "one of the report's words: gaps, nobody, who");
}

TEST_CASE("words of a report that are no object, no text, no line or no name are refused") {
  const auto with = [](const std::string& words) { return only({"{\"template\": \"t.md\", \"words\": " + words + "}", "words\n", "{}"}, plugins::Severity::error); };
  CHECK(with("[]").code == "pack.wrong-type");
  CHECK(with("{\"a\": 1}").code == "pack.wrong-type");
  CHECK(with("{\"a\": \"x\\ny\"}").code == "pack.bad-text");
  CHECK(with("{\"a\": \"x\u202Ey\"}").code == "pack.bad-text");
  CHECK(with("{\"A\": \"x\"}").code == "pack.bad-name");
  CHECK(with("{\"title\": \"x\"}").code == "pack.bad-name");
  std::string many = "{\"a0\": \"x\"";
  for (int i = 1; i <= 200; ++i) many += ", \"a" + std::to_string(i) + "\": \"x\"";
  CHECK(with(many + "}").code == "pack.too-many");
}

TEST_CASE("the Welsh report of open gaps is the one in its golden folder, and no word of the template is English in it") {
  CHECK(gaps_in("cy") == source_file("plugins/packs/gaps-by-owner/golden/northmere-cy.json"));
  CHECK(gaps_in("fr") == source_file("plugins/packs/gaps-by-owner/golden/northmere.json"));
  for (const char* english : {"Open gaps", "gaps are open", "Who owes it", "First wanted by", "Owed by", "Wanted by", "No date", "No evidence", "Data missing", "leads nowhere"}) CHECK_FALSE(says(gaps_in("cy"), english));
}

TEST_CASE("titles of shipped plugins stand in the language asked for, and those without it stay") {
  plugins::Registry registry = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  registry.put_into("cy");
  CHECK(registry.find_plugin("org.evenhand.gaps-by-owner")->manifest.title == "Bylchau agored yn ôl perchennog");
  CHECK(registry.find_report("gaps-by-owner")->title == "Bylchau agored yn ôl perchennog");
  CHECK(registry.find_report("coverage")->title == "Evidence coverage");
}
