// A pack that says what a report in C++ says, too: their figures are the same.
#include <catch2/catch.hpp>
#include <map>

#include "plugins/pack/shipped.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

/// What a cell says by the name of its row and the title of its column.
using Figures = std::map<std::pair<std::string, std::string>, std::string>;

document::Document made(const std::string& id, const char* organisation) {
  static const DataFileModel model = model_of({kFenmarsh});
  static const plugins::Registry registry = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  plugins::ReportOptions options;
  if (*organisation != '\0') options.organisation = model.id_of(kFenmarsh, organisation);
  auto document = plugins::make_report(registry, model, id, options);
  EVENHAND_ASSERT(document.ok(), document ? "" : document.error().sentence().c_str());
  return std::move(document).value();
}

/// The number, whatever it is out of; "-" where none is known.
std::string figure(const document::Cell& cell) {
  const auto* number = std::get_if<document::Number>(&cell);
  if (number == nullptr) return "-";
  std::string text = document::digits(number->value, number->decimals);
  while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) text.pop_back();
  return text;
}

/// Of all tables whose caption begins so.
Figures figures(const document::Document& document, const std::string& caption, const std::vector<std::string>& titles = {}) {
  Figures all;
  for (const document::Block& block : document.blocks) {
    const auto* table = std::get_if<document::Table>(&block);
    if (table == nullptr || !table->caption.starts_with(caption)) continue;
    const std::string where = table->caption.find(": ") == std::string::npos ? "" : table->caption.substr(table->caption.find(": "));
    for (const auto& row : table->rows) {
      for (std::size_t i = 1; i < row.size(); ++i) {
        const bool is_wanted = titles.empty() || std::find(titles.begin(), titles.end(), table->columns[i].title) != titles.end();
        if (is_wanted) all[{document::words(row[0]) + where, table->columns[i].title}] = figure(row[i]);
      }
    }
  }
  return all;
}

/// Each figure of the pack stands in the report, too.
void check_same(const Figures& pack, const Figures& report, std::size_t at_least) {
  CHECK(pack.size() >= at_least);
  for (const auto& [place, figure] : pack) {
    INFO(place.first << ", " << place.second);
    const auto at = report.find(place);
    REQUIRE(at != report.end());
    CHECK(figure == at->second);
  }
}

}  // namespace

TEST_CASE("the scorecard pack has the points of the report, part by part, for every trust") {
  for (const char* trust : {"northmere", "osierbeck", "wendlesea"}) {
    INFO(trust);
    check_same(figures(made("scorecard", trust), "How each part comes about", {"Points"}), figures(made("eds-report", trust), "How the points come about", {"Points"}), 4);
  }
}

TEST_CASE("the comparison pack has the points of each domain that the comparison has, trust by trust") {
  check_same(figures(made("comparison-table", ""), "Points of each domain"), figures(made("comparison", ""), "Points of each domain"), 9);
}

TEST_CASE("the overview pack counts the evidence and open gaps of each outcome as the pages of the domains do") {
  const std::vector<std::string> counts = {"Pieces of evidence", "Open gaps"};
  const document::Document pack = made("domain-overview", "northmere");
  Figures reports;
  for (const char* page : {"services", "workforce", "leadership"}) reports.merge(figures(made(page, "northmere"), "Where each outcome stands", counts));
  check_same(figures(pack, "Where each outcome stands", counts), reports, 24);
  check_same(figures(pack, "Where each outcome of domain", counts), reports, 14);
}

TEST_CASE("the tracker pack has as many actions in each plan as the report") {
  const auto rows = [](const document::Document& document) {
    std::map<std::string, std::size_t> counts;
    for (const document::Block& block : document.blocks) {
      const auto* table = std::get_if<document::Table>(&block);
      if (table != nullptr && table->caption.starts_with("Actions: ")) counts[table->caption] += table->rows.size();
    }
    return counts;
  };
  const auto pack = rows(made("action-tracker", "northmere"));
  CHECK(pack.size() >= 3);
  CHECK(pack == rows(made("eds-report", "northmere")));
}
