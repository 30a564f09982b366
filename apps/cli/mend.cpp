// undo, rebuild: taking back, and folding anew.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/record/vocabulary.h"

namespace evenhand::cli {

namespace {

Result<void> undo(Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::string what, workspace.undo());
  if (console.dry_run) {
    console.say("Would take back: " + what + ". Nothing was saved (--dry-run).");
  } else if (console.json) {
    console.out << write_json(Json::object().set("undone", what), JsonStyle::pretty);
  } else {
    console.print("Took back: " + what);
  }
  return {};
}

Result<void> rebuild(Workspace& workspace, Console& console) {
  if (console.dry_run) {
    EVENHAND_CHECK(workspace.hold());
    console.say("Would work out " + counted(workspace.spaces().size(), "space") + " anew from the log, and compare. Nothing was written (--dry-run).");
    return {};
  }
  EVENHAND_TRY(const auto spaces, workspace.rebuild(progress_for(console)));
  bool same = true;
  Json list = Json::array();
  for (const Workspace::Rebuilt& space : spaces) {
    const bool equal = space.before == space.after;
    same = same && equal;
    const std::string_view kind = space.kind == SpaceKind::organisation ? "organisation" : space.kind == SpaceKind::people ? "people" : "cycle";
    list.push(Json::object().set("space", kind).set("before", space.before.hex()).set("after", space.after.hex()).set("same", equal));
    if (!console.json) {
      console.print(std::string(kind) + std::string(14 - kind.size(), ' ') + space.after.hex().substr(0, 16) + (equal ? "  as before" : "  DIFFERENT: was " + space.before.hex().substr(0, 16)));
    }
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  if (!same) console.fail(corrupt("what was kept did not follow from the log; it does now", workspace.folder().string(), "Please report this."), Exit::integrity);
  return {};
}

}  // namespace

void add_undo(CLI::App& root, Console& console) {
  add_command(root, "undo", "Take back the last thing that this device did", "  evenhand undo\n  evenhand undo --json", [&console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return undo(workspace, console); });
  })->group("Look and mend");
}

void add_rebuild(CLI::App& root, Console& console) {
  add_command(root, "rebuild", "Work everything out anew from the log, and compare", "  evenhand rebuild\n  evenhand rebuild --json", [&console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return rebuild(workspace, console); });
  })->group("Look and mend");
}

}  // namespace evenhand::cli
