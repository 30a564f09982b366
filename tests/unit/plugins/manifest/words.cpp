#include "plugins/manifest/words.h"

#include <catch2/catch.hpp>

#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

PluginFiles whole(const std::string& welsh) {
  return {{"plugin.json", test::source_file("tests/unit/plugins/manifest/whole.json")},
          {"words/cy.json", welsh},
          {"words/en.json", "{}"},
          {"help/walks.md", "# Walks\n"}};
}

std::vector<std::string> said_of(const PluginFiles& files) {
  std::vector<std::string> all;
  for (const Refusal& refusal : examine_plugin(files).refusals) {
    CHECK_FALSE(refusal.next.empty());
    if (refusal.severity == Severity::warning) continue;  // what a language lacks has a test of its own
    all.push_back(refusal.sentence().substr(0, refusal.sentence().find(',')));
  }
  return all;
}

using Said = std::vector<std::string>;
const char* const kWelsh = R"({"title": "Teithiau", "walk-report.title": "Teithiau blwyddyn", "plan-walks.summary": "Un i bob ward."})";

}  // namespace

TEST_CASE("words in another language stand in place of the manifest's own, and what they leave out stays") {
  const PluginFiles files = whole(kWelsh);
  const ManifestReading reading = examine_plugin(files);
  REQUIRE(said_of(files).empty());
  const auto words = read_words(reading.manifest, files, "cy");
  REQUIRE(words.ok());
  const Manifest welsh = in_words(reading.manifest, *words);
  CHECK(welsh.title == "Teithiau");
  CHECK(welsh.summary == reading.manifest.summary);
  CHECK(welsh.reports[0].title == "Teithiau blwyddyn");
  CHECK(welsh.reports[0].summary == reading.manifest.reports[0].summary);
  CHECK(welsh.commands[0].summary == "Un i bob ward.");
  CHECK(welsh.commands[0].id == "plan-walks");
}

TEST_CASE("what a language leaves out is a warning that names the words, language by language") {
  std::vector<std::string> warned;
  for (const Refusal& refusal : examine_plugin(whole(kWelsh)).refusals) {
    CHECK(refusal.severity == Severity::warning);
    CHECK(refusal.code == "plugin.missing-word");
    warned.push_back(refusal.sentence());
  }
  REQUIRE(warned.size() == 2);
  CHECK(warned[0].starts_with("words/cy.json: warning: found nothing for \"summary\", \"walk-report.summary\""));
  CHECK(warned[0].find("\"title\"") == std::string::npos);
  CHECK(warned[1].starts_with("words/en.json: warning: found nothing for \"title\", \"summary\""));
}

TEST_CASE("a language with a region falls back to the language, and then to the plugin's own") {
  const Manifest manifest = examine_plugin(whole(kWelsh)).manifest;
  CHECK(language_for(manifest, "cy") == "cy");
  CHECK(language_for(manifest, "cy-GB") == "cy");
  CHECK(language_for(manifest, "fr") == "");
}

TEST_CASE("a language that a plugin has no words for changes nothing") {
  const PluginFiles files = whole(kWelsh);
  const auto words = read_words(examine_plugin(files).manifest, files, "fr");
  REQUIRE(words.ok());
  CHECK(words->empty());
}

TEST_CASE("words for what the manifest does not contribute, and words that are no line of text, are refused with file and line") {
  CHECK(said_of(whole("{\n\"walk-raport.title\": \"T\"}")) == Said{"words/cy.json:2: walk-raport.title: found a key that nobody reads"});
  CHECK(said_of(whole("{\"walk-dates.title\": \"T\"}")) == Said{"words/cy.json:1: walk-dates.title: found a key that nobody reads"});
  CHECK(said_of(whole("{\"title\": \"a\\nb\"}")) == Said{"words/cy.json:1: title: found \"a\\nb\""});
  CHECK(said_of(whole("{\"title\": 1}")) == Said{"words/cy.json:1: title: found 1"});
  CHECK(said_of(whole("[]")) == Said{"words/cy.json:1: found a list"});
  CHECK(said_of(whole("{\n")).at(0).starts_with("words/cy.json:2: found text that cannot be read"));
  CHECK(said_of(whole(std::string(262145, ' '))) == Said{"words/cy.json: found 262145 bytes"});
  CHECK(read_words(examine_plugin(whole("[]")).manifest, whole("[]"), "cy").error().where == "words/cy.json:1");
}

TEST_CASE("files that the manifest names and the plugin lacks are refused where they are named") {
  PluginFiles files = whole(kWelsh);
  files.erase("words/cy.json");
  files.erase("help/walks.md");
  files["help/walk.md"] = "";
  CHECK(said_of(files) == Said{"plugin.json:80: contributes.words.cy: found \"words/cy.json\"", "plugin.json:81: contributes.help: found \"help/walks.md\""});
  CHECK(examine_plugin(files).refusals[2].next == "Did you mean \"help/walk.md\"?");
  CHECK_FALSE(read_words(examine_plugin(files).manifest, files, "cy").ok());
}

TEST_CASE("help that is no UTF-8 is refused") {
  PluginFiles files = whole(kWelsh);
  files["help/walks.md"] = "\xFF\xFE";
  CHECK(said_of(files) == Said{"help/walks.md: found bytes that are no UTF-8"});
}

TEST_CASE("a folder without a manifest is refused, and with a broken one all of the manifest's refusals are said") {
  CHECK(said_of({}) == Said{"plugin.json: found no such file"});
  CHECK(said_of({{"plugin.json", "[]"}}) == Said{"plugin.json:1: found a list"});
}
