// The author's checks: each finds what it is for, in a plugin that does just that.
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

#include "plugins/kit/odd_input.h"
#include "plugins/kit/scaffold.h"
#include "plugins/sdk/document.h"
#include "tests/unit/plugins/kit/played.h"

using namespace evenhand;
using namespace evenhand::plugins;
using test::has_failed;
using test::played;
using test::Played;
using test::write;

namespace {

// A native scaffold, run by the function.
std::vector<CheckResult> checked(const Scratch& scratch, Played::Make make, unsigned odd_inputs = 20) {
  write(scratch.folder(), scaffold_report("native", "Walks")->files);
  const auto bench = Workbench::open(scratch.folder(), played(std::move(make)));
  INFO((bench ? "" : bench.error().sentence()));
  REQUIRE(bench.ok());
  CheckOptions options;
  options.accept = true;
  options.odd_inputs = odd_inputs;
  const auto results = run_checks(*bench, options);
  REQUIRE(results.ok());
  return *results;
}

std::string plain_document(const sdk::Input&) { return sdk::Document("Walks").table(sdk::Table("A table", {sdk::text_column("A")}).row({"x"})).bytes(); }

}  // namespace

TEST_CASE("a pack as the program scaffolds it passes every check at once") {
  Scratch scratch;
  write(scratch.folder(), scaffold_report("pack", "Actions by owner")->files);
  const auto bench = Workbench::open(scratch.folder(), played(plain_document));
  INFO((bench ? "" : bench.error().sentence()));
  REQUIRE(bench.ok());
  const auto results = run_checks(*bench, {});
  REQUIRE(results.ok());
  for (const CheckResult& one : *results) {
    INFO(one.check << " (" << one.about << "): " << one.text);
    CHECK(one.verdict != Verdict::failed);
  }
  CHECK(results->size() == 8);
}

TEST_CASE("a golden file that is not what the plugin makes is shown line by line, and taken on request") {
  Scratch scratch;
  write(scratch.folder(), scaffold_report("pack", "Actions by owner")->files);
  std::ofstream(scratch / "golden/actions-by-owner.json") << "{\"format\": \"another\"}\n";
  const auto bench = Workbench::open(scratch.folder(), played(plain_document));
  const auto first = run_checks(*bench, {});
  REQUIRE(has_failed(*first, "golden"));
  CHECK(first->front().text.find("- {\"format\": \"another\"}") != std::string::npos);
  CheckOptions accept;
  accept.accept = true;
  CHECK_FALSE(has_failed(*run_checks(*bench, accept), "golden"));
  CHECK_FALSE(has_failed(*run_checks(*bench, {}), "golden"));
}

TEST_CASE("a plugin that keeps something from call to call is found out") {
  Scratch scratch;
  auto calls = std::make_shared<int>(0);
  const auto results = checked(scratch, [calls](const sdk::Input&) -> Result<std::string> { return sdk::Document("Run " + std::to_string(++*calls)).bytes(); });
  CHECK(has_failed(results, "determinism"));
}

TEST_CASE("a table without a caption, a link that says nothing and an empty heading are found out") {
  Scratch scratch;
  CHECK_FALSE(has_failed(checked(scratch, plain_document), "accessibility"));
  Scratch other;
  const auto results = checked(other, [](const sdk::Input&) -> Result<std::string> {
    sdk::Document report("Walks");
    report.heading(1, "One").heading(1, "Two").paragraph({sdk::link("here", "https://example.org/")});
    return report.bytes();
  });
  CHECK(has_failed(results, "accessibility"));
}

TEST_CASE("bytes that are no document fail the check of odd inputs") {
  Scratch scratch;
  const auto results = checked(scratch, [](const sdk::Input&) -> Result<std::string> { return std::string("not a document"); });
  CHECK(has_failed(results, "odd inputs"));
  CHECK(has_failed(results, "golden"));
}

TEST_CASE("canaries stand in every free or personal text of every record type, and undeclared ones never cross") {
  const Canaries all = canaries();
  CHECK(all.places.size() > 150);
  Scratch scratch;
  std::string seen;
  const auto results = checked(scratch, [&seen](const sdk::Input& input) -> Result<std::string> {
    for (const sdk::Row& row : input.rows("action")) seen += row.text("text") + row.text("progress");
    for (const sdk::Row& row : input.rows("person")) seen += row.text("name");
    return plain_document(input);
  });
  CHECK_FALSE(has_failed(results, "canaries"));
  const auto tokens = tokens_in(all, seen);
  REQUIRE(tokens.size() == 1);
  CHECK(all.places.at(*tokens.begin()) == "action.text");
}

TEST_CASE("numbers that are small enough to point at somebody are found, hidden ones and shares are not") {
  document::Document document;
  document::Table table{"People", "", true, {{"Group"}, {"People"}}, {}};
  table.rows = {{document::Text{"A"}, document::Number{3}}, {document::Text{"B"}, document::Number{12}}, {document::Text{"C"}, document::Masked{}}, {document::Text{"D"}, document::Number{3, 0, 33}}};
  document.blocks = {table};
  const auto findings = small_number_findings(document, 1, 7);
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().find("row 1") != std::string::npos);
}

TEST_CASE("backups of an editor and documents that were made are left out of a plugin, and a pipe is refused, not waited for") {
  Scratch scratch;
  write(scratch.folder(), scaffold_report("pack", "Actions by owner")->files);
  const auto before = read_author_folder(scratch.folder());
  REQUIRE(before.ok());
  for (const char* name : {"templates/actions-by-owner.md~", "plugin.json.bak", "report.docx", "report.xlsx", "list.csv", "all.zip"}) std::ofstream(scratch / name) << "x";
  std::vector<std::string> left_out;
  const auto after = read_author_folder(scratch.folder(), &left_out);
  REQUIRE(after.ok());
  CHECK(*after == *before);
  CHECK(left_out.size() == 6);
  REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);
  const auto refusal = read_author_folder(scratch.folder());
  REQUIRE_FALSE(refusal.ok());
  CHECK(refusal.error().where == "pipe");
}

TEST_CASE("every sample loads, and the same seed gives the same odd input") {
  for (const std::string& name : sample_names()) CHECK(sample_called(name).ok());
  CHECK(sample_called("none such").error().code == ErrorCode::not_found);
  Manifest manifest;
  manifest.reads = {{"action", {"text", "leads", "due"}}};
  CHECK(odd_input(manifest, "walks", 7) == odd_input(manifest, "walks", 7));
  CHECK(odd_input(manifest, "walks", 7) != odd_input(manifest, "walks", 8));
}

TEST_CASE("a plugin that reads another one's view is tried together with that one") {
  const Scratch scratch;
  PluginFiles files = scaffold_report("native", "Walks")->files;
  std::string& manifest = files.at("plugin.json");
  manifest.replace(manifest.find("\"reads\": {"), 10, "\"reads\": {\"org.example.owner/kept\": [\"owner\"], ");
  write(scratch.folder(), files);
  Registry others;
  const auto owner = read_manifest(R"({"id": "org.example.owner", "version": "1.0.0", "title": "Owner", "kind": "native", "sdk": {"from": 1, "to": 1}, "data_class": "none", "reads": {"cycle": ["title"]},
    "contributes": {"projections": [{"id": "kept", "on": ["cycle"], "columns": [{"name": "owner", "title": "Owner"}]}]}})");
  INFO((owner ? "" : owner.error().sentence()));
  REQUIRE(owner.ok());
  REQUIRE(others.add({*owner, "", [] { return Result<std::shared_ptr<Runner>>(not_found("not run here")); }}).ok());
  const auto alone = Workbench::open(scratch.folder(), played(plain_document)), together = Workbench::open(scratch.folder(), played(plain_document), {}, &others);
  REQUIRE(together.ok());
  CHECK(together->registry.find_plugin("org.example.owner") != nullptr);
  REQUIRE(alone.ok());
  CHECK(alone->registry.find_plugin("org.example.owner") == nullptr);
}

TEST_CASE("a folder's name stands in a command as a shell takes it") {
  CHECK(shell_word("plugins/walks-1.0") == "plugins/walks-1.0");
  CHECK(shell_word("my folder") == "'my folder'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("-rf") == "./-rf");
  CHECK(shell_word("") == "''");
}

TEST_CASE("no name makes a scaffold that is not in order, and a name without letters is refused") {
  for (const std::string name : {"Actions by owner", "WRES 2026: staff", "A"}) {
    const auto made = scaffold_report("pack", name);
    REQUIRE(made.ok());
    PluginFiles files = made->files;
    for (const char* extra : {"README.md", "sample.json"}) files.erase(extra);
    INFO(name);
    for (const Refusal& one : examine(files)) CHECK(one.sentence() == "");
  }
  for (const std::string name : {"", "---", "1 first", "a \"quote\"", "two\nlines", "a\x01" "b", "a\x7F", "Walks\u202E", "Wal\u200Bks", "\u65E5\u672C"}) CHECK_FALSE(scaffold_report("pack", name).ok());
  CHECK_FALSE(scaffold_report("wasm", "Walks").ok());
  CHECK_FALSE(scaffold_report("pack", "Walks", "moon").ok());
}

TEST_CASE("a scaffold stands where it is asked to: as a report, a page or a card, of every kind") {
  for (const char* kind : {"pack", "native", "builtin"}) {
    CHECK(examine_manifest(scaffold_report(kind, "Walks")->files.at("plugin.json")).manifest.reports.at(0).place == ReportPlace::report);
    CHECK(examine_manifest(scaffold_report(kind, "Walks", "page")->files.at("plugin.json")).manifest.reports.at(0).place == ReportPlace::page);
    CHECK(examine_manifest(scaffold_report(kind, "Walks", "card")->files.at("plugin.json")).manifest.reports.at(0).place == ReportPlace::card);
  }
}

TEST_CASE("accepting in a dry run shows what would be written and writes nothing") {
  Scratch scratch;
  write(scratch.folder(), scaffold_report("pack", "Actions by owner")->files);
  const std::filesystem::path golden = scratch / "golden/actions-by-owner.json";
  std::ofstream(golden) << "{\"format\": \"another\"}\n";
  const auto bench = Workbench::open(scratch.folder(), played(plain_document));
  REQUIRE(bench.ok());
  CheckOptions options;
  options.accept = true;
  options.is_dry_run = true;
  const auto results = run_checks(*bench, options);
  REQUIRE(results.ok());
  const auto is_noted = [](const CheckResult& one) { return one.check == "golden" && one.verdict == Verdict::noted && one.text.find("would write golden/actions-by-owner.json anew") != std::string::npos; };
  CHECK(std::any_of(results->begin(), results->end(), is_noted));
  std::ifstream file(golden);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "{\"format\": \"another\"}\n");
  std::filesystem::remove(golden);
  REQUIRE(run_checks(*bench, options).ok());
  CHECK_FALSE(std::filesystem::exists(golden));
}
