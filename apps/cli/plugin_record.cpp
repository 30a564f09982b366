// Documents made by plugins, put on record.
#include <unistd.h>

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

// The file in its place and on record, or neither. `beside`: where it lies meanwhile, for the caller to remove when this fails.
Result<void> hand_out_file(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format,
                           const std::string& bytes, const fs::path& file, const fs::path& beside) {
  EVENHAND_CHECK(write_file_durably(beside, view_of(bytes)));
  EVENHAND_TRY(const std::vector<EntityId> documents, put_on_record(workspace, console, plugin, what, format, bytes));
  const auto placed = rename_durably(beside, file);
  if (placed) return {};
  // In its place, and only its folder not synced: somebody can read it, so it stays on record.
  std::error_code ignored;
  return fs::exists(beside, ignored) ? take_off_record(workspace, documents, placed.error()) : placed.error();
}

}  // namespace

bool is_on_record(const plugins::Plugin& plugin) { return !plugin.digest.empty() || plugins::is_about_people(plugin.manifest.data_class); }

Result<std::vector<EntityId>> put_on_record(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format, const std::string& bytes) {
  if (!is_on_record(plugin)) return std::vector<EntityId>();
  Command command;
  command.changes.push_back(plugins::document_made(plugin, what, format, bytes));
  const auto recorded = workspace.submit(command);
  if (recorded) return recorded->entities;
  const Error why = reason(workspace, recorded.error());
  if (plugins::is_about_people(plugin.manifest.data_class)) {
    return Error{why.code, "this reads about people, so that it was made has to be on record, and it cannot be: " + why.what, why.where, why.next};
  }
  console.say("That it was made is not on record: " + why.sentence());
  return std::vector<EntityId>();
}

Error take_off_record(Workspace& workspace, const std::vector<EntityId>& documents, Error why) {
  if (documents.empty()) return why;
  Command command;
  command.is_upkeep = true;
  for (const EntityId& document : documents) command.changes.push_back({"document", document, Verb::removed, {}});
  const auto removed = workspace.submit(command);
  if (removed) return why;
  why.what += "; that it was made stands on record all the same (" + removed.error().sentence() + ")";
  return why;
}

Result<void> hand_out(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format, const std::string& bytes, const std::string& to) {
  if (to.empty() || to == "-") {
    // Stays on record also when not all of it could be written: nobody knows who has read the beginning.
    if (const auto recorded = put_on_record(workspace, console, plugin, what, format, bytes); !recorded) return recorded.error();
    console.out << bytes;
    return {};
  }
  const fs::path file = to;
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) return unavailable("this is a folder, not a file", to);
  const fs::path beside = file.parent_path() / ("." + file.filename().string() + "." + std::to_string(::getpid()) + ".not-yet");
  const auto handed = hand_out_file(workspace, console, plugin, what, format, bytes, file, beside);
  if (!handed) (void)remove_tree(beside).ok();
  return handed;
}

OpenMode mode_to_record(Console& console, const plugins::Plugin* plugin) {
  if (plugin == nullptr || console.dry_run || !is_on_record(*plugin)) return OpenMode::read_only;
  const auto workspace = Workspace::open(workspace_folder(console), OpenMode::read_write, machine_clock(), machine_random());
  return workspace ? OpenMode::read_write : OpenMode::read_only;
}

}  // namespace evenhand::cli
