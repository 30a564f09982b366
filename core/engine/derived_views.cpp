#include "core/engine/derived_views.h"

#include <vector>

#include "core/os/files.h"
#include "core/os/workspace_lock.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr int kLockWaitMs = 2'000;
constexpr std::size_t kNoteBytesMost = 64;

Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) entries.push_back(at->path());
  if (failed && failed != std::errc::no_such_file_or_directory) return system_error(failed.value(), "cannot look into", folder);
  return entries;
}

/// False: emptied, but somebody who was making views there may have gone on. The lock's file stays, or two could hold it.
Result<bool> empty(const fs::path& folder) {
  const auto lock = WorkspaceLock::take(folder / "lock", "evenhand", "erasing", kLockWaitMs);
  if (!lock && lock.error().where != kHeldByAnother) return lock.error();
  EVENHAND_TRY(const std::vector<fs::path> entries, entries_of(folder));
  for (const fs::path& entry : entries) {
    if (entry.filename() != "lock") EVENHAND_CHECK(remove_tree(entry));
  }
  EVENHAND_CHECK(sync_folder(folder));
  return lock.ok();
}

}  // namespace

fs::path derived_views(const fs::path& workspace) { return workspace / "views" / "plugins"; }

Result<void> drop_derived_views(const fs::path& workspace, std::size_t erasures) {
  if (erasures == 0) return {};
  const fs::path views = derived_views(workspace);
  const fs::path note = views.parent_path() / "erasures";
  const std::string wanted = std::to_string(erasures) + "\n";
  if (const auto seen = read_file(note, kNoteBytesMost); seen && text_of(*seen) == wanted) return {};
  bool all_held_still = true;
  EVENHAND_TRY(const std::vector<fs::path> folders, entries_of(views));
  for (const fs::path& folder : folders) {
    std::error_code ignored;
    if (!fs::is_directory(fs::symlink_status(folder, ignored))) continue;
    EVENHAND_TRY(const bool held_still, empty(folder));
    all_held_still = all_held_still && held_still;
  }
  if (!all_held_still) return {};
  EVENHAND_CHECK(make_private_folder(views));
  return write_file_durably(note, view_of(wanted), Secrecy::secret);
}

Result<void> drop_derived_views_of(const fs::path& workspace, const std::string& plugin) {
  const fs::path folder = derived_views(workspace) / plugin;
  std::error_code ignored;
  if (!fs::is_directory(fs::symlink_status(folder, ignored))) return {};
  EVENHAND_TRY(const bool held_still, empty(folder));
  (void)held_still;  // who makes views there may go on; it is thrown away the next time
  return {};
}

}  // namespace evenhand
