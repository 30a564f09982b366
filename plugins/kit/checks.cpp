#include "plugins/kit/checks.h"

#include <algorithm>

#include "core/base/bytes.h"
#include "core/os/files.h"
#include "plugins/document/decode.h"
#include "plugins/document/html.h"
#include "plugins/document/json.h"
#include "plugins/kit/samples.h"

namespace evenhand::plugins {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kGoldenBytesMax = 16777216;
constexpr std::size_t kDifferenceLines = 60;

class Kit {
 public:
  Kit(const Workbench& bench, const CheckOptions& options) : bench_(bench), options_(options) {}

  Result<std::vector<CheckResult>> run() {
    EVENHAND_TRY(const SampleModel own, own_sample(bench_.folder));
    for (const ReportEntry& report : bench_.manifest.reports) {
      EVENHAND_CHECK(golden(report, own));
      determinism(report, own);
      EVENHAND_CHECK(samples(report));
      canary(report);
      odd_inputs(report);
      determinism_again(report, own);
    }
    return std::move(results_);
  }

 private:
  void add(const char* check, const std::string& about, Verdict verdict, std::string text) { results_.push_back({check, about, verdict, std::move(text)}); }

  Result<void> golden(const ReportEntry& report, const Model& model) {
    const auto made = try_report(bench_, model, report);
    if (!made) return add("golden", report.id, Verdict::failed, made.error().sentence()), Result<void>();
    const std::string now = document::write_json(*made);
    const std::string name = "golden/" + report.id + ".json";
    const auto before = read_file(bench_.folder / name, kGoldenBytesMax);
    if (!before && before.error().code != ErrorCode::not_found) return before.error();
    const std::string was(before ? text_of(*before) : std::string_view());
    if (before && was == now) return add("golden", report.id, Verdict::passed, name + " is what it makes"), Result<void>();
    if (!options_.accept) {
      add("golden", report.id, Verdict::failed,
          (before ? name + " is not what it makes:\n" + readable_difference(was, now, kDifferenceLines) : "there is no " + name) + "\nIf it is right now: evenhand plugin test " + bench_.folder.string() + " --accept");
      return {};
    }
    std::error_code ignored;
    fs::create_directories(bench_.folder / "golden", ignored);
    EVENHAND_CHECK(write_file_durably(bench_.folder / name, view_of(now)));
    add("golden", report.id, Verdict::noted, (before ? "wrote " + name + " anew:\n" + readable_difference(was, now, kDifferenceLines) : "wrote " + name));
    return {};
  }

  void determinism(const ReportEntry& report, const SampleModel& model) {
    const auto first = try_report(bench_, model, report);
    if (!first) return;  // told by golden()
    const std::string wanted = document::write_json(*first);
    for (unsigned i = 0; i < options_.orders; ++i) {
      SampleModel other = model;
      other.shuffle(options_.seed + i);
      const auto again = try_report(bench_, other, report);
      if (again && document::write_json(*again) == wanted) continue;
      return add("determinism", report.id, Verdict::failed, again ? "another order of arrival gives another document:\n" + readable_difference(wanted, document::write_json(*again), kDifferenceLines) : again.error().sentence());
    }
    add("determinism", report.id, Verdict::passed, "the same document in " + std::to_string(options_.orders) + " orders of arrival");
  }

  // After all else was asked of it: a plugin that keeps something from call to call shows it now.
  void determinism_again(const ReportEntry& report, const SampleModel& model) {
    const auto first = try_report(bench_, model, report), second = try_report(bench_, model, report);
    if (!first) return;
    const bool is_same = second && document::write_json(*first) == document::write_json(*second);
    add("determinism", report.id + ", run again", is_same ? Verdict::passed : Verdict::failed, is_same ? "the same document after all other calls" : "the second run gives another document than the first");
  }

  Result<void> samples(const ReportEntry& report) {
    for (const std::string& name : sample_names()) {
      EVENHAND_TRY(const SampleModel model, sample_called(name));
      const auto made = try_report(bench_, model, report);
      const std::string about = report.id + ", " + name;
      if (!made) {
        // Nothing to say about nothing is an answer; it has to be a sentence all the same.
        add("samples", about, name == "empty" || name == "hostile" ? Verdict::noted : Verdict::failed, made.error().sentence());
        continue;
      }
      look_at(about, *made);
      check_page(about, *made);
    }
    return {};
  }

  void look_at(const std::string& about, const document::Document& document) {
    std::string all;
    for (const std::string& one : accessibility_findings(document)) all += (all.empty() ? "" : "\n") + one;
    add("accessibility", about, all.empty() ? Verdict::passed : Verdict::failed, all.empty() ? "captions, headings, alternatives and links are in order" : all);
    if (bench_.manifest.data_class < DataClass::personal) return;
    std::string small;
    for (const std::string& one : small_number_findings(document, 1, 7)) small += (small.empty() ? "" : "\n") + one;
    add("small numbers", about, small.empty() ? Verdict::passed : Verdict::failed, small.empty() ? "no count of people from 1 to 7" : small);
  }

  void check_page(const std::string& about, const document::Document& document) {
    const std::string page = document::write_html(document);
    if (page.find("<script") != std::string::npos) add("injection", about, Verdict::failed, "a text became a script in the page");
  }

  void canary(const ReportEntry& report) {
    const Canaries canaries = plugins::canaries();
    const auto made = try_report(bench_, canaries.model, report);
    std::string leaks, unused;
    const auto inspect = [&](std::string_view bytes, const char* where) {
      for (const std::string& token : tokens_in(canaries, bytes)) {
        const std::string& place = canaries.places.find(token)->second;
        const std::size_t dot = place.find('.');
        if (!bench_.manifest.may_read(place.substr(0, dot), place.substr(dot + 1))) leaks += (leaks.empty() ? "" : "\n") + place + " " + where;
      }
    };
    inspect(*bench_.last_input, "reached the plugin and is not declared");
    const std::string page = made ? document::write_json(*made) : "";
    inspect(page, "stands in the document and is not declared");
    if (!leaks.empty()) return add("canaries", report.id, Verdict::failed, leaks);
    const auto crossed = tokens_in(canaries, *bench_.last_input);
    const auto shown = tokens_in(canaries, page);
    std::string text = std::to_string(crossed.size()) + " of " + std::to_string(canaries.places.size()) + " texts reached it, " + std::to_string(shown.size()) + " stand in the document, all declared";
    add("canaries", report.id, made ? Verdict::passed : Verdict::noted, made ? text : text + "; " + made.error().sentence());
    for (const std::string& token : crossed) {
      if (std::find(shown.begin(), shown.end(), token) == shown.end()) unused += (unused.empty() ? "" : ", ") + canaries.places.find(token)->second;
    }
    if (!unused.empty()) add("unused", report.id, Verdict::noted, "it asks for texts that it did not show: " + unused + ". Leave out of \"reads\" what it does not need.");
  }

  void odd_inputs(const ReportEntry& report) {
    const std::shared_ptr<Plugin> plugin = bench_.registry.find_plugin(bench_.manifest.id);
    unsigned answered = 0, refusals = 0;
    for (unsigned i = 0; i < options_.odd_inputs; ++i) {
      const auto answer = plugin->run(EVENHAND_ABILITY_REPORT, odd_input(bench_.manifest, report.id, options_.seed + i));
      const auto document = answer ? document::decode_untrusted(view_of(*answer)) : Result<document::Document>(answer.error());
      if (document && document::write_html(*document).find("<script") != std::string::npos) {
        return add("odd inputs", report.id, Verdict::failed, "seed " + std::to_string(options_.seed + i) + ": a text became a script in the page");
      }
      if (document) ++answered;
      else if (answer || answer.error().code == ErrorCode::unavailable) {
        return add("odd inputs", report.id, Verdict::failed, "seed " + std::to_string(options_.seed + i) + ": " + document.error().sentence());
      } else ++refusals;
    }
    add("odd inputs", report.id, Verdict::passed, std::to_string(answered) + " answered, " + std::to_string(refusals) + " refused in a sentence");
  }

  const Workbench& bench_;
  const CheckOptions& options_;
  std::vector<CheckResult> results_;
};

}  // namespace

Result<std::vector<CheckResult>> run_checks(const Workbench& bench, const CheckOptions& options) { return Kit(bench, options).run(); }

}  // namespace evenhand::plugins
