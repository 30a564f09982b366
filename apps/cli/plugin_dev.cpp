// plugin dev: a page that is made anew whenever a file of the plugin is saved.
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>

#include "apps/cli/plugin.h"
#include "core/os/files.h"
#include "core/os/folder_watch.h"
#include "plugins/document/html.h"
#include "plugins/kit/samples.h"
#include "plugins/kit/workbench.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kWaitMs = 250;  // how soon Ctrl-C is noticed
constexpr std::uint32_t kQuietMs = 20;

struct Words {
  std::string folder = ".";
  std::string sample;
  std::string to;
  bool once = false;
};

struct Tried {
  std::shared_ptr<Model> model;
  plugins::ReportOptions options = {};
};

Result<Tried> workspace_for(Console& console) {
  EVENHAND_TRY(Workspace opened, Workspace::open(console.workspace, OpenMode::read_only, machine_clock(), machine_random()));
  const auto workspace = std::make_shared<Workspace>(std::move(opened));
  plugins::ReportOptions options;
  options.own_organisation = workspace->organisation();
  if (!console.organisation.empty()) {
    EVENHAND_TRY(const Record organisation, organisation_of(*workspace, console));
    options.organisation = organisation.id();
  }
  if (!console.cycle.empty()) {
    EVENHAND_TRY(const Record cycle, cycle_of(*workspace, console, CycleUse::read));
    options.cycle = cycle.id();
  }
  return Tried{workspace, options};
}

// The sample named, else the workspace named, else the author's own sample, else the small one.
Result<Tried> model_for(Console& console, const Words& words) {
  if (words.sample.empty() && !console.workspace.empty()) return workspace_for(console);
  if (!console.organisation.empty() || !console.cycle.empty()) return refused("--org and --cycle choose within a workspace, not within a sample", "", "Name one: --workspace DIR");
  if (words.sample.empty()) {
    EVENHAND_TRY(plugins::SampleModel own, plugins::own_sample(words.folder));
    return Tried{std::make_shared<plugins::SampleModel>(std::move(own))};
  }
  EVENHAND_TRY(plugins::SampleModel sample, plugins::sample_called(words.sample));
  return Tried{std::make_shared<plugins::SampleModel>(std::move(sample))};
}

Result<std::vector<std::string>> make_pages(Console& console, const Words& words) {
  const plugins::Registry others = console.workspace.empty() ? plugins::Registry() : registry_anywhere(console);
  EVENHAND_TRY(const plugins::Workbench bench, plugins::Workbench::open(words.folder, runners(), plugins::built_in_plugins(), &others));
  // Nobody agreed to these files, and nothing that they make goes on record.
  if (words.sample.empty() && !console.workspace.empty() && plugins::is_about_people(bench.manifest.data_class)) {
    return refused("this plugin reads about people, and nobody has agreed to it in that workspace", bench.manifest.id, "Try it on a sample: leave out --workspace, or say --sample small. Else install it.");
  }
  EVENHAND_TRY(const Tried tried, model_for(console, words));
  std::vector<std::string> pages;
  for (const plugins::ReportEntry& report : bench.manifest.reports) {
    EVENHAND_TRY(const document::Document document, plugins::try_report(bench, *tried.model, report, tried.options));
    const fs::path to = words.to.empty() ? fs::path(words.folder) / (report.id + ".html") : fs::path(words.to) / (report.id + ".html");
    if (!console.dry_run) EVENHAND_CHECK(write_file_whole(to, view_of(document::write_html(document))));
    pages.push_back(to.string());
  }
  return pages;
}

Result<void> refresh(Console& console, const Words& words) {
  const auto began = std::chrono::steady_clock::now();
  const auto pages = make_pages(console, words);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  if (!pages) return pages.error();
  for (const std::string& page : *pages) console.print((console.dry_run ? "Would write " : "") + page + "  " + std::to_string(ms) + " ms");
  console.out.flush();
  return {};
}

Result<void> dev(Console& console, const Words& words) {
  if (words.once || console.dry_run) return refresh(console, words);
  (void)was_stopped();  // from here on Ctrl-C only ends the watch
  EVENHAND_TRY(FolderWatch watch, FolderWatch::open(words.folder));
  console.say("Watching " + words.folder + ". Ctrl-C ends it.");
  for (bool changed = true; !was_stopped();) {
    // What is wrong is told, and the page stays as it was: the next save mends it.
    if (changed) {
      if (const auto done = refresh(console, words); !done) console.say(done.error().sentence());
    }
    EVENHAND_TRY(const bool again, watch.wait(kWaitMs, kQuietMs));
    changed = again;
  }
  return {};
}

}  // namespace

void add_plugin_dev(CLI::App& family, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* command = add_command(family, "dev", "Make the page anew whenever a file is saved", "  evenhand plugin dev walks --once\n  evenhand plugin dev walks --once --sample three-trusts", [words, &console] {
    if (const auto done = dev(console, *words); !done) console.fail(done.error());
  });
  command->add_option("folder", words->folder, "Its folder (default: this one)")->type_name("DIR");
  command->add_option("--sample", words->sample, "small, three-trusts, empty or hostile (default: --workspace, else its sample.json)")->type_name("NAME");
  command->add_option("--to", words->to, "Folder for the pages (default: the plugin's)")->type_name("DIR");
  command->add_flag("--once", words->once, "Make the pages once, and end");
}

}  // namespace evenhand::cli
