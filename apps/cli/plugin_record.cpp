// Documents made by plugins, and their runs, put on record.
#include <sys/stat.h>
#include <unistd.h>

#include <ostream>

#include "apps/cli/plugin.h"
#include "apps/cli/session.h"
#include "apps/cli/unfinished.h"
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

Error not_on_record(const Error& why) {
  return Error{why.code, "this reads about people, so that it was made has to be on record, and it cannot be: " + why.what, why.where, why.next};
}

OpenMode mode_to_be_had(Console& console) {
  const auto workspace = Workspace::open(workspace_folder(console), OpenMode::read_write, machine_clock(), machine_random());
  return workspace ? OpenMode::read_write : OpenMode::read_only;
}

// As the kernel does, which is not asked where the program reads the link itself: in a folder where everybody may write and nobody removes what is another's (/tmp), only
// one's own links and those of the folder's owner.
bool may_follow(const fs::path& link) {
  struct stat itself = {}, folder = {};
  const fs::path above = link.has_parent_path() ? link.parent_path() : fs::path(".");
  if (::lstat(link.c_str(), &itself) != 0 || ::stat(above.c_str(), &folder) != 0) return false;
  const bool is_shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  return !is_shared || itself.st_uid == ::geteuid() || itself.st_uid == folder.st_uid;
}

// A link stays one, whether or not there is something where it leads.
Result<fs::path> place_of(const std::string& to) {
  constexpr int kLinksMax = 40;  // as the kernel follows
  fs::path place(to);
  std::error_code failed;
  for (int links = 0; fs::is_symlink(place, failed); ++links) {
    if (links == kLinksMax) return refused("these links lead in a circle", to);
    if (!may_follow(place)) return refused("this link is somebody else's, in a folder where everybody may write", place.string(), "Remove it, or choose another name or folder.");
    const fs::path next = fs::read_symlink(place, failed);
    if (failed) return unavailable("this link cannot be read: " + failed.message(), place.string());
    place = next.is_absolute() ? next : place.parent_path() / next;
  }
  return place;
}

}  // namespace

bool is_on_record(const plugins::Plugin& plugin) { return !plugin.digest.empty() || plugins::is_about_people(plugin.manifest.data_class); }

Result<std::vector<EntityId>> put_on_record(Workspace& workspace, Console& console, const plugins::Plugin& plugin, std::string_view what, std::string_view format, const std::string& bytes) {
  if (!is_on_record(plugin)) return std::vector<EntityId>();
  Command command;
  command.is_upkeep = true;  // undo takes back what a person did, not that it is known
  command.changes.push_back(plugins::document_made(plugin, what, format, bytes));
  if (auto runs = runs_to_record(workspace, plugin)) command.changes.push_back(std::move(*runs));
  const auto recorded = workspace.submit(command);
  if (recorded) return std::vector{recorded->entities.front()};
  const Error why = reason(workspace, recorded.error());
  if (plugins::is_about_people(plugin.manifest.data_class)) return not_on_record(why);
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

Result<void> check_on_record(Workspace& workspace, const plugins::Plugin& plugin) {
  if (!plugins::is_about_people(plugin.manifest.data_class)) return {};
  Command command;
  command.is_upkeep = true;
  command.changes.push_back(plugins::document_made(plugin, plugin.manifest.id, "text", ""));
  const auto rehearsed = workspace.rehearse(command);
  return rehearsed ? Result<void>() : not_on_record(reason(workspace, rehearsed.error()));
}

Result<plugins::Format> document_format(const std::string& format, const std::string& to) {
  const std::string extension = fs::path(to).extension().string();
  const std::string word = !format.empty() ? format : extension.size() < 2 ? "html" : extension == ".zip" ? "csv" : extension.substr(1);
  if (word == "csv" && extension == ".csv") return refused("a document's tables are one .csv file each, in a ZIP", to, "Say --to " + fs::path(to).replace_extension(".zip").string());
  return plugins::format_from(word);
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
  return hand_out(workspace, console, bytes, to, [&] { return put_on_record(workspace, console, plugin, what, format, bytes); });
}

Result<void> hand_out(Workspace& workspace, Console& console, const std::string& bytes, const std::string& to, const std::function<Result<std::vector<EntityId>>()>& record) {
  if (to.empty() || to == "-") {
    // Stays on record also when not all of it could be written: nobody knows who has read the beginning.
    if (const auto recorded = record(); !recorded) return recorded.error();
    console.out << bytes;
    return {};
  }
  std::error_code ignored;
  EVENHAND_TRY(const fs::path file, place_of(to));
  if (fs::is_directory(file, ignored)) return unavailable("this is a folder, not a file", to);
  if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored)) return unavailable("this is no ordinary file", to, "For standard output: --to -");
  const WaitingFile waiting(workspace, file, view_of(bytes));
  const fs::path& waits = waiting.path();
  const auto handed = [&]() -> Result<void> {
    if (const auto written = waiting.write(view_of(bytes)); !written) return Error{written.error().code, written.error().what, to, written.error().next};
    EVENHAND_TRY(const std::vector<EntityId> documents, record());
    const auto placed = waiting.put_in(file);
    if (placed) return {};
    // In its place, and only its folder not synced: somebody can read it, so it stays on record.
    return fs::exists(waits, ignored) ? take_off_record(workspace, documents, placed.error()) : placed.error();
  }();
  if (!handed) (void)remove_tree(waits).ok();
  return handed;
}

OpenMode mode_to_record(Console& console, const plugins::Plugin* plugin) {
  if (plugin == nullptr || console.dry_run || !is_on_record(*plugin)) return OpenMode::read_only;
  return mode_to_be_had(console);
}

OpenMode mode_to_change(Console& console) { return console.dry_run ? mode_to_be_had(console) : OpenMode::read_write; }

}  // namespace evenhand::cli
