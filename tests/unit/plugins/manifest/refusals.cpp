// Broken manifests, each with all that is said of it: broken.json, which tests/conformance/test_plugin_schema.py reads too.
#include <catch2/catch.hpp>

#include <set>

#include "core/codec/json.h"
#include "plugins/manifest/examination.h"
#include "plugins/manifest/manifest.h"
#include "tests/support/source_file.h"

using namespace evenhand;
using namespace evenhand::plugins;

namespace {

const std::string kFolder = "tests/unit/plugins/manifest/";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A case is the whole manifest with one place changed, or a text of its own.
std::string text_of_case(const Json& one) {
  if (const Json* from = one.find("replace")) return replaced(test::source_file(kFolder + "whole.json"), from->text(), one.find("with")->text());
  std::string text;
  for (const Json& line : one.find("text")->items()) text += (text.empty() ? "" : "\n") + line.text();
  return text + "\n";
}

std::vector<std::string> sentences(const std::vector<Refusal>& refusals) {
  std::vector<std::string> all;
  for (const Refusal& refusal : refusals) all.push_back(refusal.sentence());
  return all;
}

std::string manifest(const std::string& data_class, const std::string& reads, const std::string& more = "") {
  return R"({"id": "org.example.test", "version": "1.0.0", "title": "T", "kind": "native", "sdk": {"from": 1, "to": 1}, "data_class": ")" + data_class +
         R"(", "reads": )" + reads + more + "}";
}

std::vector<std::string> codes(std::string_view text) {
  std::vector<std::string> all;
  for (const Refusal& refusal : examine_manifest(text).refusals) all.push_back(refusal.code);
  return all;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a broken manifest is refused with all that is wrong: code, line, path, found, wanted and one next step") {
  const Json cases = parse_json(test::source_file(kFolder + "broken.json")).value();
  REQUIRE(cases.size() >= 60);
  for (const Json& one : cases.items()) {
    const std::string text = text_of_case(one);
    const ManifestReading reading = examine_manifest(text);
    INFO(one.find("what")->text());
    std::vector<std::string> said;
    for (const Json& sentence : one.find("says")->items()) said.push_back(sentence.text());
    CHECK(reading.is_refused());
    CHECK(sentences(reading.refusals) == said);
    for (const Refusal& refusal : reading.refusals) {
      CHECK(refusal.code.starts_with("plugin."));
      CHECK(refusal.file == "plugin.json");
      CHECK(refusal.line > 0);
      CHECK((!refusal.path.empty() || refusal.code == "plugin.not-json" || refusal.code == "plugin.wrong-type"));
      CHECK_FALSE(refusal.found.empty());
      CHECK_FALSE(refusal.wanted.empty());
      CHECK_FALSE(refusal.next.empty());
    }
  }
}

TEST_CASE("refusals come in the order of their lines") {
  const auto refusals = examine_manifest("{\n\"titel\": 1,\n\"kind\": \"wasm\",\n\"id\": 5\n}").refusals;
  REQUIRE(refusals.size() > 3);
  for (std::size_t i = 1; i < refusals.size(); ++i) CHECK(refusals[i - 1].line <= refusals[i].line);
}

TEST_CASE("a class above all that is read is a warning, and the manifest is taken") {
  const std::string text = manifest("special", R"({"score": ["total"], "cycle": ["title"]})");
  const ManifestReading reading = examine_manifest(text);
  REQUIRE(reading.refusals.size() == 1);
  CHECK(reading.refusals[0].severity == Severity::warning);
  CHECK(reading.refusals[0].sentence() ==
        "plugin.json:1: warning: data_class: found \"special\" though nothing that is read is above aggregate, wanted the highest class that is read. "
        "Declare \"aggregate\", so that people need not consent to more. [plugin.class-too-high]");
  CHECK_FALSE(reading.is_refused());
  CHECK(read_manifest(text).ok());
}

TEST_CASE("no class is called too high that is read, that people's records need, or that another plugin's rows may have") {
  CHECK(codes(manifest("special", R"({"person": ["access_needs"]})")).empty());
  CHECK(codes(manifest("personal", R"({"story": ["title"]})")).empty());
  CHECK(codes(manifest("free text", R"({"evidence": ["text"]})")).empty());
  CHECK(codes(manifest("special", R"({"org.example.other/rows": ["count"]})")).empty());
  CHECK(codes(manifest("aggregate", R"({"cycle": ["title"]})")).empty());
}

TEST_CASE("keys that begin with x- are the author's own, at every level but among what is read") {
  CHECK(codes(manifest("none", "{}", R"(, "x-a": [], "limits": {"x-b": 1}, "contributes": {"x-c": null})")).empty());
  CHECK(codes(manifest("none", R"({"x-d": []})")) == Codes{"plugin.unknown-type"});
}

TEST_CASE("a manifest beyond the bounds is refused") {
  CHECK(codes(std::string(kManifestBytesMax + 1, ' ')) == Codes{"plugin.too-large"});
  std::string types;
  for (int i = 0; i < 257; ++i) types += (i > 0 ? "," : "") + ("\"org.example.other/r" + std::to_string(i)) + "\": []";
  CHECK(codes(manifest("none", "{" + types + "}")) == Codes{"plugin.too-many"});
  std::string fields;
  for (int i = 0; i < 257; ++i) fields += (i > 0 ? "," : "") + ("\"f" + std::to_string(i)) + "\"";
  CHECK(codes(manifest("none", R"({"org.example.other/r": [)" + fields + "]}")) == Codes{"plugin.too-many"});
  std::string reports;
  for (int i = 0; i < 201; ++i) reports += i > 0 ? ",{}" : "{}";
  CHECK(codes(manifest("none", "{}", R"(, "contributes": {"reports": [)" + reports + "]}")) == Codes{"plugin.too-many"});
}

TEST_CASE("a manifest that is wrong in thousands of places gives a bounded list") {
  std::string keys;
  for (int i = 0; i < 5000; ++i) keys += ", \"k" + std::to_string(i) + "\": 1";
  CHECK(examine_manifest(manifest("none", "{}", keys)).refusals.size() == kRefusalsMax);
}

TEST_CASE("letters that nobody sees and controls of every kind are refused, in a title as anywhere") {
  for (const char* text : {"\u3164\u115F", "Walks\u034F", "Wa\uFE0Flks", "Walks\u206A", "Wa\u17B4lks", "Wa\uFFA0lks", "Wa\u180Blks", "\U000E0100Walks"}) CHECK(has_hidden_letters(text));
  for (const char* text : {"Wa\xC2\x85lks", "\xC2\x80", "Wa\xC2\x9Flks", "Wa\x1Flks"}) CHECK_FALSE(is_line(text, 60));
  for (const char* text : {"Caf\u00E9 \u00A0 \u00A3", "\u09AC\u09BE\u0982\u09B2\u09BE", "a\u200Db", "\u202F \u2019"}) {
    CHECK_FALSE(has_hidden_letters(text));
    CHECK(is_line(text, 60));
  }
}

TEST_CASE("what stands in a manifest cannot break out of the sentence that quotes it") {
  const auto refusals = examine_manifest(manifest("none", "{}", R"(, "limits": {"seconds": "a\u001b[2J\nb"})")).refusals;
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].sentence().find('\x1b') == std::string::npos);
  CHECK(refusals[0].sentence().find('\n') == std::string::npos);
  const auto keys = examine_manifest(manifest("none", "{}", R"(, "a\u001b[2J\nb": 1)")).refusals;
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].sentence().find('\x1b') == std::string::npos);
}

TEST_CASE("a manifest that reads a deprecated field is taken, with a warning that says since when and what to read now") {
  const Deprecation rows[] = {{"action", "due", 2, "rag"}};
  const std::string text = manifest("free text", R"({"action": [
"text",
"due"]})");
  const ManifestReading reading = examine_manifest(text, rows);
  CHECK_FALSE(reading.is_refused());
  CHECK(sentences(reading.refusals) == std::vector<std::string>{"plugin.json:3: warning: reads.action.due: found \"due\", deprecated since version 2 of action, wanted a field that is in use. "
                                                                "Read \"rag\" in its place. [plugin.deprecated-field]"});
  CHECK(reading.manifest.may_read("action", "due"));
  CHECK(examine_manifest(text).refusals.empty());
}
