// The cards of all plugins on one page.
#include "plugins/host/dashboard.h"

#include <catch2/catch.hpp>

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
  std::string cards;
  for (const char* id : {"breaks", "long", "list", "tables", "nothing", "scripts"}) {
    cards += std::string(cards.empty() ? "" : ",") + R"({"id": ")" + id + R"(", "title": "Card )" + id + R"(", "summary": "S", "scope": "one organisation", "place": "card"})";
  }
  return R"({"id": "org.example.cards", "version": "1.0.0", "title": "N", "kind": "built-in", "sdk": {"from": 1, "to": 1}, "data_class": ")" + data_class +
         R"(", "reads": {"evidence": ["title"])" + (data_class == "personal" ? R"(, "person": ["name"])" : "") + R"(}, "contributes": {"reports": [)" + cards +
         R"(, {"id": "no-card", "title": "No card", "summary": "S", "scope": "one organisation"}]}})";
}

sdk::Document breaks(const sdk::Input&) { throw std::runtime_error("Mrs Secret has no ink left"); }
sdk::Document long_one(const sdk::Input&) {
  sdk::Document document("Long");
  for (int i = 0; i < 100; ++i) document.heading(1 + i % 4, "Part " + std::to_string(i)).paragraph("Words.").page_break();
  return document;
}
sdk::Document tables(const sdk::Input&) {
  sdk::Table table("Rows", {sdk::text_column("Row")});
  for (int i = 0; i < 25; ++i) table.row({std::to_string(i)});
  return sdk::Document("Tables").table(table);
}
sdk::Document list(const sdk::Input&) {
  sdk::Document document("List");
  std::string items;
  for (int i = 0; i < 81; ++i) items += "- Item " + std::to_string(i) + "\n";
  return document.markdown(items);
}
sdk::Document nothing(const sdk::Input&) { return sdk::Document("Nothing"); }
sdk::Document scripts(const sdk::Input&) { return sdk::Document("<script>alert(1)</script>").paragraph("<script>alert(2)</script>").markdown("<img src=x onerror=alert(3)>"); }
sdk::Document no_card(const sdk::Input&) { return sdk::Document("No card").paragraph("This is no card."); }
constexpr sdk::Contribution kAll[] = {sdk::report<breaks>("breaks"), sdk::report<long_one>("long"), sdk::report<list>("list"), sdk::report<tables>("tables"), sdk::report<nothing>("nothing"),
                                      sdk::report<scripts>("scripts"), sdk::report<no_card>("no-card")};

std::string heading_before(const document::Document& page, std::size_t at) {
  while (at > 0) {
    const auto* heading = std::get_if<document::Heading>(&page.blocks[--at]);
    if (heading != nullptr && heading->level == 1) return heading->text;
  }
  return "";
}



}  // namespace

EVENHAND_PLUGIN_OF(cards_plugin, kAll)

namespace {

document::Document page_of(const Registry& registry) {
  const DataFileModel model = model_of({kFenmarsh});
  auto page = plugins::make_dashboard(registry, model, {.organisation = model.id_of(kFenmarsh, "northmere")});
  INFO((page ? "" : page.error().sentence()));
  REQUIRE(page.ok());
  return std::move(page).value();
}

document::Document page_of_cards(const std::string& data_class = "personal") {
  const std::string manifest = manifest_of(data_class);
  const plugins::BuiltIn all[] = {{cards_plugin, manifest}};
  return page_of(Registry(all));
}

}  // namespace

TEST_CASE("a card whose plugin fails says so in its place, and the others stand") {
  const document::Document page = page_of_cards();
  std::size_t failures = 0;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < page.blocks.size(); ++i) {
    if (const auto* heading = std::get_if<document::Heading>(&page.blocks[i]); heading != nullptr && heading->level == 1) titles.push_back(heading->text);
    const auto* banner = std::get_if<document::Banner>(&page.blocks[i]);
    if (banner == nullptr) continue;
    ++failures;
    CHECK(heading_before(page, i) == "Card breaks");
    CHECK(has(banner->text, "This card could not be made"));
  }
  CHECK(failures == 1);
  CHECK(titles == std::vector<std::string>{"Card breaks", "Card list", "Card long", "Card nothing", "Card scripts", "Card tables"});
}

TEST_CASE("what a plugin that may speak of people says when it fails does not stand on the page") {
  for (const std::string data_class : {"free text", "personal"}) CHECK_FALSE(has(document::write_html(page_of_cards(data_class)), "Mrs Secret"));
}

TEST_CASE("why the host itself makes no card stands in its place, whatever the card reads") {
  const DataFileModel model = model_of({kFenmarsh});
  const std::string manifest = manifest_of("personal");
  const plugins::BuiltIn all[] = {{cards_plugin, manifest}};
  const auto page = plugins::make_dashboard(Registry(all), model, {.organisation = model.id_of(kFenmarsh, "northmere")}, [](const plugins::ReportInfo& card) -> Result<document::Document> {
    return unavailable(card.id == "tables" ? "Mrs Secret is here" : "another process writes", card.id == "tables" ? "row 3" : std::string(plugins::kHostsOwn));
  });
  REQUIRE(page.ok());
  CHECK(has(document::write_html(*page), "another process writes"));
  CHECK_FALSE(has(document::write_html(*page), "Mrs Secret"));
}

TEST_CASE("a card shows so much and says where the rest is; a report that is no card is not on the page") {
  const document::Document page = page_of_cards();
  const std::string html = document::write_html(page);
  CHECK(has(html, "There is more: evenhand report run long"));
  CHECK_FALSE(has(html, "Part 50"));
  CHECK(has(html, "15 more: evenhand report run tables"));
  CHECK(has(html, "Item 9"));
  CHECK_FALSE(has(html, "Item 10"));
  CHECK(has(html, "71 more: evenhand report run list"));
  CHECK(has(html, "There is nothing to show."));
  CHECK_FALSE(has(html, "This is no card"));
  for (const document::Block& block : page.blocks) {
    CHECK_FALSE(std::holds_alternative<document::PageBreak>(block));
    if (const auto* table = std::get_if<document::Table>(&block)) CHECK(table->rows.size() <= 10);
  }
}

TEST_CASE("no script of a card's runs on the page") {
  const std::string html = document::write_html(page_of_cards());
  CHECK_FALSE(has(html, "<script>alert"));
  CHECK_FALSE(has(html, "<img src=x"));
}

TEST_CASE("the page says whose it is, that it is a draft and made up, once each, and is the same each time") {
  const document::Document page = page_of_cards();
  CHECK(page.title == "Dashboard");
  CHECK(page.subtitle == "Northmere Community NHS Trust, Fenmarsh EDS 2025/26");
  REQUIRE(page.status.size() == 2);
  CHECK(page.status[0].kind == document::StatusKind::draft);
  CHECK(page.status[1].kind == document::StatusKind::demonstration);
  CHECK(document::write_json(page) == document::write_json(page_of_cards()));
}

TEST_CASE("the plugins that we ship have cards, and where there is none the page says so") {
  const Registry shipped = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  CHECK(plugins::cards_of(shipped).size() >= 2);
  const document::Document page = page_of(shipped);
  const std::string html = document::write_html(page);
  CHECK(has(html, "Actions due next"));
  CHECK(has(html, "Open gaps"));
  CHECK_FALSE(has(html, "could not be made"));
  CHECK(has(document::write_html(page_of(Registry())), "No plugin here has a card."));
}

TEST_CASE("on a desk's first day the page says where to begin") {
  const auto page = plugins::make_dashboard(Registry(), DataFileModel(), {});
  REQUIRE(page.ok());
  CHECK(has(document::write_html(*page), "Nothing is on record in this cycle yet."));
}

TEST_CASE("whoever shows the cards may refuse one of them, and its place says so") {
  const DataFileModel model = model_of({kFenmarsh});
  const Registry shipped = plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files());
  const plugins::ReportOptions options{.organisation = model.id_of(kFenmarsh, "northmere")};
  const auto page = plugins::make_dashboard(shipped, model, options, [&](const plugins::ReportInfo& card) -> Result<document::Document> {
    return card.id == "open-gaps" ? refused("it cannot be put on record") : plugins::make_card(shipped, model, card, options);
  });
  REQUIRE(page.ok());
  const std::string html = document::write_html(*page);
  CHECK(has(html, "it cannot be put on record"));
  CHECK(has(html, "The open actions that are due first"));
}
