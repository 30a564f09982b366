#include <Poco/JSON/Parser.h>

#include <catch2/catch.hpp>
#include <set>

#include "plugins/document/csv.h"
#include "plugins/document/docx.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/document/xlsx.h"
#include "tests/unit/plugins/document/build.h"

using namespace evenhand;
using namespace evenhand::tests;

namespace {

document::Document model_of(const sdk::Document& built) { return decoded(built).value(); }

std::string sheet_named(const std::map<std::string, std::string>& parts, std::size_t number) {
  return parts.at("xl/worksheets/sheet" + std::to_string(number) + ".xml");
}

}  // namespace

TEST_CASE("the same document gives the same bytes in every format") {
  const auto model = model_of(samples::full());
  CHECK(document::write_docx(model).value() == document::write_docx(model).value());
  CHECK(document::write_xlsx(model).value() == document::write_xlsx(model).value());
  CHECK(document::write_html(model) == document::write_html(model));
  CHECK(document::write_json(model) == document::write_json(model));
}

TEST_CASE("no clock reaches an Office file: every part is dated 1980 and the properties the document's own day") {
  const auto model = model_of(samples::full());
  const auto undated = model_of(sdk::Document("T"));
  for (const auto& zip : {document::write_docx(model).value(), document::write_xlsx(model).value()}) {
    std::istringstream in(zip);
    const Poco::Zip::ZipArchive archive(in);
    for (auto part = archive.headerBegin(); part != archive.headerEnd(); ++part) {
      INFO(part->first);
      CHECK(part->second.lastModifiedAt() == Poco::DateTime(1980, 1, 1));
    }
    CHECK(count_of(parts_of(zip).at("docProps/core.xml"), "2026-03-31T00:00:00Z") == 2);
  }
  CHECK(count_of(parts_of(document::write_docx(undated).value()).at("docProps/core.xml"), "2000-01-01T00:00:00Z") == 2);
  CHECK(count_of(parts_of(document::write_xlsx(undated).value()).at("docProps/core.xml"), "2000-01-01T00:00:00Z") == 2);
}

TEST_CASE("the HTML file says its language, has one main heading, scopes its headers and runs nothing") {
  const std::string html = document::write_html(model_of(samples::full()));
  CHECK(has(html, "<html lang=\"en-GB\">"));
  CHECK(count_of(html, "<h1") == 1);
  CHECK(count_of(html, "<table") == count_of(html, "<caption"));
  CHECK(count_of(html, "<th ") == count_of(html, "<th scope="));
  CHECK(count_of(html, "<svg role=\"img\" aria-labelledby=") == 3);
  CHECK(count_of(html, "</figure>\n<div class=\"scroll\"") + count_of(html, "</figure>\n<table") == 3);
  CHECK(has(html, "default-src 'none'"));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "javascript:"));
  CHECK(has(html, ">28 of 33<"));
  CHECK(has(html, "not known: owner and date owed"));
  CHECK(has(html, "@top-left { content: \"Draft\\00003a  not checked for disclosure"));
  CHECK(count_of(html, "Demonstration: nobody in these numbers is real") >= 3);
}

TEST_CASE("hostile text stays text in HTML: no element, attribute or style can be left from inside") {
  const std::string html = document::write_html(model_of(samples::hostile()));
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "javascript:"));
  CHECK_FALSE(has(html, "data:text"));
  CHECK(count_of(html, "</style>") == 1);
  CHECK(count_of(html, "</title>") == 3);  // the page's and two charts'
  CHECK_FALSE(has(html, "\x01"));
  CHECK_FALSE(has(html, "\xE2\x80\xAE"));
  CHECK(has(html, "href=\"https://example.org/?a=&#39;b&#39;&amp;c=d\""));
}

TEST_CASE("landmarks of the same name are told apart") {
  const std::string html = document::write_html(model_of(samples::hostile()));
  std::set<std::string> labels;
  std::size_t count = 0;
  const std::string start = "aria-label=\"";
  for (std::size_t at = 0; (at = html.find(start, at)) != std::string::npos; at += start.size()) {
    labels.insert(html.substr(at, html.find('"', at + start.size()) - at));
    ++count;
  }
  CHECK(count == 4);  // two sections, two tables, all of one name
  CHECK(labels.size() == count);
}

TEST_CASE("the DOCX file has real styles, lists, captions and headers that repeat") {
  const auto parts = parts_of(document::write_docx(model_of(samples::full())).value());
  for (const auto& [name, part] : parts) {
    INFO(name);
    CHECK(is_xml(part));
  }
  const std::string& body = parts.at("word/document.xml");
  CHECK(count_of(body, "<w:pStyle w:val=\"Title\"/>") == 1);
  CHECK(count_of(body, "<w:pStyle w:val=\"Heading1\"/>") == 3);
  CHECK(count_of(body, "<w:pStyle w:val=\"Heading2\"/>") == 2);
  CHECK(count_of(body, "<w:tbl>") == 7);
  CHECK(count_of(body, "<w:tblHeader/>") == 6);  // the list of facts has no header row
  CHECK(count_of(body, "<w:trPr><w:cantSplit/>") == count_of(body, "<w:tr>"));
  CHECK(count_of(body, "<w:pStyle w:val=\"Caption\"/>") == 7 + 3);
  CHECK(count_of(body, "descr=\"") == 3);
  CHECK(has(body, "<w:ilvl w:val=\"1\"/>"));
  CHECK(has(parts.at("word/header1.xml"), "Draft: not checked for disclosure"));
  CHECK(has(parts.at("word/footer1.xml"), "NUMPAGES"));
  CHECK(has(parts.at("word/styles.xml"), "w:lang w:val=\"en-GB\""));
  CHECK(has(parts.at("docProps/core.xml"), "<dc:title>Equality Delivery System report 2025 to 2026</dc:title>"));
  CHECK(has(parts.at("docProps/core.xml"), "2026-03-31T00:00:00Z"));
  CHECK(has(parts.at("word/_rels/document.xml.rels"), "https://www.example.org/guidance"));
}

TEST_CASE("hostile text leaves every part of DOCX and XLSX well-formed and without a bad link") {
  const auto model = model_of(samples::hostile());
  for (const auto& zip : {document::write_docx(model).value(), document::write_xlsx(model).value()}) {
    for (const auto& [name, part] : parts_of(zip)) {
      INFO(name);
      CHECK(is_xml(part));
      CHECK_FALSE(has(part, "javascript:"));
      CHECK_FALSE(has(part, "<script"));
    }
  }
}

TEST_CASE("the workbook has a cover, one table a sheet from A1, notes last, and no merged cell or formula") {
  const auto parts = parts_of(document::write_xlsx(model_of(samples::full())).value());
  const std::string& book = parts.at("xl/workbook.xml");
  CHECK(count_of(book, "<sheet ") == 9);
  CHECK(has(book, "<sheet name=\"Cover\" sheetId=\"1\""));
  CHECK(has(book, "<sheet name=\"Notes\" sheetId=\"9\""));
  for (std::size_t i = 1; i <= 9; ++i) {
    const std::string sheet = sheet_named(parts, i);
    INFO(i);
    CHECK(has(sheet, "<c r=\"A1\""));
    CHECK_FALSE(has(sheet, "mergeCell"));
    CHECK_FALSE(has(sheet, "<f>"));
    CHECK(has(sheet, "Draft: not checked for disclosure"));
  }
  const std::string grades = sheet_named(parts, 3);
  CHECK(has(grades, "><v>2.5</v>"));
  CHECK(has(parts.at("xl/sharedStrings.xml"), "Maternity (out of)"));
  CHECK(has(parts.at("docProps/core.xml"), "2026-03-31T00:00:00Z"));
}

TEST_CASE("a workbook takes texts longer than a cell and says that it cut them") {
  const auto model = model_of(sdk::Document("T").table(sdk::Table("C", {sdk::text_column("A")}).row({std::string(40'000, 'x')})));
  const auto parts = parts_of(document::write_xlsx(model).value());
  CHECK(has(parts.at("xl/sharedStrings.xml"), "cut here"));
}

TEST_CASE("CSV files carry the status in their names and each maximum in its own column") {
  const auto files = document::write_csv_files(model_of(samples::full()));
  REQUIRE(files.size() == 9);
  CHECK(files[0].name == "00-about.draft.demonstration.csv");
  CHECK(has(files[0].bytes, "Status,Draft: not checked for disclosure,\r\n"));
  CHECK(has(files[2].bytes, "Outcome,What it asks,Maternity,Maternity (out of),Talking therapies"));
  CHECK(has(files[2].bytes, "1A,Patients have the required levels of access to the service,2,3,3,3,Access audit\r\n"));
  CHECK(has(files[2].bytes, "not known: evidence owed"));
  for (const auto& file : files) CHECK(count_of(file.bytes, "\n") >= count_of(file.bytes, "\r\n"));
}

TEST_CASE("the JSON file is read by a parser that is not ours and holds numbers as numbers") {
  const auto root = Poco::JSON::Parser().parse(document::write_json(model_of(samples::full()))).extract<Poco::JSON::Object::Ptr>();
  CHECK(root->getValue<std::string>("title") == "Equality Delivery System report 2025 to 2026");
  CHECK(root->getArray("status")->size() == 2);
  const auto facts = root->getArray("blocks")->getObject(3);
  CHECK(facts->getValue<std::string>("type") == "facts");
  const auto points = facts->getArray("facts")->getObject(1)->getObject("value");
  CHECK(points->getValue<int>("number") == 28);
  CHECK(points->getValue<int>("maximum") == 33);
}

TEST_CASE("hostile text comes back from JSON exactly, and shows nothing that could run") {
  const std::string json = document::write_json(model_of(samples::hostile()));
  CHECK_FALSE(has(json, "<"));
  CHECK_FALSE(has(json, "\xE2\x80\xAE"));
  const auto root = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>();
  CHECK(root->getValue<std::string>("title") == samples::kHostile);
}

TEST_CASE("a table of two thousand rows becomes every format") {
  sdk::Table table("Large", {sdk::text_column("A"), sdk::number_column("B")});
  for (int i = 0; i < 2000; ++i) table.row({"row " + std::to_string(i), sdk::number(i, 2000)});
  const auto model = model_of(sdk::Document("T").table(table));
  CHECK(count_of(document::write_html(model), "<tr>") == 2001);
  CHECK(count_of(parts_of(document::write_docx(model).value()).at("word/document.xml"), "<w:tr>") == 2001);
  CHECK(has(sheet_named(parts_of(document::write_xlsx(model).value()), 2), "r=\"A2001\""));
  CHECK(count_of(document::write_csv_files(model).at(1).bytes, "\r\n") == 2001);
}
