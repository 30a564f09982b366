// The main job on real input: two published cycles and a made-up one, entered through the front door, scored and
// written as documents. Everything that it prints comes out of the workspaces that it makes.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"
#include "apps/cli/demo_partners.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/base/embedded.h"
#include "core/engine/import.h"
#include "core/os/files.h"
#include "core/os/process_environment.h"
#include "core/policy/scorecard.h"
#include "plugins/host/dashboard.h"
#include "plugins/host/run_report.h"
#include "plugins/host/score_input.h"
#include "plugins/pack/shipped.h"

namespace evenhand::cli {

namespace {

namespace fs = std::filesystem;
using plugins::Format;

struct DemoOptions {
  std::string folder = "out/demo";
  bool assume_uniform = false;
};

const std::string kIndent(13, ' ');
constexpr std::string_view kMarker = ".evenhand-demo";

// Makes the folder, or empties one that an earlier demo made; never touches anybody else's.
Result<void> prepare(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !fs::is_empty(folder, ignored)) {
    if (!fs::exists(folder / kMarker, ignored)) {
      return refused("this folder holds something else", folder, "Choose another one with: evenhand demo --to FOLDER");
    }
    EVENHAND_CHECK(remove_tree(folder));
  }
  fs::create_directories(folder, ignored);
  if (!fs::is_directory(folder, ignored)) return unavailable("the folder cannot be made", folder);
  return write_file_durably(folder / kMarker, view_of("Made by evenhand demo; emptied by the next one.\n"));
}

class Demo {
 public:
  Demo(Console& console, DemoOptions options)
      : console_(console), options_(std::move(options)), folder_(options_.folder), registry_(plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files())) {}

  Result<void> run() {
    EVENHAND_CHECK(prepare(folder_));
    EVENHAND_CHECK(published());
    EVENHAND_CHECK(fictional());
    EVENHAND_CHECK(show_partners(console_, folder_ / "partners", registry_));
    say("");
    say("Wrote " + std::to_string(files_) + " files into " + folder_.string() + "; begin with comparison.html there.");
    // As the person started it: who uses ./run has no evenhand on the path.
    say("Look closer:  " + harmless_line(environment_variable("EVENHAND_STARTED_AS").value_or("evenhand")) + " --workspace " + (folder_ / "published").string() + " status");
    return {};
  }

 private:
  void say(const std::string& line) { console_.print(line); }

  Result<Workspace> found(const std::string& name, const Founding& founding) {
    return Workspace::create(folder_ / name, founding, machine_clock(), machine_random());
  }

  Result<ImportOutcome> bring_in(Workspace& workspace, const std::string& path) {
    const auto text = embedded_file(path);
    EVENHAND_ASSERT(text.has_value(), "the demo's data files are part of the program");
    return import_data(workspace, *text, path, progress_for(console_), [] { return !was_stopped(); });
  }

  // --- two real cycles -------------------------------------------------------------------------------------------

  Result<void> published() {
    say("Two real cycles as published: read-only, under their source");
    EVENHAND_TRY(Workspace workspace, found("published", {"Reader of published reports", "Reader", "demo", false}));
    for (const char* name : {"ccs", "lpt"}) {
      EVENHAND_TRY(const ImportOutcome outcome, bring_in(workspace, std::string("data/published/") + name + "-2023-24.json"));
      say("  " + pad(upper(name), 11) + std::to_string(outcome.created) + " records from its " + outcome.file.title.substr(0, 18));
      if (!outcome.warnings.empty()) {
        say(kIndent + std::to_string(outcome.warnings.size()) + " printed figures cannot be right; kept as printed, and said so");
      }
    }
    say("");
    EVENHAND_CHECK(score_all(workspace));
    for (const char* name : {"CCS", "LPT"}) EVENHAND_CHECK(write_reports(workspace, folder_, name, {"eds-report"}));
    return write_comparison(workspace, folder_);
  }

  Result<void> score_all(const Workspace& workspace) {
    EVENHAND_TRY(const std::vector<Record> cycles, workspace.records("cycle"));
    for (const Record& cycle : cycles) {
      EVENHAND_TRY(const std::vector<Record> headers, workspace.records("report_header"));
      for (const Record& header : headers) {
        if (header.reference("cycle") != cycle.id()) continue;
        EVENHAND_TRY(const std::optional<Record> organisation, workspace.find(*header.reference("organisation")));
        if (organisation) EVENHAND_CHECK(score_one(workspace, *organisation, cycle));
      }
    }
    return {};
  }

  static std::string of_max(const Score& score) {
    return (score.total ? score.total->text() : "unknown") + " of " + std::to_string(score.max);
  }

  Result<void> score_one(const Workspace& workspace, const Record& organisation, const Record& cycle) {
    EVENHAND_TRY(const Framework framework, built_in_framework(cycle.text("framework")));
    EVENHAND_TRY(const ScoringPolicy policy, built_in_policy(cycle.text("policy")));
    EVENHAND_TRY(const plugins::GatheredFigures figures, plugins::gather_figures(workspace, organisation.id(), cycle.id(), framework));
    const Scorecard card = make_scorecard(figures.input, framework, policy);
    const std::string name = organisation.text("short_name").empty() ? organisation.text("name") : organisation.text("short_name");
    std::string total = "  " + pad(name, 11) + of_max(card.score);
    if (card.score.range && card.score.range->low != card.score.range->high) total += range_text(*card.score.range);
    total += card.band ? ", " + *card.band : ", no band";
    say(total + " [" + policy.code + " v" + std::to_string(policy.version) + "]");
    std::string line = kIndent;
    for (const DomainScore& domain : card.domains) line += "Domain " + domain.code + " " + pad(of_max(domain.score), 14);
    say(trim_end(line));
    if (!card.score.total) say_why_unknown(figures, framework, policy);
    return {};
  }

  static std::string range_text(const PointRange& range) {
    return " (" + std::to_string(range.low) + "-" + std::to_string(range.high) + ", a tie is open)";
  }

  // Where only ratings were printed, the total cannot be known; the range is said only on request, as an assumption.
  void say_why_unknown(const plugins::GatheredFigures& figures, const Framework& framework, const ScoringPolicy& policy) {
    std::string printed;
    for (const ServiceFigures& service : figures.input.services) {
      if (service.figures.rating) printed += (printed.empty() ? "" : ", ") + service.figures.rating->text();
    }
    for (const auto& [code, domain] : figures.input.domains) {
      if (domain.rating) printed += "; Domain " + code + " " + domain.rating->text();
    }
    if (printed.empty()) return say(kIndent + "Unknown: outcomes are not graded yet; the report lists them.");
    say(kIndent + "Published ratings of 3: services " + printed);
    for (const Record& record : figures.published) {
      if (record.text("level") == "organisation") say(kIndent + "Published overall: " + record.text("value") + " of 3, " + record.text("words"));
    }
    say(kIndent + "Unknown: one rating for four outcomes says none of their grades.");
    if (!options_.assume_uniform) return;
    const Scorecard assumed = make_scorecard(figures.input, framework, policy, Ratings::assume_uniform);
    if (!assumed.score.total || !assumed.score.range) return;
    say(kIndent + "Assumption, each rating read as the grade of all its outcomes: " + std::to_string(assumed.score.range->low) + "-" +
        std::to_string(assumed.score.range->high));
    say(kIndent + "of " + std::to_string(assumed.score.max) + ", " + assumed.score.total->text() + " with the tie open, " +
        (assumed.band ? *assumed.band : "no band"));
  }

  // --- a made-up ICS ---------------------------------------------------------------------------------------------

  Result<void> fictional() {
    say("");
    say("Demonstration: a made-up system of three made-up trusts");
    EVENHAND_TRY(Workspace workspace, found("fenmarsh", {"Fenmarsh demonstration desk", "Desk", "demo", true}));
    EVENHAND_TRY(const ImportOutcome outcome, bring_in(workspace, "data/demonstration/fenmarsh-2025-26.json"));
    say("  " + pad("Fenmarsh", 11) + std::to_string(outcome.created) + " records of every kind");
    EVENHAND_CHECK(score_all(workspace));
    const fs::path folder = folder_ / "demonstration";
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    EVENHAND_TRY(const std::vector<Record> headers, workspace.records("report_header"));
    for (const Record& header : headers) {
      EVENHAND_TRY(const std::optional<Record> organisation, workspace.find(*header.reference("organisation")));
      if (!organisation) continue;
      EVENHAND_CHECK(write_reports(workspace, folder, organisation->text("short_name"), {"eds-report", "services", "workforce", "leadership"}));
      EVENHAND_CHECK(write_dashboard(workspace, organisation->id(), folder / (lower(organisation->text("short_name")) + "-dashboard.html")));
    }
    return write_comparison(workspace, folder);
  }

  // --- documents -------------------------------------------------------------------------------------------------

  Result<void> write_reports(const Workspace& workspace, const fs::path& folder, const std::string& organisation,
                             const std::vector<std::string>& reports) {
    EVENHAND_TRY(const Record record, workspace.find_by_words("organisation", organisation));
    for (const std::string& report : reports) {
      const auto formats = report == "eds-report" ? std::vector{Format::html, Format::docx, Format::xlsx} : std::vector{Format::html};
      EVENHAND_CHECK(write_report(workspace, report, {.organisation = record.id(), .own_organisation = workspace.organisation(), .assume_uniform = options_.assume_uniform}, formats,
                                  folder / (lower(organisation) + "-" + report)));
    }
    return {};
  }

  Result<void> write_comparison(const Workspace& workspace, const fs::path& folder) {
    return write_report(workspace, "comparison", {.assume_uniform = options_.assume_uniform}, {Format::html, Format::xlsx, Format::csv}, folder / "comparison");
  }

  Result<void> write_report(const Workspace& workspace, const std::string& report, const plugins::ReportOptions& options,
                            const std::vector<Format>& formats, const fs::path& stem) {
    EVENHAND_TRY(const document::Document document, plugins::make_report(registry_, workspace, report, options));
    for (const Format format : formats) {
      EVENHAND_TRY(const std::string bytes, plugins::write_document(document, format));
      EVENHAND_CHECK(write_file_durably(stem.string() + "." + std::string(plugins::extension_of(format)), view_of(bytes)));
      ++files_;
    }
    return {};
  }

  Result<void> write_dashboard(const Workspace& workspace, const EntityId& organisation, const fs::path& file) {
    EVENHAND_TRY(const document::Document page, plugins::make_dashboard(registry_, workspace, {.organisation = organisation, .own_organisation = workspace.organisation()}));
    EVENHAND_TRY(const std::string bytes, plugins::write_document(page, Format::html));
    ++files_;
    return write_file_durably(file, view_of(bytes));
  }

  static std::string pad(std::string text, std::size_t width) { return text.size() < width ? text + std::string(width - text.size(), ' ') : text + " "; }
  static std::string trim_end(std::string text) { return text.erase(text.find_last_not_of(' ') + 1); }
  static std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  }
  static std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }

  Console& console_;
  DemoOptions options_;
  fs::path folder_;
  plugins::Registry registry_;
  int files_ = 0;
};

}  // namespace

void add_demo(CLI::App& root, Console& console) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* demo = add_command(root, "demo", "Look round: two real published cycles and a made-up one, scored and written as documents",
                               "  evenhand demo\n  evenhand demo --to out/demo --assume-uniform", [&console, options] {
                                 const auto outcome = Demo(console, *options).run();
                                 if (!outcome) console.fail(outcome.error());
                               });
  demo->group("Start");
  demo->add_option("--to", options->folder, "Folder to write into; emptied when an earlier demo made it")->capture_default_str();
  demo->add_flag("--assume-uniform", options->assume_uniform, "Also say what follows if a published rating were the grade of all its outcomes");
}

}  // namespace evenhand::cli
