/// The workspace of one command: where it is, opened for what, and the organisation and cycle that it is about.
///
/// Threads: one. Lifetime: the open workspace ends with the command.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "apps/cli/console.h"
#include "core/engine/workspace.h"

namespace evenhand::cli {

/// --workspace, else EVENHAND_WORKSPACE, else $XDG_DATA_HOME/evenhand, else ~/.local/share/evenhand.
std::filesystem::path workspace_folder(const Console& console);

/// The clock and the randomness of this machine, for as long as the program runs.
Clock& machine_clock();
Random& machine_random();

using SteadyNow = std::chrono::steady_clock::time_point (*)();
/// A bar on a terminal's standard error, else one line per tenth; nothing for work under a second or with --quiet. A piece of work begins with the first
/// call, and anew after the last one or when less is done than before.
Progress progress_for(const Console& console, SteadyNow now = std::chrono::steady_clock::now);

/// Opens the workspace, runs `body`, reports what went wrong, to `failed` where that is given. Reading never waits for a writer.
void with_workspace(Console& console, OpenMode mode, const std::function<Result<void>(Workspace&)>& body, const std::function<void(const Error&)>& failed = {});
/// The same as what a command runs: `body` takes the workspace, the console and the words that were typed.
template <class Words, class Body>
std::function<void()> in_workspace(Console& console, OpenMode mode, const std::shared_ptr<Words>& words, Body body) {
  return [&console, mode, words, body] { with_workspace(console, mode, [&](Workspace& workspace) { return body(workspace, console, *words); }); };
}

/// --org, else the organisation that the workspace was founded for. Errors: not_found, refused (several match).
Result<Record> organisation_of(const Workspace& workspace, const Console& console);
enum class CycleUse { read, write };

/// --cycle, else the only one, else the only open one in the space in use, else the one of these whose days cover today. Of several that are left whoever
/// only reads is shown the one that begins first (by title where a first day is lacking), and told so; whoever writes must name one.
/// Errors: not_found (none: how to add one), refused (to write: several; to read: several of one name, or that begin on one day).
Result<Record> cycle_of(const Workspace& workspace, Console& console, CycleUse use);

/// As Workspace::find_by_words(); a removed record is found by its short id. `type` empty: any.
Result<Record> find_record(const Workspace& workspace, std::string_view type, std::string_view words);

/// Names of records for tables, each looked up once.
class NameBook {
 public:
  explicit NameBook(const Workspace& workspace) : workspace_(workspace) {}
  /// Its short name where it has one, else its title; its short id when it is not here. A verdict on a late change goes by the record changed.
  std::string name_of(const EntityId& id);
  /// A value as people read it: references by name.
  std::string text(const FieldSpec& field, const Value& value);
  /// The field of a record; several values stand with "or" between them and "(to decide)" behind.
  std::string text(const Record& record, std::string_view field);

 private:
  const Workspace& workspace_;
  std::map<EntityId, std::string> names_;
};

/// True once the person pressed Ctrl-C. Watching begins with the first call.
bool was_stopped();

/// Sends changes, or with --dry-run only says what would happen. Warnings are told.
Result<Receipt> submit(Workspace& workspace, Console& console, const Command& command);

}  // namespace evenhand::cli
