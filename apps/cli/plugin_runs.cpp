// Which plugins there are to run, and what is kept of their runs.
#include <algorithm>

#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "core/os/files.h"
#include "core/os/process_environment.h"
#include "plugins/host/built_in.h"
#include "plugins/host/people_views.h"
#include "plugins/kit/workbench.h"
#include "plugins/pack/pack.h"
#include "plugins/pack/shipped.h"
#include "plugins/worker/worker.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRunsBytesMax = 1048576;

bool is_safe_mode(const Console& console) {
  const auto set = environment_variable("EVENHAND_SAFE");
  return console.safe || (set && !set->empty());
}

fs::path runs_file(const fs::path& workspace) { return workspace / "plugins" / "runs.jsonl"; }

Result<std::shared_ptr<plugins::Runner>> run_native(const plugins::Manifest& manifest, const plugins::PluginFiles& files) {
  const auto library = files.find(kLibraryFile);
  if (library == files.end()) return not_found("the plugin's library is not there", std::string(kLibraryFile), "Build it: cmake -B build && cmake --build build");
  EVENHAND_TRY(const fs::path program, plugins::find_worker_program());
  return plugins::run_bytes_in_worker(manifest, library->second, program);
}

}  // namespace

std::vector<plugins::Refusal> examine_whole(const plugins::PluginFiles& files) {
  std::vector<plugins::Refusal> refusals = plugins::examine(files);
  if (plugins::first_error(refusals) != nullptr || files.contains(kLibraryFile)) return refusals;
  if (plugins::examine_manifest(files.at("plugin.json")).manifest.kind != plugins::Kind::native) return refusals;
  refusals.push_back({"plugin.no-file", std::string(kLibraryFile), 0, "", "no such file", "the plugin's library", "Build it: cmake -B build && cmake --build build"});
  return refusals;
}

plugins::Registry shipped() { return plugins::shipped_plugins(plugins::built_in_plugins(), plugins::shipped_pack_files()); }

const plugins::Runners& runners() {
  static const plugins::Runners kRunners{plugins::open_pack, run_native};
  return kRunners;
}

plugins::Registry registry_of(const Workspace& workspace, const Console& console) {
  plugins::Registry registry = shipped();
  if (!is_safe_mode(console)) plugins::load_installed(workspace, workspace.folder(), runners(), registry);
  if (!console.language.empty()) registry.put_into(console.language);
  return registry;
}

plugins::Registry registry_anywhere(const Console& console) {
  const fs::path folder = workspace_folder(console);
  std::error_code ignored;
  if (!is_safe_mode(console) && fs::exists(folder / "plugins", ignored)) {
    if (const auto workspace = Workspace::open(folder, OpenMode::read_only, machine_clock(), machine_random()); workspace) return registry_of(*workspace, console);
  }
  plugins::Registry registry = shipped();
  if (!console.language.empty()) registry.put_into(console.language);
  return registry;
}

void tell_set_aside(Console& console, const plugins::Registry& registry) {
  for (const plugins::SetAside& plugin : registry.set_aside()) console.say("Set aside: " + plugin.plugin + ": " + plugin.why.sentence());
}

void tell_run(const fs::path& workspace, const RunTold& run) {
  const fs::path file = runs_file(workspace);
  std::string text;
  if (const auto before = read_file(file, kRunsBytesMax); before) text = text_of(*before);
  const std::string line = write_json(Json::object().set("when", run.when).set("plugin", run.plugin).set("what", run.what).set("ms", run.ms).set("outcome", run.outcome)) + "\n";
  if (text.size() + line.size() > kRunsBytesMax) text.erase(0, text.find('\n', text.size() / 2) + 1);
  std::error_code ignored;
  if (fs::exists(workspace, ignored) && make_private_folder(file.parent_path())) (void)write_file_whole(file, view_of(text + line)).ok();
}

void RunWatch::tell(const fs::path& workspace, const plugins::Manifest& manifest, std::string what, const Result<void>& ended) const {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_).count();
  tell_run(workspace, {clock_text(machine_clock().now()), manifest.id, std::move(what), ms, outcome_of(manifest, ended)});
}

void ValidatorRuns::add(const plugins::Manifest& manifest, const std::string& validator, const Result<void>& ended, std::chrono::nanoseconds took) {
  Run& run = runs_[{manifest.id, validator}];
  ++run.records;
  run.took += took;
  if (run.outcome.empty() || run.outcome == "done") run.outcome = outcome_of(manifest, ended);
}

void ValidatorRuns::tell(const fs::path& workspace) const {
  for (const auto& [named, run] : runs_) {
    tell_run(workspace, {clock_text(machine_clock().now()), named.first, "validator " + named.second + ", " + counted(run.records, "record"), std::chrono::duration_cast<std::chrono::milliseconds>(run.took).count(), run.outcome});
  }
}

std::vector<RunTold> runs_of(const fs::path& workspace, std::string_view plugin, std::size_t most) {
  std::vector<RunTold> runs;
  const auto bytes = read_file(runs_file(workspace), kRunsBytesMax);
  std::string_view text = bytes ? text_of(*bytes) : std::string_view();
  for (; !text.empty(); text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1)) {
    const auto json = parse_json(text.substr(0, text.find('\n')));
    if (!json) continue;  // cut short when power was lost
    const auto word = [&](const char* key) { return json->find(key) ? json->find(key)->text() : std::string(); };
    if (word("plugin") != plugin) continue;
    runs.push_back({word("when"), word("plugin"), word("what"), json->find("ms") ? json->find("ms")->integer().value_or(0) : 0, word("outcome")});
  }
  std::reverse(runs.begin(), runs.end());
  if (runs.size() > most) runs.resize(most);
  return runs;
}

std::string outcome_of(const plugins::Manifest& manifest, const Result<void>& ended) {
  if (ended) return "done";
  return plugins::may_speak_of_people(manifest) ? std::string(to_word(ended.error().code)) : ended.error().sentence();
}

}  // namespace evenhand::cli
