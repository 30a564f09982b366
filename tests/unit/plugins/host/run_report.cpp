#include <catch2/catch.hpp>

#include <stdexcept>

#include "plugins/sdk/report.h"
#include "tests/unit/plugins/host/reports_of.h"

using namespace evenhand;
using namespace evenhand::test;
using plugins::Format;
using plugins::Registry;

namespace {

constexpr const char* kManifest =
    R"({"id": "org.example.naughty", "version": "1", "title": "N", "kind": "built-in", "sdk": {"from": 1, "to": 1},
        "data_class": "free text", "reads": {"evidence": ["title"]}})";
const char* manifest_text() { return kManifest; }

sdk::Document throws(const sdk::Input&) { throw std::runtime_error("no ink left"); }
sdk::Document echoes(const sdk::Input& input) {
  sdk::Document document("Echo");
  for (const sdk::Row& row : input.rows("evidence")) document.paragraph(row.text("title") + row.text("text") + row.text("owner"));
  return document;
}
constexpr sdk::Report kReports[] = {{"throws", "T", "S", sdk::Scope::one_organisation, throws},
                                    {"echoes", "E", "S", sdk::Scope::one_organisation, echoes}};
EVENHAND_REPORT_PLUGIN(naughty_plugin, manifest_text, kReports)

const evenhand_report kRudeReport = {sizeof(evenhand_report), "rude", "R", "S", EVENHAND_REPORT_ONE_ORGANISATION};
const evenhand_report* rude_get(uint32_t) { return &kRudeReport; }
int32_t rude_make(const uint8_t*, size_t, const evenhand_sink*) { throw 7; }
int32_t nonsense_make(const uint8_t*, size_t, const evenhand_sink* out) {
  return out->write(out->host, reinterpret_cast<const uint8_t*>("nonsense"), 8);
}
const void* rude_ability(const char*) {
  static const evenhand_report_ability kAbility = {sizeof(evenhand_report_ability), 1, rude_get, rude_make};
  return &kAbility;
}
const void* nonsense_ability(const char*) {
  static const evenhand_report_ability kAbility = {sizeof(evenhand_report_ability), 1, rude_get, nonsense_make};
  return &kAbility;
}
const evenhand_plugin kRude = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, manifest_text, rude_ability};
const evenhand_plugin kNonsense = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, manifest_text, nonsense_ability};

}  // namespace

TEST_CASE("a report that throws is an error with its plugin's name, and the others still run") {
  const DataFileModel model = model_of({kCcs});
  std::vector<const evenhand_plugin*> all(cli::built_in_plugins().begin(), cli::built_in_plugins().end());
  all.push_back(naughty_plugin());
  const Registry registry(all);

  const auto made = plugins::run_report(registry, model, "throws", {}, Format::html);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().what.find("no ink left") != std::string::npos);
  CHECK(made.error().where.find("org.example.naughty") != std::string::npos);
  CHECK(plugins::run_report(registry, model, "eds-report", {}, Format::html).ok());
}

TEST_CASE("a plugin that throws through the border or writes nonsense is an error and no crash") {
  const DataFileModel model = model_of({kCcs});
  const evenhand_plugin* rude[] = {&kRude};
  const evenhand_plugin* nonsense[] = {&kNonsense};
  CHECK_FALSE(plugins::run_report(Registry(rude), model, "rude", {}, Format::html).ok());
  CHECK(plugins::run_report(Registry(nonsense), model, "rude", {}, Format::html).error().code == ErrorCode::corrupt);
}

TEST_CASE("a plugin sees the fields that it declares and nothing else") {
  const DataFileModel model = model_of({kCcs});
  const evenhand_plugin* plugins_[] = {naughty_plugin()};
  const auto made = plugins::run_report(Registry(plugins_), model, "echoes", {}, Format::json);
  REQUIRE(made.ok());
  CHECK(has(*made, "Survey on online booking"));  // evidence.title, declared
  CHECK_FALSE(has(*made, "Head of iCaSH"));       // evidence.owner, asked for but not declared
  CHECK_FALSE(has(*made, "Reported on the engagement sheet"));  // evidence.text
}

TEST_CASE("taking any one plugin away leaves every other report as it was") {
  const DataFileModel model = model_of({kCcs});
  const auto all = cli::built_in_plugins();
  const Registry whole(all);
  REQUIRE(whole.set_aside().empty());
  for (std::size_t gone = 0; gone < all.size(); ++gone) {
    std::vector<const evenhand_plugin*> rest(all.begin(), all.end());
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

TEST_CASE("a broken plugin is set aside with the reason and the others are there") {
  evenhand_plugin old = kRude;
  old.abi = 99;
  std::vector<const evenhand_plugin*> all(cli::built_in_plugins().begin(), cli::built_in_plugins().end());
  all.insert(all.begin(), {&old, nullptr});
  const Registry registry(all);
  CHECK(registry.set_aside().size() == 2);
  CHECK(registry.reports().size() == Registry(cli::built_in_plugins()).reports().size());
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
  const Registry registry(cli::built_in_plugins());
  for (const auto& info : registry.reports()) {
    plugins::ReportOptions options;
    const std::string real = report(ccs, info.id, options, Format::html);
    CHECK(has(real, "Draft: not checked for disclosure"));
    CHECK_FALSE(has(real, "Demonstration"));
    if (info.is_of_one_organisation) options.organisation = fenmarsh.id_of(kFenmarsh, "northmere");
    const std::string made_up = report(fenmarsh, info.id, options, Format::html);
    CHECK(has(made_up, "Draft: not checked for disclosure"));
    CHECK(has(made_up, "Demonstration: made-up material"));
  }
}

TEST_CASE("when several organisations could be meant, they are named") {
  const DataFileModel model = model_of({kFenmarsh});
  const auto made = plugins::run_report(Registry(cli::built_in_plugins()), model, "eds-report", {}, Format::html);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().where.find("Wendlesea Hospitals NHS Trust") != std::string::npos);
}
