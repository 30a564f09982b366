// Documents made by plugins, and their runs, put on record.
#include <ostream>

#include "apps/cli/plugin.h"
#include "apps/cli/session.h"
#include "core/os/files.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "core/os/workspace_lock.h"
#include "plugins/catalogue/catalogue.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

// Opened for reading because another process writes: people are told of that process.
Error reason(const Workspace& workspace, const Error& error) {
  if (workspace.is_holder()) return error;
  const auto lock = WorkspaceLock::take(workspace.folder() / "lock", "evenhand", "asking");
  return !lock && lock.error().where == kHeldByAnother ? lock.error() : error;
}

}  // namespace

bool is_on_record(const plugins::Plugin& plugin) { return !plugin.digest.empty() || plugins::is_about_people(plugin.manifest.data_class); }

Result<void> put_on_record(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format, const std::string& bytes) {
  if (!is_on_record(plugin)) return {};
  Command command;
  command.is_upkeep = true;  // undo takes back what a person did, not that it is known
  command.changes.push_back(plugins::document_made(plugin, what, format, bytes));
  if (auto runs = runs_to_record(workspace, plugin)) command.changes.push_back(std::move(*runs));
  const auto recorded = workspace.submit(command);
  if (recorded) return {};
  const Error why = reason(workspace, recorded.error());
  if (plugins::is_about_people(plugin.manifest.data_class)) {
    return Error{why.code, "this reads about people, so that it was made has to be on record, and it cannot be: " + why.what, why.where, why.next};
  }
  console.say("That it was made is not on record: " + why.sentence());
  return {};
}

void record_runs(Workspace& workspace, Console& console, const plugins::Plugin& plugin) {
  if (console.dry_run) return;
  auto runs = runs_to_record(workspace, plugin);
  if (!runs) return;
  Command command;
  command.is_upkeep = true;
  command.changes.push_back(std::move(*runs));
  if (const auto recorded = workspace.submit(command); !recorded) {
    console.say("That " + plugin.manifest.id + " ran is not on record: " + reason(workspace, recorded.error()).sentence());
  }
}

Result<void> hand_out(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format, const std::string& bytes, const std::string& to) {
  if (to.empty() || to == "-") {
    EVENHAND_CHECK(put_on_record(workspace, console, plugin, what, format, bytes));
    console.out << bytes;
    return {};
  }
  const fs::path file = to;
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) return unavailable("this is a folder, not a file", to);
  const fs::path beside = file.parent_path() / ("." + file.filename().string() + ".not-yet");
  EVENHAND_CHECK(write_file_durably(beside, view_of(bytes)));
  if (const auto recorded = put_on_record(workspace, console, plugin, what, format, bytes); !recorded) {
    (void)remove_tree(beside).ok();
    return recorded;
  }
  return rename_durably(beside, file);
}

OpenMode mode_to_record(Console& console, const plugins::Plugin* plugin) {
  if (plugin == nullptr || console.dry_run || !is_on_record(*plugin)) return OpenMode::read_only;
  const auto workspace = Workspace::open(workspace_folder(console), OpenMode::read_write, machine_clock(), machine_random());
  return workspace ? OpenMode::read_write : OpenMode::read_only;
}

}  // namespace evenhand::cli
