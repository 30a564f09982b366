// Which plugins there are to run, and what is kept of their runs.
#include <sys/file.h>

#include <algorithm>

#include "apps/cli/examining.h"
#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "core/os/files.h"
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

fs::path runs_file(const fs::path& workspace) { return workspace / "plugins" / "runs.jsonl"; }

Result<std::shared_ptr<plugins::Runner>> run_native(const plugins::Manifest& manifest, const plugins::PluginFiles& files) {
  const auto library = files.find(kLibraryFile);
  if (library == files.end()) return not_found("the plugin's library is not there", std::string(kLibraryFile), "Build it: cmake -B build && cmake --build build");
  EVENHAND_TRY(const fs::path program, plugins::find_worker_program());
  return plugins::run_bytes_in_worker(manifest, library->second, program);
}

std::size_t deaths_of(const plugins::Plugin& plugin) { return plugin.runner ? plugin.runner->deaths() : 0; }

std::vector<RunTold> all_runs_of(const fs::path& workspace, std::string_view plugin) {
  std::vector<RunTold> runs;
  const auto bytes = read_file(runs_file(workspace), kRunsBytesMax);
  std::string_view text = bytes ? text_of(*bytes) : std::string_view();
  for (; !text.empty(); text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1)) {
    const auto json = parse_json(text.substr(0, text.find('\n')));
    if (!json) continue;  // cut short when power was lost
    const auto word = [&](const char* key) { return json->find(key) ? json->find(key)->text() : std::string(); };
    const auto is = [&](const char* key) { return json->find(key) && json->find(key)->boolean().value_or(false); };
    if (word("plugin") != plugin) continue;
    runs.push_back({word("when"), word("plugin"), word("what"), json->find("ms") ? json->find("ms")->integer().value_or(0) : 0, word("outcome"), is("failed"), is("killed")});
  }
  return runs;
}

// The log is for ever and for everybody in the organisation: what a plugin says, or a person typed, stays on this computer.
std::string_view outcome_for_all(const RunTold& run) { return run.was_killed ? "died or was stopped" : "failed"; }

plugins::RunCounts counts_of_day(const fs::path& workspace, const plugins::Manifest& manifest, std::string_view day) {
  plugins::RunCounts counts;
  for (const RunTold& run : all_runs_of(workspace, manifest.id)) {
    if (!run.when.starts_with(day)) continue;
    ++counts.runs;
    counts.failed += run.has_failed ? 1 : 0;
    counts.killed += run.was_killed ? 1 : 0;
    if (run.has_failed) counts.outcome = outcome_for_all(run);
  }
  return counts;
}

}  // namespace

std::optional<RecordChange> runs_to_record(const Workspace& workspace, const plugins::Plugin& plugin) {
  if (!plugins::are_runs_on_record(plugin)) return std::nullopt;
  const std::string when = clock_text(machine_clock().now());
  const plugins::RunDay today{plugin.manifest.id, when.substr(0, when.find(' ')), workspace.keystore().device().public_key().hex()};
  plugins::RunCounts counts = counts_of_day(workspace.folder(), plugin.manifest, today.day);
  const auto told = plugins::runs_told(workspace, today);
  if (!told || !plugins::is_due(*told, counts)) return std::nullopt;
  // Whoever lost the file of runs counts anew from there; what is on record never shrinks.
  counts.runs = std::max(counts.runs, told->runs), counts.failed = std::max(counts.failed, told->failed), counts.killed = std::max(counts.killed, told->killed);
  return plugins::runs_made(plugin, today, counts);
}

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
  std::error_code ignored;
  if (!fs::exists(workspace, ignored) || !make_private_folder(file.parent_path())) return;
  const auto folder = FileHandle::open_to_read(file.parent_path());
  if (folder) (void)::flock(folder->descriptor(), LOCK_EX);  // until it is closed, so that no line of another process is lost
  std::string text;
  if (const auto before = read_file(file, kRunsBytesMax); before) text = text_of(*before);
  const std::string line = write_json(Json::object().set("when", run.when).set("plugin", run.plugin).set("what", run.what).set("ms", run.ms).set("outcome", run.outcome)
                                          .set("failed", run.has_failed).set("killed", run.was_killed)) + "\n";
  if (text.size() + line.size() > kRunsBytesMax) text.erase(0, text.find('\n', text.size() / 2) + 1);
  (void)write_file_whole(file, view_of(text + line)).ok();
}

RunWatch::RunWatch(const plugins::Plugin& plugin) : plugin_(plugin), deaths_(deaths_of(plugin)) {}

void RunWatch::tell(Workspace& workspace, Console& console, std::string what, const Result<void>& ended, const std::string& but) const {
  if (console.dry_run) return;  // which leaves nothing behind, not even that it ran
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_).count();
  std::string outcome = outcome_of(plugin_.manifest, ended);
  if (ended && !but.empty()) outcome += ", but " + but;
  tell_run(workspace.folder(), {clock_text(machine_clock().now()), plugin_.manifest.id, std::move(what), ms, std::move(outcome), !ended, !ended && deaths_of(plugin_) > deaths_});
  if (!ended) record_runs(workspace, console, plugin_);
}

void ValidatorRuns::add(const plugins::Plugin& plugin, const std::string& validator, const Result<void>& ended, std::chrono::nanoseconds took) {
  Run& run = runs_.try_emplace({plugin.manifest.id, validator}, Run{plugin, 0, {}, Result<void>(), 0}).first->second;
  ++run.records;
  run.took += took;
  run.deaths = deaths_of(plugin);
  if (run.ended) run.ended = ended;
}

void ValidatorRuns::tell(Workspace& workspace, Console& console) const {
  if (console.dry_run) return;
  for (const auto& [named, run] : runs_) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(run.took).count();
    tell_run(workspace.folder(), {clock_text(machine_clock().now()), named.first, "validator " + named.second + ", " + counted(run.records, "record"), ms, outcome_of(run.plugin.manifest, run.ended), !run.ended, run.deaths > 0});
    record_runs(workspace, console, run.plugin);
  }
}

std::vector<RunTold> runs_of(const fs::path& workspace, std::string_view plugin, std::size_t most) {
  std::vector<RunTold> runs = all_runs_of(workspace, plugin);
  std::reverse(runs.begin(), runs.end());
  if (runs.size() > most) runs.resize(most);
  return runs;
}

std::string outcome_of(const plugins::Manifest& manifest, const Result<void>& ended) {
  if (ended) return "done";
  return plugins::may_speak_of_people(manifest) ? std::string(to_word(ended.error().code)) : ended.error().sentence();
}

}  // namespace evenhand::cli
