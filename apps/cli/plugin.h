/// What the commands about plugins share.
///
/// Threads: one.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "apps/cli/session.h"
#include "plugins/catalogue/catalogue.h"
#include "plugins/catalogue/runs.h"
#include "plugins/host/registry.h"
#include "plugins/host/run_report.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

/// A native plugin's library, within its folder.
inline constexpr std::string_view kLibraryFile = "plugin.so";

/// Packs in this process, native plugins in a process of their own.
const plugins::Runners& runners();

/// plugins::examine(), and whether a native plugin has its library: what may be passed on and installed.
std::vector<plugins::Refusal> examine_whole(const plugins::PluginFiles& files);

/// What comes with the program.
plugins::Registry shipped();
/// That and, unless --safe or EVENHAND_SAFE, those installed in the workspace.
plugins::Registry registry_of(const Workspace& workspace, const Console& console);
/// The same where there may be no workspace yet.
plugins::Registry registry_anywhere(const Console& console);
void tell_set_aside(Console& console, const plugins::Registry& registry);

/// What a run left behind on this computer, for `plugin trace`: when, how long, how it ended. What a plugin said is kept only
/// when it reads nothing about people.
struct RunTold {
  std::string when;
  std::string plugin;
  std::string what;  ///< "report walks", "export list", "command plan", "view rows", "validator dates, 3 records"
  std::int64_t ms = 0;
  std::string outcome;      ///< "done", "done, but …", or the reason
  bool has_failed = false;
  bool was_killed = false;  ///< died, or was stopped
};
/// Adds one, where there is a workspace; never fails what it tells about.
void tell_run(const std::filesystem::path& workspace, const RunTold& run);
/// Tells of a run that began when the watch was made: on this computer, and on record when an installed plugin failed.
class RunWatch {
 public:
  explicit RunWatch(const plugins::Plugin& plugin);
  /// `but`: what stands against what it made; empty: nothing. One that ended well is put on record by whoever hands out what it made.
  void tell(Workspace& workspace, Console& console, std::string what, const Result<void>& ended, const std::string& but = "") const;

 private:
  const plugins::Plugin& plugin_;
  std::size_t deaths_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};
/// Validators that were asked in one command of a person's: told once each, however many records they looked at.
class ValidatorRuns {
 public:
  void add(const plugins::Plugin& plugin, const std::string& validator, const Result<void>& ended, std::chrono::nanoseconds took);
  void tell(Workspace& workspace, Console& console) const;

 private:
  struct Run {
    plugins::Plugin plugin;
    std::size_t records = 0;
    std::chrono::nanoseconds took{};
    Result<void> ended;  ///< of the first that failed
    std::size_t deaths = 0;
  };
  std::map<std::pair<std::string, std::string>, Run> runs_;  ///< by plugin and validator
};
/// Those of one plugin, the last one first, at most `most`.
std::vector<RunTold> runs_of(const std::filesystem::path& workspace, std::string_view plugin, std::size_t most);
/// How a run of that plugin ended, without what must not stand in a log.
std::string outcome_of(const plugins::Manifest& manifest, const Result<void>& ended);
/// What of today's runs here is not on record and has to be; nothing: all is told (plugins/catalogue/runs.h).
std::optional<RecordChange> runs_to_record(const Workspace& workspace, const plugins::Plugin& plugin);
/// Puts it on record; where that cannot be, a word about it. Nothing in a dry run.
void record_runs(Workspace& workspace, Console& console, const plugins::Plugin& plugin);

/// Documents of installed plugins, and all that read about people, are on record: who made what of which data.
bool is_on_record(const plugins::Plugin& plugin);
/// Puts it on record when it has to be, and with it that the plugin ran. Where that cannot be, what reads about people is refused, and all else goes on with a
/// word about it. `what`: id of the report or export. Gives the record, or none. Errors: those of submit().
Result<std::vector<EntityId>> put_on_record(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format,
                                            const std::string& bytes);
/// Removes such records when nobody got what they tell of. Gives `why` that was, and says in it when the records had to stay.
Error take_off_record(Workspace& workspace, const std::vector<EntityId>& documents, Error why);
/// The same before it is made: what reads about people and could not be on record is not made. Errors: as above.
Result<void> check_on_record(Workspace& workspace, const plugins::Plugin& plugin);
/// A document's format: as said, else as the file's name says, else a page. Errors: refused (no such format; a .csv, which would hold a ZIP).
Result<plugins::Format> document_format(const std::string& format, const std::string& to);
/// Hands out what a plugin made: to standard output when `to` is empty or "-", else to that file, which is then whole or as it was.
/// What is about people is on record before anybody has it, and a file that could not be written is taken off the record again.
/// Errors: those of put_on_record(), unavailable.
Result<void> hand_out(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format,
                      const std::string& bytes, const std::string& to);
/// The same of what several made: `record` puts them on record, and gives the records.
Result<void> hand_out(Workspace& workspace, Console& console, const std::string& bytes, const std::string& to, const std::function<Result<std::vector<EntityId>>()>& record);
/// For writing when what that plugin makes goes on record and the workspace can be had for it, else for reading.
OpenMode mode_to_record(Console& console, const plugins::Plugin* plugin);
/// For writing; with --dry-run for reading where another process writes. submit() says then that nothing was held against the records.
OpenMode mode_to_change(Console& console);

/// The line of a public key, given as that line or as the file that holds it. Errors: corrupt, unavailable.
Result<std::string> public_key_line(const std::string& words);

void add_plugin_install(CLI::App& family, Console& console);  ///< install, remove
void add_plugin_trust(CLI::App& family, Console& console);    ///< trust, key new, sign
void add_plugin_author(CLI::App& family, Console& console);   ///< new, check, test, pack
void add_plugin_dev(CLI::App& family, Console& console);      ///< dev
void add_plugin_command(CLI::App& family, Console& console);  ///< run
void add_plugin_views(CLI::App& family, Console& console);    ///< views, rebuild

}  // namespace evenhand::cli
