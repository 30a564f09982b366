#include <catch2/catch.hpp>
#include <set>

#include "plugins/host/run_report.h"
#include "plugins/pack/shipped.h"
#include "tests/support/source_file.h"
#include "tests/unit/plugins/host/reports_of.h"
#include "tests/unit/plugins/pack/pack_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

plugins::Registry all() { return plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files()); }

std::set<std::string> packs() {
  std::set<std::string> names;
  for (const plugins::PackFile& file : plugins::shipped_pack_files()) names.emplace(file.pack);
  return names;
}

std::string made(const Model& model, const plugins::ReportInfo& report, const plugins::ReportOptions& options) {
  const auto bytes = plugins::run_report(all(), model, report.id, options, plugins::Format::json);
  return bytes ? *bytes : bytes.error().sentence();
}

/// The text of each block between ``` and ``` in a document of ours.
std::vector<std::string> blocks_in(const std::string& document) {
  const std::string text = source_file(document);
  std::vector<std::string> blocks;
  for (std::size_t from = text.find("\n```"); from != std::string::npos; from = text.find("\n```", from)) {
    from = text.find('\n', from + 1) + 1;
    const std::size_t end = text.find("\n```", from);
    blocks.push_back(text.substr(from, end + 1 - from));
    from = end + 4;
  }
  return blocks;
}

}  // namespace

TEST_CASE("every pack that we ship is in order, and none is set aside") {
  const plugins::Registry registry = all();
  for (const auto& plugin : registry.set_aside()) FAIL(plugin.plugin + ": " + plugin.why.sentence());
  CHECK(packs().size() == 12);
  for (const auto& plugin : registry.plugins()) {
    if (plugin->manifest.kind == plugins::Kind::pack) CHECK(plugin->make_runner().ok());
  }
}

TEST_CASE("each pack's report of the demonstration is the one in its golden folder") {
  const DataFileModel model = model_of({kFenmarsh});
  std::size_t compared = 0;
  const plugins::Registry registry = all();
  for (const plugins::ReportInfo& report : registry.reports()) {
    if (report.plugin->manifest.kind != plugins::Kind::pack) continue;
    plugins::ReportOptions options;
    if (report.is_of_one_organisation()) options.organisation = model.id_of(kFenmarsh, "northmere");
    INFO(report.id);
    CHECK(made(model, report, options) == source_file("plugins/packs/" + report.id + "/golden/northmere.json"));
    ++compared;
  }
  CHECK(compared == packs().size());
}

TEST_CASE("grades of two years of one organisation stand beside each other, oldest first") {
  DataFileModel model;
  REQUIRE(model.add_text("two", R"({"format": "evenhand-data/1", "title": "Two years", "published_figures": false, "records": [
    {"type": "organisation", "id": "o", "fields": {"name": "Northmere"}},
    {"type": "cycle", "id": "new", "fields": {"title": "EDS 2024/25", "framework": "eds-2022", "policy": "nhs-eds-2022", "starts": "2024-04-01"}},
    {"type": "cycle", "id": "old", "fields": {"title": "EDS 2023/24", "framework": "eds-2022", "policy": "nhs-eds-2022", "starts": "2023-04-01"}},
    {"type": "cycle", "id": "other", "fields": {"title": "EDS2 2015", "framework": "eds2-2013", "policy": "eds2-2013", "starts": "2015-04-01"}},
    {"type": "grade", "id": "a", "fields": {"organisation": "@o", "cycle": "@old", "outcome": "2A", "value": 1, "kind": "verified"}},
    {"type": "grade", "id": "b", "fields": {"organisation": "@o", "cycle": "@new", "outcome": "2A", "value": 2, "kind": "verified"}},
    {"type": "grade", "id": "c", "fields": {"organisation": "@o", "cycle": "@new", "outcome": "2B", "value": 1.5, "kind": "verified"}}]})").ok());
  const auto document = plugins::make_report(all(), model, "year-on-year", {.organisation = model.id_of("two", "o")});
  REQUIRE(document.ok());
  CHECK(document->subtitle == "Northmere");
  const auto& grid = std::get<document::Table>(document->blocks.at(2));
  REQUIRE(grid.columns.size() == 3);
  CHECK(grid.columns[1].title == "EDS 2023/24");
  CHECK(grid.columns[2].title == "EDS 2024/25");
  CHECK(std::get<document::Number>(grid.rows[0][1]).value == 1);
  CHECK(std::get<document::Number>(grid.rows[0][2]).value == 2);
  CHECK(std::holds_alternative<document::Missing>(grid.rows[1][1]));
}

TEST_CASE("the report in the document is whole: it runs as it stands, in at most 35 lines") {
  const auto blocks = blocks_in("docs/formats/pack.md");
  REQUIRE(blocks.size() >= 3);
  std::size_t lines = 0;
  for (std::size_t i = 0; i < 3; ++i) lines += static_cast<std::size_t>(std::count(blocks[i].begin(), blocks[i].end(), '\n'));
  CHECK(lines <= 35);
  const auto manifest = plugins::read_manifest(blocks[0]);
  REQUIRE(manifest.ok());
  const plugins::PluginFiles files = {{"reports/owed.json", blocks[1]}, {"templates/owed.md", blocks[2]}};
  for (const plugins::Refusal& refusal : plugins::examine_pack(*manifest, files)) FAIL(refusal.sentence());
  plugins::Registry registry;
  REQUIRE(registry.add({*manifest, "", [&] { return plugins::open_pack(*manifest, files); }}).ok());
  const DataFileModel model = model_of({kFenmarsh});
  const auto json = plugins::run_report(registry, model, "owed", {.organisation = model.id_of(kFenmarsh, "northmere")}, plugins::Format::json);
  REQUIRE(json.ok());
  CHECK(says(*json, "Chief nurse"));
}

TEST_CASE("the conditions in the document are ones that a query takes") {
  const auto blocks = blocks_in("docs/formats/pack.md");
  Rows rows({{"gap", {{{"id", "gap"}, {"status"}, {"kind"}, {"due"}, {"owner"}, {"outcome"}, {"service"}, {"organisation"}}}}});
  const auto parsed = rows.parse(R"({"q": {"from": "gap", "where": )" + blocks.at(3) + "}}");
  for (const query::Problem& problem : parsed.problems) FAIL(problem.path + ": " + problem.found + ", wanted " + problem.wanted);
  CHECK(parsed.queries.size() == 1);
}
