// plugin new, check, test, pack: what an author does before anybody else meets the plugin.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "core/os/files.h"
#include "plugins/catalogue/archive.h"
#include "plugins/kit/checks.h"
#include "plugins/kit/scaffold.h"
#include "plugins/kit/workbench.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

struct Words {
  std::string what;
  std::string name;
  std::string kind = "pack";
  std::string place = "report";
  std::string to;
  std::string folder = ".";
  plugins::CheckOptions check;
};

Result<void> write_all(const fs::path& folder, const plugins::PluginFiles& files) {
  for (const auto& [name, bytes] : files) {
    const fs::path file = folder / name;
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    if (failed) return system_error(failed.value(), "cannot make the folder", file.parent_path());
    EVENHAND_CHECK(write_file_whole(file, view_of(bytes)));
  }
  return {};
}

Result<void> make_new(Console& console, const Words& words) {
  EVENHAND_TRY(const plugins::Scaffold made, plugins::scaffold_report(words.kind, words.name, words.place));
  // A report's id is unique among all plugins of a workspace; a scaffold's id ends in its report's.
  const std::string report = made.id.substr(made.id.rfind('.') + 1);
  if (const auto taken = shipped().find_report(report)) return refused("a report of that id comes with the program", report + " of " + taken->plugin->manifest.id, "Choose another name.");
  const fs::path folder = words.to.empty() ? fs::path(made.folder) : fs::path(words.to);
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !fs::is_empty(folder, ignored)) return refused("this folder holds something already", folder.string(), "Choose another one: --to DIR");
  if (console.dry_run) return console.say("Would make " + folder.string() + " with " + std::to_string(made.files.size()) + " files. Nothing was saved (--dry-run)."), Result<void>();
  if (const auto written = write_all(folder, made.files); !written) {
    for (const auto& [name, bytes] : made.files) (void)remove_tree(folder / *fs::path(name).begin()).ok();  // nothing else was there
    return written;
  }
  if (console.json) {
    Json names = Json::array();
    for (const auto& [name, bytes] : made.files) names.push(name);
    console.out << write_json(Json::object().set("folder", folder.string()).set("plugin", made.id).set("files", names), JsonStyle::pretty);
    return {};
  }
  std::string list;
  for (const auto& [name, bytes] : made.files) list += (list.empty() ? "" : ", ") + name;
  console.print("Made " + folder.string() + " (" + list + ")");
  const std::string at = plugins::shell_word(folder);
  console.say("Next: " + (words.kind == "native" ? "cmake -S " + at + " -B build && cmake --build build && evenhand plugin test " + at
                          : words.kind == "pack" ? "evenhand plugin test " + at : "read " + plugins::shell_word(folder / "README.md")));
  return {};
}

void say_left_out(Console& console, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  if (!names.empty()) console.say("Left out, being no part of a plugin: " + list);
}

Result<void> check(Console& console, const Words& words) {
  std::vector<std::string> left_out;
  EVENHAND_TRY(const plugins::PluginFiles files, plugins::read_author_folder(words.folder, &left_out));
  say_left_out(console, left_out);
  const std::vector<plugins::Refusal> refusals = examine_whole(files);
  Json list = Json::array();
  for (const plugins::Refusal& one : refusals) {
    if (!console.json) console.print(one.sentence());
    list.push(Json::object().set("code", one.code).set("file", one.file).set("line", one.line).set("path", one.path).set("found", one.found).set("wanted", one.wanted).set("next", one.next)
                  .set("severity", one.severity == plugins::Severity::error ? "error" : "warning"));
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  if (plugins::first_error(refusals)) return console.exit = Exit::blockers, Result<void>();
  const plugins::Manifest manifest = plugins::examine_manifest(files.at("plugin.json")).manifest;
  if (!console.json) console.print("In order: " + std::to_string(files.size()) + " files. Reads " + std::string(to_word(manifest.data_class)) + " data.");
  if (manifest.kind == plugins::Kind::built_in) console.say("It is built in: only a program that is built with it runs and tests it.");
  return {};
}

Result<void> test(Console& console, const Words& words) {
  const plugins::Registry others = console.workspace.empty() ? plugins::Registry() : registry_anywhere(console);
  EVENHAND_TRY(const plugins::Workbench bench, plugins::Workbench::open(words.folder, runners(), plugins::built_in_plugins(), &others));
  plugins::CheckOptions options = words.check;
  options.is_dry_run = console.dry_run;
  EVENHAND_TRY(const std::vector<plugins::CheckResult> results, plugins::run_checks(bench, options));
  static constexpr const char* kVerdicts[] = {"passed", "note", "FAILED"};
  Json list = Json::array();
  std::size_t failed = 0;
  for (const plugins::CheckResult& one : results) {
    failed += one.verdict == plugins::Verdict::failed ? 1 : 0;
    const char* verdict = kVerdicts[static_cast<std::size_t>(one.verdict)];
    list.push(Json::object().set("check", one.check).set("about", one.about).set("verdict", verdict).set("text", one.text));
    if (console.json || (one.verdict == plugins::Verdict::passed && console.quiet)) continue;
    std::string text = one.text;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) text.insert(at + 1, "          ");
    console.print(std::string(verdict) + std::string(8 - std::string_view(verdict).size(), ' ') + one.check + " (" + one.about + "): " + text);
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  else console.print(failed == 0 ? "All " + std::to_string(results.size()) + " checks passed." : std::to_string(failed) + " of " + std::to_string(results.size()) + " checks failed.");
  if (console.dry_run && words.check.accept) console.say("Nothing was saved (--dry-run).");
  if (failed > 0) console.exit = Exit::blockers;
  return {};
}

Result<void> pack(Console& console, const Words& words) {
  std::vector<std::string> left_out;
  EVENHAND_TRY(const plugins::PluginFiles files, plugins::read_author_folder(words.folder, &left_out));
  say_left_out(console, left_out);
  const std::vector<plugins::Refusal> refusals = examine_whole(files);
  if (const plugins::Refusal* wrong = plugins::first_error(refusals)) return refused(wrong->sentence(), words.folder, "All of them: evenhand plugin check " + plugins::shell_word(words.folder));
  const plugins::Manifest manifest = plugins::examine_manifest(files.at("plugin.json")).manifest;
  if (manifest.kind == plugins::Kind::built_in) return refused("a built-in plugin is part of a program and cannot be passed on as a file", manifest.id, "Make it a native one: \"kind\": \"native\", and EVENHAND_NATIVE_PLUGIN in its code.");
  EVENHAND_TRY(const std::string archive, plugins::write_archive(files));
  const std::string to = words.to.empty() ? manifest.id + "-" + manifest.version + ".evhp" : words.to;
  if (console.dry_run) return console.say("Would write " + to + ", " + with_commas(archive.size()) + " bytes. Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(write_file_durably(to, view_of(archive)));
  const std::string digest = plugins::digest_of(files);
  if (console.json) console.out << write_json(Json::object().set("file", to).set("bytes", archive.size()).set("digest", digest), JsonStyle::pretty);
  else console.print("Packed " + to + ", " + with_commas(archive.size()) + " bytes, digest " + digest);
  return {};
}

}  // namespace

void add_plugin_author(CLI::App& family, Console& console) {
  const auto words = std::make_shared<Words>();
  const auto alone = [words, &console](Result<void> (*verb)(Console&, const Words&)) {
    return [words, &console, verb] {
      if (const auto done = verb(console, *words); !done) console.fail(done.error());
    };
  };
  CLI::App* make = add_command(family, "new", "Write a working plugin to begin from", "  evenhand plugin new report \"Actions by lead\"\n  evenhand plugin new report \"Actions by lead\" --kind native --to actions", alone(make_new));
  make->add_option("what", words->what, "What it is to make: report")->required()->check(CLI::IsMember({"report"}))->type_name("WHAT");
  make->add_option("name", words->name, "What people will call it")->required()->type_name("NAME");
  make->add_option("--kind", words->kind, "pack (no code), native (C++) or builtin (C++, linked in; default: pack)")->check(CLI::IsMember({"pack", "native", "builtin"}))->type_name("KIND");
  make->add_option("--place", words->place, "Where it stands: report, page (of the desk) or card (of the dashboard; default: report)")->check(CLI::IsMember({"report", "page", "card"}))->type_name("PLACE");
  make->add_option("--to", words->to, "Folder to make (default: the name in small letters)")->type_name("DIR");
  CLI::App* check_verb = add_command(family, "check", "Say all that is wrong with its files, without running it", "  evenhand plugin check walks\n  evenhand plugin check walks --json", alone(check));
  CLI::App* test_verb = add_command(family, "test", "Try all that it contributes: golden files, orders of arrival, batches, canaries, odd inputs",
                                    "  evenhand plugin test walks\n  evenhand plugin test walks --accept\n  evenhand plugin test walks --only walks --seed 12 --orders 1 --odd-inputs 1", alone(test));
  test_verb->add_flag("--accept", words->check.accept, "Write the golden files anew, and show what changed");
  test_verb->add_option("--only", words->check.only, "Try only what has this id in plugin.json")->type_name("ID");
  test_verb->add_option("--orders", words->check.orders, "How many orders of arrival for each contribution (default: 5)")->check(CLI::Range(0u, 10000u))->type_name("NUMBER");
  test_verb->add_option("--odd-inputs", words->check.odd_inputs, "How many odd inputs for each contribution (default: 60)")->check(CLI::Range(0u, 100000u))->type_name("NUMBER");
  test_verb->add_option("--seed", words->check.seed, "Where chance begins; a failure says its own (default: 1)")->type_name("NUMBER");
  CLI::App* pack_verb = add_command(family, "pack", "Put it into one file to pass on", "  evenhand plugin pack walks\n  evenhand plugin pack walks --to walks.evhp", alone(pack));
  pack_verb->add_option("--to", words->to, "File to write (default: its id and version)")->type_name("FILE");
  for (CLI::App* command : {check_verb, test_verb, pack_verb}) command->add_option("folder", words->folder, "Its folder (default: this one)")->type_name("DIR");
}

}  // namespace evenhand::cli
