// doctor: says what is wrong with a workspace's logs, and saves what can be saved into a new folder.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/codec/json.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "core/store/doctor.h"

namespace evenhand::cli {

namespace {

namespace fs = std::filesystem;

// Works without opening the workspace: what is damaged may not open.
Result<std::vector<fs::path>> space_folders(const fs::path& workspace) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(workspace / "spaces", error)) folders.push_back(entry.path());
  if (error || folders.empty()) {
    return not_found("there is no workspace here", workspace.string(), "Name its folder with --workspace.");
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

// A log is looked at, and copied, while nobody writes.
Result<void> must_not_be_held(const fs::path& workspace) {
  EVENHAND_TRY(const std::optional<LockHolder> holder, WorkspaceLock::holder(workspace / "lock"));
  if (!holder) return {};
  return unavailable("the workspace is in use by " + holder->program + " " + holder->command + " (process " + std::to_string(holder->process) + ")",
                     std::string(kHeldByAnother), "Close it there, then try again: the logs are looked at while nobody writes.");
}

void tell_surroundings(Console& console, const fs::path& workspace) {
  if (console.json) return;
  console.print("Workspace  " + workspace.string());
  if (const auto room = free_bytes(workspace)) console.print("Disk       " + with_commas(*room >> 20) + " MiB free");
  if (is_network_filesystem(workspace)) console.print("Disk       a network file system: move the workspace to this computer's own disk");
}

Result<void> diagnose_all(Console& console, const fs::path& workspace) {
  EVENHAND_TRY(const std::vector<fs::path> folders, space_folders(workspace));
  EVENHAND_CHECK(must_not_be_held(workspace));
  tell_surroundings(console, workspace);
  bool is_sound = true;
  Json list = Json::array();
  for (const fs::path& folder : folders) {
    const std::string name = folder.filename().string();
    EVENHAND_TRY(const Diagnosis diagnosis, diagnose(folder / "log"));
    is_sound = is_sound && diagnosis.is_sound;
    Json findings = Json::array();
    for (const std::string& finding : diagnosis.findings) findings.push(finding);
    list.push(Json::object().set("space", name).set("sound", diagnosis.is_sound).set("events", diagnosis.report.events).set("findings", std::move(findings)));
    if (console.json) continue;
    console.print("Space " + name + "  " + (diagnosis.is_sound ? "sound, " + with_commas(diagnosis.report.events) + " events" : "DAMAGED"));
    for (const std::string& finding : diagnosis.findings) console.print("  - " + wrapped(finding, 80, 4));
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  if (!is_sound) {
    console.fail(corrupt("a log is damaged", workspace.string(), "Copy the whole folder first, then: evenhand doctor --salvage NEWFOLDER"), Exit::integrity);
  } else if (!console.json) {
    console.print("Nothing is wrong with the logs. For every hash and signature: evenhand log verify");
  }
  return {};
}

void tell_salvage(Console& console, const std::string& name, const Salvage& saved) {
  console.print("Space " + name + "  saved " + with_commas(saved.events) + " events in " + with_commas(saved.commits) + " commits" +
                (saved.commits_refused > 0 ? "; " + with_commas(saved.commits_refused) + " were not genuine and stayed out" : ""));
  for (const MissingRange& range : saved.missing) {
    console.print("  - events " + std::to_string(range.first_seq) + " to " + std::to_string(range.last_seq) + " of chain " + range.chain.hex().substr(0, 8) + " are lost here; a partner may still have them");
  }
}

struct Copied {
  std::uint64_t files = 0;
  std::uint64_t lost = 0;  // could not be read or written
};

void copy_file(const fs::path& from, const fs::path& to, Copied& copied) {
  std::error_code failed;
  if (fs::copy_file(from, to, failed)) {
    ++copied.files;
    return;
  }
  fs::remove(to, failed);  // half of one would count as there
  ++copied.lost;
}

// File by file: where one, or a folder, cannot be read the others still can. Errors: the target cannot be written.
Result<void> copy_folder(const fs::path& from, const fs::path& to, Copied& copied) {
  EVENHAND_CHECK(make_private_folder(to));
  std::error_code error;
  for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    const fs::path target = to / at->path().filename();
    std::error_code failed;
    if (at->is_directory(failed) && !at->is_symlink(failed)) {
      EVENHAND_CHECK(copy_folder(at->path(), target, copied));
    } else if (at->is_regular_file(failed) && at->path().extension() != ".tmp") {
      copy_file(at->path(), target, copied);
    }
  }
  if (error) ++copied.lost;
  return {};
}

// Attachments and signed versions. A damaged one is found out when it is read: its name is the hash of what it holds.
Result<void> copy_attachments(Console& console, const fs::path& from, const fs::path& to) {
  std::error_code ignored;
  if (!fs::exists(from, ignored)) return {};
  Copied copied;
  EVENHAND_CHECK(copy_folder(from, to, copied));
  console.print("  with " + with_commas(copied.files) + (copied.files == 1 ? " attachment or signed version" : " attachments and signed versions"));
  if (copied.lost > 0) console.print("  - " + with_commas(copied.lost) + " could not be read and are lost here; a partner may still have them");
  return {};
}

// All that stands beside the spaces, known to this version or not.
Result<void> copy_surroundings(Console& console, const fs::path& workspace, const fs::path& target) {
  // Locks and the socket belong to a process, views are worked out anew, and what was last agreed with partners
  // (partners/, hints only) no longer holds of logs that have lost something.
  static constexpr std::string_view kLeft[] = {"spaces", "lock", "partners.lock", "socket", "views", "partners"};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(workspace, error)) {
    const std::string name = entry.path().filename().string();
    if (std::find(std::begin(kLeft), std::end(kLeft), name) != std::end(kLeft)) continue;
    std::error_code failed;
    Copied copied;
    if (entry.is_directory(failed)) {
      EVENHAND_CHECK(copy_folder(entry.path(), target / name, copied));
    } else if (entry.is_regular_file(failed)) {
      copy_file(entry.path(), target / name, copied);
    }
    if (copied.lost == 0) continue;
    if (name == "keys" || name == "workspace.json") return unavailable(name + " could not be copied", entry.path().string(), "Without it nothing can be opened. Take it from a backup.");
    console.print("  - of " + name + " " + with_commas(copied.lost) + (copied.lost == 1 ? " file" : " files") + " could not be read and stayed behind");
  }
  if (error) return unavailable("this folder could not be read: " + error.message(), workspace.string());
  return {};
}

// The space whose folder that is, as the workspace's description names it.
Result<SpaceId> space_in(const fs::path& workspace, const fs::path& folder) {
  constexpr std::size_t kDescriptionBytesMax = 1 << 20;
  EVENHAND_TRY(const Bytes bytes, read_file(workspace / "workspace.json", kDescriptionBytesMax));
  EVENHAND_TRY(const Json description, parse_json(text_of(bytes)));
  const Json* spaces = description.find("spaces");
  for (const Json& space : spaces == nullptr ? std::vector<Json>() : spaces->items()) {
    const auto id = space.find("id") == nullptr ? std::nullopt : SpaceId::from_hex(space.find("id")->text());
    if (id && id->hex().starts_with(folder.filename().string())) return *id;
  }
  return not_found("the workspace's description does not name this space", folder.filename().string());
}

// One log rewritten; when nothing of it can be read, an empty one, which partners fill. Errors: nothing could be saved, and why.
Result<void> salvage_log(Console& console, const fs::path& workspace, const fs::path& folder, const fs::path& to) {
  const auto saved = salvage(folder / "log", to / "log");
  if (saved) return tell_salvage(console, folder.filename().string(), *saved), Result<void>();
  console.print("Space " + folder.filename().string() + "  nothing could be saved of its log: " + saved.error().sentence());
  EVENHAND_TRY(const SpaceId id, space_in(workspace, folder));
  EVENHAND_CHECK(remove_tree(to / "log"));
  EVENHAND_TRY(const Log empty, Log::create(to / "log", id));
  console.print("  - it begins empty; a partner that holds the space gives it back");
  return saved.error();
}

// A whole workspace again: everything beside the logs copied, logs rewritten, views left to be worked out anew.
Result<void> salvage_all(Console& console, const fs::path& workspace, const fs::path& target) {
  EVENHAND_TRY(const std::vector<fs::path> folders, space_folders(workspace));
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    return refused("the folder is not empty", target.string(), "Choose a new folder; nothing is overwritten.");
  }
  const fs::path inside = fs::weakly_canonical(target, error).lexically_relative(fs::weakly_canonical(workspace, error));
  if (!inside.empty() && *inside.begin() != "..") return refused("the new folder lies in the workspace itself", target.string(), "Choose a folder beside it.");
  if (console.dry_run) {
    EVENHAND_CHECK(must_not_be_held(workspace));
    console.say("Would save what is whole into " + target.string() + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(must_not_be_held(workspace));
  EVENHAND_CHECK(make_private_folder(target));
  // What opens the rest first; then each space by itself, whatever became of the others.
  Result<void> done = copy_surroundings(console, workspace, target);
  for (const fs::path& folder : folders) {
    const fs::path to = target / "spaces" / folder.filename();
    EVENHAND_CHECK(make_private_folder(to));
    if (const auto saved = salvage_log(console, workspace, folder, to); !saved && done) done = saved;
    EVENHAND_CHECK(copy_attachments(console, folder / "blobs", to / "blobs"));
    // Without the marker the device goes on under a new chain, which is right after a loss.
    fs::copy(folder / "marker", to / "marker", fs::copy_options::recursive, error);
  }
  console.say("The old folder was only read. Look at the new one: evenhand log verify --workspace " + target.string());
  return done;
}

}  // namespace

void add_doctor(CLI::App& root, Console& console) {
  const auto target = std::make_shared<std::string>();
  CLI::App* command = add_command(root, "doctor", "Say what is wrong with a workspace, and save what can be saved, while nobody writes to it",
                                  "  evenhand doctor\n  evenhand doctor --salvage ./saved", [target, &console] {
                                    const fs::path workspace = workspace_folder(console);
                                    const auto done = target->empty() ? diagnose_all(console, workspace) : salvage_all(console, workspace, *target);
                                    if (!done) console.fail(done.error());
                                  });
  command->group("Look and mend");
  command->add_option("--salvage", *target, "New folder for a workspace of all that is undamaged")->type_name("FOLDER");
}

}  // namespace evenhand::cli
