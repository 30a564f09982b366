#include "apps/cli/desk_folder.h"

#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <set>
#include <thread>

#include "apps/cli/text.h"
#include "apps/cli/unfinished.h"
#include "core/os/files.h"
#include "plugins/document/html.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHeadBytes = 1024;  // of a page; the mark stands in it
constexpr int kWaitMs = 60'000;           // for another command that writes there
constexpr int kStepMs = 25;

bool is_ours(const fs::path& file) {
  const auto handle = FileHandle::open_to_read(file);
  if (!handle) return false;
  std::vector<std::uint8_t> head(kHeadBytes);
  const auto read = handle->read_at(0, head);
  return read && std::string_view(reinterpret_cast<const char*>(head.data()), *read).find(document::kPageMark) != std::string_view::npos;
}

// Nothing that somebody else put there is ever replaced or removed.
Result<std::set<std::string>> pages_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return names;
  if (!fs::is_directory(folder, failed)) return refused("this is a file, not a folder", folder.string(), "Choose another one, or name a file with its ending: --to today.html");
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (is_waiting_name(name)) continue;
    if (!plugins::is_desk_file(name) || !at->is_regular_file(failed) || !is_ours(at->path())) {
      return refused("this folder holds something that is no page of the desk", (folder / name).string(), "Choose an empty folder, or one that this command wrote.");
    }
    names.insert(name);
  }
  if (failed) return unavailable("this folder cannot be read: " + failed.message(), folder.string());
  return names;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  return failed ? unavailable("this folder cannot be made: " + failed.message(), folder.string()) : Result<void>();
}

// One command at a time, from its first look at the folder to its last page, until this is closed: else the pages of one would stand on record and those of
// another in the folder. A file system that knows no such lock does without.
Result<FileHandle> lock_of(const fs::path& folder) {
  EVENHAND_CHECK(make_folder(folder));
  EVENHAND_TRY(FileHandle handle, FileHandle::open_to_read(folder));
  for (int waited = 0; ::flock(handle.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; waited += kStepMs) {
    if (waited >= kWaitMs) return unavailable("another command is writing the desk to this folder", folder.string(), "Try again when it has ended.");
    std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
  }
  return handle;
}

// All pages are whole before the first of an earlier desk goes.
// `has_begun`: whether somebody can see one of them.
Result<void> swap_in(const fs::path& staged, const fs::path& folder, const std::set<std::string>& made, const std::set<std::string>& before, bool& has_begun) {
  std::error_code ignored;
  for (const std::string& name : made) {
    const auto placed = rename_durably(staged / name, folder / name);
    has_begun = has_begun || !fs::exists(staged / name, ignored);
    EVENHAND_CHECK(placed);
  }
  for (const std::string& name : before) {
    if (!made.contains(name)) EVENHAND_CHECK(remove_tree(folder / name));
  }
  return remove_tree(staged);
}

}  // namespace

Result<void> write_desk(const fs::path& folder, const plugins::Registry& registry, Workspace& workspace, Console& console, const plugins::ReportOptions& options) {
  EVENHAND_TRY(std::set<std::string> before, pages_in(folder));
  FileHandle lock;
  fs::path staged;
  std::optional<WaitingFile> waiting;
  if (!console.dry_run) {
    EVENHAND_TRY(lock, lock_of(folder));
    EVENHAND_TRY(before, pages_in(folder));
    staged = waiting.emplace(workspace, folder).path();
    EVENHAND_CHECK(make_folder(staged));
  }
  CardMaker maker(workspace, console, registry, options);
  std::set<std::string> made;
  std::vector<EntityId> documents;
  const auto take = [&](const plugins::DeskFile& file, const plugins::ReportInfo* page) -> Result<void> {
    made.insert(file.name);
    if (console.dry_run) return {};
    EVENHAND_CHECK(write_file_durably(staged / file.name, view_of(file.bytes)));
    if (file.name != plugins::kDeskIndex && page == nullptr) return {};
    EVENHAND_TRY(const auto recorded, file.name == plugins::kDeskIndex ? maker.put_all_on_record("html", file.bytes) : put_on_record(workspace, console, *page->plugin, page->id, "html", file.bytes));
    documents.insert(documents.end(), recorded.begin(), recorded.end());
    return {};
  };
  const Result<void> done = plugins::make_desk(registry, workspace, options,
                                               {[&](const plugins::ReportInfo& card) { return maker.make_for_place(card, "card"); }, [&](const plugins::ReportInfo& page) { return maker.make_for_place(page, "page"); }, take});
  if (!done) {
    if (!console.dry_run) (void)remove_tree(staged).ok();
    return take_off_record(workspace, documents, done.error());
  }
  if (console.dry_run) return console.say("Would write " + counted(made.size(), "page") + " to " + folder.string() + ". Nothing was saved (--dry-run)."), Result<void>();
  bool has_begun = false;
  if (const auto swapped = swap_in(staged, folder, made, before, has_begun); !swapped) {
    (void)remove_tree(staged).ok();
    return has_begun ? swapped.error() : take_off_record(workspace, documents, swapped.error());
  }
  console.say("Wrote " + counted(made.size(), "page") + " to " + folder.string() + " (drafts: not checked for disclosure). Begin with " + (folder / plugins::kDeskIndex).string());
  return {};
}

}  // namespace evenhand::cli
