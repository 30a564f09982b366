#include <catch2/catch.hpp>

#include <stdexcept>

#include "plugins/sdk/plugin.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Format;
using plugins::Registry;

namespace {

std::string manifest_of(const std::string& id, const std::string& reports) {
  return R"({"id": ")" + id + R"(", "version": "1.0.0", "title": "N", "kind": "built-in", "sdk": {"from": 1, "to": 1},
            "data_class": "free text", "reads": {"evidence": ["title"]}, "contributes": {"reports": [)" + reports + "]}}";
}
std::string report_entry(const std::string& id) {
  return R"({"id": ")" + id + R"(", "title": "T", "summary": "S", "scope": "one organisation"})";
}

sdk::Document throws(const sdk::Input&) { throw std::runtime_error("no ink left"); }
sdk::Document echoes(const sdk::Input& input) {
  sdk::Document document("Echo");
  for (const sdk::Row& row : input.rows("evidence")) document.paragraph(row.text("title") + row.text("text") + row.text("owner"));
  return document;
}
constexpr sdk::Contribution kNaughtyAll[] = {sdk::report<throws>("throws"), sdk::report<echoes>("echoes")};
const std::string kNaughtyManifest = manifest_of("org.example.naughty", report_entry("throws") + "," + report_entry("echoes"));
const std::string kRudeManifest = manifest_of("org.example.rude", report_entry("rude"));

int32_t rude_run(const uint8_t*, size_t, const evenhand_sink*) { throw 7; }
int32_t nonsense_run(const uint8_t*, size_t, const evenhand_sink* out) {
  return out->write(out->host, reinterpret_cast<const uint8_t*>("nonsense"), 8);
}
const evenhand_ability* rude_ability(const char*) {
  static const evenhand_ability kAbility = {sizeof(evenhand_ability), rude_run};
  return &kAbility;
}
const evenhand_ability* nonsense_ability(const char*) {
  static const evenhand_ability kAbility = {sizeof(evenhand_ability), nonsense_run};
  return &kAbility;
}
const evenhand_plugin kRude = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, rude_ability};
const evenhand_plugin kNonsense = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, nonsense_ability};
const evenhand_plugin kOld = {sizeof(evenhand_plugin), 99, rude_ability};
const evenhand_plugin* rude() { return &kRude; }
const evenhand_plugin* nonsense() { return &kNonsense; }
const evenhand_plugin* old() { return &kOld; }

std::vector<plugins::BuiltIn> ours() { return {plugins::built_in_plugins().begin(), plugins::built_in_plugins().end()}; }

}  // namespace

EVENHAND_PLUGIN_OF(naughty_plugin, kNaughtyAll)

TEST_CASE("a report that throws is an error with its plugin's name, and the others still run") {
  const DataFileModel model = model_of({kCcs});
  std::vector<plugins::BuiltIn> all = ours();
  all.push_back({naughty_plugin, kNaughtyManifest});
  const Registry registry(all);

  const auto made = plugins::run_report(registry, model, "throws", {}, Format::html);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().what.find("no ink left") != std::string::npos);
  CHECK(made.error().where.find("org.example.naughty") != std::string::npos);
  CHECK(plugins::run_report(registry, model, "eds-report", {}, Format::html).ok());
}

TEST_CASE("a plugin that throws through the border or writes nonsense is an error and no crash") {
  const DataFileModel model = model_of({kCcs});
  const plugins::BuiltIn throwing[] = {{rude, kRudeManifest}};
  const plugins::BuiltIn writing[] = {{nonsense, kRudeManifest}};
  CHECK_FALSE(plugins::run_report(Registry(throwing), model, "rude", {}, Format::html).ok());
  CHECK(plugins::run_report(Registry(writing), model, "rude", {}, Format::html).error().code == ErrorCode::corrupt);
}

TEST_CASE("a plugin built for another border is refused when it is first asked, and its manifest can still be read") {
  const DataFileModel model = model_of({kCcs});
  const plugins::BuiltIn one[] = {{old, kRudeManifest}};
  const Registry registry(one);
  CHECK(registry.reports().size() == 1);
  const auto made = plugins::run_report(registry, model, "rude", {}, Format::html);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().what.find("another border") != std::string::npos);
}

TEST_CASE("a plugin sees the fields that it declares and nothing else") {
  const DataFileModel model = model_of({kCcs});
  const plugins::BuiltIn one[] = {{naughty_plugin, kNaughtyManifest}};
  const auto made = plugins::run_report(Registry(one), model, "echoes", {}, Format::json);
  REQUIRE(made.ok());
  CHECK(has(*made, "Survey on online booking"));  // evidence.title, declared
  CHECK_FALSE(has(*made, "Head of iCaSH"));       // evidence.owner, asked for but not declared
  CHECK_FALSE(has(*made, "Reported on the engagement sheet"));  // evidence.text
}

TEST_CASE("taking any one plugin away leaves every other report as it was") {
  const DataFileModel model = model_of({kCcs});
  const std::vector<plugins::BuiltIn> all = ours();
  const Registry whole(all);
  REQUIRE(whole.set_aside().empty());
  for (std::size_t gone = 0; gone < all.size(); ++gone) {
    std::vector<plugins::BuiltIn> rest = all;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
    const Registry registry(rest);
    CHECK(registry.reports().size() + 1 == whole.reports().size());
    for (const auto& info : registry.reports()) {
      const auto before = plugins::run_report(whole, model, info.id, {}, Format::html);
      const auto after = plugins::run_report(registry, model, info.id, {}, Format::html);
      REQUIRE(before.ok());
      REQUIRE(after.ok());
      CHECK(*before == *after);
    }
  }
}

TEST_CASE("a broken plugin, and a second one of the same id, are set aside with the reason and the others are there") {
  std::vector<plugins::BuiltIn> all = ours();
  all.insert(all.begin(), {rude, "{"});
  all.push_back(all.back());
  const Registry registry(all);
  CHECK(registry.set_aside().size() == 2);
  CHECK(registry.reports().size() == Registry(plugins::built_in_plugins()).reports().size());
  CHECK(registry.find_report("no-such").error().next.find("eds-report") != std::string::npos);
}

TEST_CASE("the same data gives the same bytes in every format") {
  const DataFileModel model = model_of({kFenmarsh});
  const DataFileModel again = model_of({kFenmarsh});
  const plugins::ReportOptions options{.organisation = model.id_of(kFenmarsh, "wendlesea")};
  for (const Format format : {Format::html, Format::docx, Format::xlsx, Format::csv, Format::json}) {
    CHECK(report(model, "eds-report", options, format) == report(again, "eds-report", options, format));
  }
}

TEST_CASE("every document is a draft, and what is made up says so") {
  const DataFileModel ccs = model_of({kCcs});
  const DataFileModel fenmarsh = model_of({kFenmarsh});
  const Registry registry(plugins::built_in_plugins());
  for (const auto& info : registry.reports()) {
    plugins::ReportOptions options;
    const std::string real = report(ccs, info.id, options, Format::html);
    CHECK(has(real, "Draft: not checked for disclosure"));
    CHECK_FALSE(has(real, "Demonstration"));
    if (info.is_of_one_organisation()) options.organisation = fenmarsh.id_of(kFenmarsh, "northmere");
    const std::string made_up = report(fenmarsh, info.id, options, Format::html);
    CHECK(has(made_up, "Draft: not checked for disclosure"));
    CHECK(has(made_up, "Demonstration: made-up material"));
  }
}

TEST_CASE("when several organisations could be meant, they are named") {
  const DataFileModel model = model_of({kFenmarsh});
  const auto made = plugins::run_report(Registry(plugins::built_in_plugins()), model, "eds-report", {}, Format::html);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().where.find("Wendlesea Hospitals NHS Trust") != std::string::npos);
}
