// The desk as files: the cards, and each page of a plugin, linked to each other.
#include "plugins/host/desk.h"

#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "plugins/document/html.h"
#include "plugins/pack/shipped.h"
#include "plugins/sdk/plugin.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Registry;

namespace {

std::string manifest_of(const std::string& data_class) {
  const auto entry = [](const char* id, const char* place) {
    return std::string(R"({"id": ")") + id + R"(", "title": "Title of )" + id + R"(", "summary": "S", "scope": "one organisation", "place": ")" + place + "\"}";
  };
  return R"({"id": "org.example.pages", "version": "1.0.0", "title": "N", "kind": "built-in", "sdk": {"from": 1, "to": 1}, "data_class": ")" + data_class +
         R"(", "reads": {"evidence": ["title"], "person": ["name"]}, "contributes": {"reports": [)" + entry("index", "page") + ", " + entry("fails", "page") + ", " +
         entry("con", "page") + ", " + entry("small", "card") + ", " + entry("neither", "report") + "]}}";
}

sdk::Document index(const sdk::Input&) { return sdk::Document("<b>Index</b>").paragraph("<script>alert(1)</script>").paragraph("One page of words."); }
sdk::Document fails(const sdk::Input&) { throw std::runtime_error("Mrs Secret has no ink left"); }
sdk::Document con(const sdk::Input&) {
  sdk::Document document("Con");
  for (int i = 0; i < 100; ++i) document.heading(1, "Part " + std::to_string(i)).paragraph("Words.");
  return document;
}
sdk::Document small(const sdk::Input&) { return sdk::Document("Small").paragraph("This is a card."); }
sdk::Document neither(const sdk::Input&) { return sdk::Document("Neither").paragraph("This stands nowhere."); }
constexpr sdk::Contribution kAll[] = {sdk::report<index>("index"), sdk::report<fails>("fails"), sdk::report<con>("con"), sdk::report<small>("small"), sdk::report<neither>("neither")};

}  // namespace

EVENHAND_PLUGIN_OF(pages_plugin, kAll)

namespace {

using Files = std::map<std::string, std::string>;

Files desk_of(const Registry& registry, const plugins::DeskHands& hands = {}) {
  const DataFileModel model = model_of({kFenmarsh});
  Files files;
  plugins::DeskHands own = hands;
  own.take = [&](const plugins::DeskFile& file, const plugins::ReportInfo* page) -> Result<void> {
    if (hands.take) EVENHAND_CHECK(hands.take(file, page));
    files[file.name] = file.bytes;
    return {};
  };
  const auto made = plugins::make_desk(registry, model, {.organisation = model.id_of(kFenmarsh, "northmere")}, own);
  INFO((made ? "" : made.error().sentence()));
  REQUIRE(made.ok());
  return files;
}

Registry registry_of(const std::string& manifest) {
  const plugins::BuiltIn all[] = {{pages_plugin, manifest}};
  return Registry(all);
}

}  // namespace

TEST_CASE("the desk is a page of cards and each page of a plugin, and every one links to all by names that its report's id makes safe") {
  const Files files = desk_of(registry_of(manifest_of("personal")));
  std::vector<std::string> names;
  for (const auto& [name, html] : files) {
    names.push_back(name);
    CHECK(plugins::is_desk_file(name));
    CHECK(count(html, "href=\"index.html\"") == 1);
    CHECK(count(html, "href=\"page-con.html\"") == 1);
    CHECK(count(html, "href=\"page-fails.html\"") == 1);
    CHECK(count(html, "href=\"page-index.html\"") == 1);
    CHECK(count(html, "aria-current=\"page\"") == 1);
    CHECK(has(html, "href=\"" + name + "\" aria-current=\"page\""));
    CHECK(has(html, "Title of con"));
    CHECK(has(html, document::kPageMark.data()));
    CHECK_FALSE(has(html, "://"));  // nothing but files beside it
    CHECK_FALSE(has(html, "<script>"));
    CHECK(has(html, "Draft: not checked for disclosure"));
  }
  CHECK(names == std::vector<std::string>{"index.html", "page-con.html", "page-fails.html", "page-index.html"});
  CHECK(has(files.at("index.html"), "This is a card."));
  CHECK(has(files.at("page-index.html"), "One page of words."));
  CHECK(has(files.at("page-con.html"), "Part 99"));  // a page is whole, a card is cut
  for (const auto& [name, html] : files) CHECK_FALSE(has(html, "This stands nowhere."));
}

TEST_CASE("a page whose plugin fails says so in its place, and the others stand") {
  for (const char* data_class : {"personal", "special"}) {
    const Files files = desk_of(registry_of(manifest_of(data_class)));
    CHECK(has(files.at("page-fails.html"), "This page could not be made. To see why: evenhand report run "));
    CHECK(has(files.at("page-fails.html"), "<h1 dir=\"auto\">Title of fails</h1>"));
    CHECK(has(files.at("page-fails.html"), "Demonstration: made-up material"));
    for (const auto& [name, html] : files) {
      CHECK_FALSE(has(html, "Mrs Secret"));
      CHECK(has(html, "could not be made") == (name == "page-fails.html"));
    }
  }
}

TEST_CASE("a page that may not be handed out leaves nothing of itself but a note in its place") {
  const Files files = desk_of(registry_of(manifest_of("personal")), {.take = [](const plugins::DeskFile&, const plugins::ReportInfo* page) -> Result<void> {
    return page != nullptr && page->id == "con" ? refused("it cannot be put on record") : Result<void>();
  }});
  CHECK(has(files.at("page-con.html"), "This page could not be made"));
  CHECK_FALSE(has(files.at("page-con.html"), "Part 99"));
  CHECK(has(files.at("page-index.html"), "One page of words."));
}

TEST_CASE("when the cards cannot be written there is no desk, and the reason comes back") {
  const DataFileModel model = model_of({kFenmarsh});
  const auto made = plugins::make_desk(registry_of(manifest_of("personal")), model, {.organisation = model.id_of(kFenmarsh, "northmere")},
                                       {.take = [](const plugins::DeskFile&, const plugins::ReportInfo*) -> Result<void> { return unavailable("the disk is full"); }});
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().what == "the disk is full");
}

TEST_CASE("the plugins that we ship have pages, the same records give the same desk, and the dashboard names them") {
  const Registry shipped = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  const Files files = desk_of(shipped);
  CHECK(files == desk_of(shipped));
  REQUIRE(files.contains("page-coverage.html"));
  CHECK(has(files.at("page-coverage.html"), "Evidence for each outcome"));
  CHECK(files.contains("page-domain-overview.html"));
  CHECK(files.contains("page-action-tracker.html"));
  for (const auto& [name, html] : files) CHECK_FALSE(has(html, "could not be made"));
  CHECK_FALSE(has(files.at("index.html"), "evenhand dashboard coverage"));  // a link stands there
  const DataFileModel model = model_of({kFenmarsh});
  const auto cards = plugins::make_dashboard(shipped, model, {.organisation = model.id_of(kFenmarsh, "northmere")});
  REQUIRE(cards.ok());
  CHECK(has(document::write_html(*cards), "Evidence coverage: evenhand dashboard coverage"));
}

TEST_CASE("a document that stands alone is written as it always was") {
  document::Document alone;
  alone.title = "Alone";
  const std::string html = document::write_html(alone);
  CHECK_FALSE(has(html, "class=\"pages\""));
  CHECK_FALSE(has(html, ".pages"));
  CHECK_FALSE(has(html, document::kPageMark.data()));
}
