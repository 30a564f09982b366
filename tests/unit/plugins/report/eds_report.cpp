#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Format;

namespace {

/// The report's document, for questions about its shape.
document::Document made(const Model& model, const std::string& id, const plugins::ReportOptions& options = {}) {
  auto document = plugins::make_report(plugins::Registry(plugins::built_in_plugins()), model, id, options);
  EVENHAND_ASSERT(document.ok(), document ? "" : document.error().sentence().c_str());
  return std::move(document).value();
}

std::vector<std::string> headings(const document::Document& document, unsigned level) {
  std::vector<std::string> texts;
  for (const document::Block& block : document.blocks) {
    const auto* heading = std::get_if<document::Heading>(&block);
    if (heading && heading->level == level) texts.push_back(heading->text);
  }
  return texts;
}

}  // namespace

TEST_CASE("the CCS report comes to 28 of 33 and shows its working") {
  const std::string json = report(model_of({kCcs}), "eds-report");
  CHECK(has(json, "28 of 33, Achieving"));
  CHECK(has(json, "The middle of the service totals 11, 9, 10 (Mental Health Support Service)"));
  CHECK(has(json, "3 + 3 + 3 + 2"));
  CHECK(has(json, "nhs-eds-2022 version 1"));
  CHECK(has(json, "Agrees with the grades"));
}

TEST_CASE("the CCS report gives each of the 19 grades once, as published") {
  const std::string json = report(model_of({kCcs}), "eds-report");
  CHECK(count(json, "How it came about") == 19);
  CHECK(count(json, "As published in Equality Delivery System 2023-24") == 19);
  CHECK(count(json, "\"3 of 3, Excelling\"") == 10);
  CHECK(count(json, "\"2 of 3, Achieving\"") == 9);
}

TEST_CASE("the CCS report answers 30 questions about engagement and evidence") {
  const auto document = made(model_of({kCcs}), "eds-report");
  std::size_t questions = 0;
  for (const std::string& text : headings(document, 4)) questions += text.size() > 3 && text[2] == ':' && (text[0] == 'E' || text[0] == 'S') ? 1 : 0;
  CHECK(questions == 30);
  const std::string json = report(model_of({kCcs}), "eds-report");
  CHECK_FALSE(has(json, "Not answered."));
}

TEST_CASE("the parts stand in the national order") {
  const std::vector<std::string> parts = headings(made(model_of({kCcs}), "eds-report"), 1);
  const std::vector<std::string> wanted = {"About this report",
                                           "Domain 1: Commissioned or provided services",
                                           "Domain 2: Workforce health and well-being",
                                           "Domain 3: Inclusive leadership",
                                           "Workshops",
                                           "Result of the organisation",
                                           "What is missing, and who owes it"};
  CHECK(parts == wanted);
}

TEST_CASE("within a domain: completed actions, services, result, engagement, third parties, plan") {
  const std::vector<std::string> all = headings(made(model_of({kCcs}), "eds-report"), 2);
  const std::vector<std::string> wanted = {"Domain 1: actions completed from the year before",
                                           "Trust wide iCaSH (Contraception and Sexual Health)",
                                           "Luton Adult Respiratory Service",
                                           "Mental Health Support Service",
                                           "Result of Domain 1",
                                           "How people were engaged and evidence gathered",
                                           "Who took part in grading Domain 1",
                                           "Domain 1: action plan",
                                           "Domain 2: actions completed from the year before"};
  const auto from = std::find(all.begin(), all.end(), wanted.front());
  REQUIRE(all.end() - from >= static_cast<std::ptrdiff_t>(wanted.size()));
  CHECK(std::vector<std::string>(from, from + static_cast<std::ptrdiff_t>(wanted.size())) == wanted);
}

TEST_CASE("every outcome of every service has one rating and one evidence table") {
  const auto document = made(model_of({kCcs}), "eds-report");
  std::size_t ratings = 0, evidence = 0;
  for (const document::Block& block : document.blocks) {
    if (const auto* facts = std::get_if<document::Facts>(&block)) ratings += facts->caption.rfind("Rating of ", 0) == 0 ? 1 : 0;
    if (const auto* table = std::get_if<document::Table>(&block)) evidence += table->caption.rfind("Evidence for ", 0) == 0 ? 1 : 0;
  }
  CHECK(ratings == 19);
  CHECK(evidence == 19);
}

TEST_CASE("no table cell grows to a page") {
  for (const char* file : {kCcs, kLpt}) {
    for (const document::Block& block : made(model_of({file}), "eds-report").blocks) {
      const auto* table = std::get_if<document::Table>(&block);
      if (!table) continue;
      for (const auto& row : table->rows) {
        for (const auto& cell : row) CHECK(document::words(cell).size() <= 600);
      }
    }
  }
}

TEST_CASE("the LPT report says what was published and why no total follows from it") {
  const std::string json = report(model_of({kLpt}), "eds-report");
  CHECK(has(json, "The total cannot be known."));
  CHECK(has(json, "1.5 of 3, Developing/Achieving (rating)"));
  CHECK(has(json, "Not known, out of 33"));
  CHECK_FALSE(has(json, "of 33, Achieving"));
  CHECK(count(json, "It is not the grade of this outcome.") == 19);
}

TEST_CASE("the LPT report accounts for all 93 tbc as gaps with who owes them") {
  const std::string json = report(model_of({kLpt}), "eds-report");
  CHECK(has(json, "stands 93 times where something is owed; 29 gaps account for all of them"));
  CHECK(has(json, "68 gaps are open"));
  CHECK_FALSE(has(json, "\"tbc\""));  // never a cell by itself
}

TEST_CASE("LPT's ratings become grades only on request, and then every place says that it is an assumption") {
  const DataFileModel model = model_of({kLpt});
  const std::string json = report(model, "eds-report", {.assume_uniform = true});
  CHECK(has(json, "No source says so"));
  CHECK(has(json, "Assumed: the published rating"));
  CHECK(has(json, "18 to 22 of 33"));
  CHECK(has(json, "no band"));
}

TEST_CASE("a tie stays a half point and gives a range") {
  const DataFileModel model = model_of({kFenmarsh});
  const std::string json = report(model, "eds-report", {.organisation = model.id_of(kFenmarsh, "northmere")});
  CHECK(has(json, "1.5 of 3: a tie between Developing and Achieving that nobody has settled"));
}

TEST_CASE("a shared service stands in the report of each organisation that runs it, with the lead's grade") {
  const DataFileModel model = model_of({kFenmarsh});
  for (const char* label : {"northmere", "wendlesea", "osierbeck"}) {
    const std::string json = report(model, "eds-report", {.organisation = model.id_of(kFenmarsh, label)});
    CHECK(has(json, "Rating of 1A, Lung health and breathing clinic"));
  }
  const std::string json = report(model, "eds-report", {.organisation = model.id_of(kFenmarsh, "northmere")});
  CHECK(has(json, "graded by the lead organisation, Wendlesea Hospitals NHS Trust"));
}

TEST_CASE("nothing of the people space or of an untriaged comment reaches any report") {
  const DataFileModel model = model_of({kFenmarsh});
  const plugins::Registry registry(plugins::built_in_plugins());
  for (const auto& info : registry.reports()) {
    plugins::ReportOptions options;
    if (info.is_of_one_organisation()) options.organisation = model.id_of(kFenmarsh, "northmere");
    const std::string json = report(model, info.id, options);
    CHECK_FALSE(has(json, "Volunteer 01"));
    CHECK_FALSE(has(json, "boat handling"));
    CHECK_FALSE(has(json, "I have lived on the islet"));
    CHECK_FALSE(has(json, "I lip-read"));
  }
}
