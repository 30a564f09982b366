// organisation devices: who may write what.
#include <CLI/CLI.hpp>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

std::string_view kind_word(SpaceKind kind) {
  return kind == SpaceKind::organisation ? "organisation" : kind == SpaceKind::people ? "people" : "cycle";
}

Result<void> print_devices(Workspace& workspace, Console& console) {
  NameBook names(workspace);
  const PublicKey own = workspace.keystore().device().public_key();
  TextTable table({"Space", "Device", "Organisation", "May", ""});
  Json list = Json::array();
  for (const Space& space : workspace.spaces()) {
    for (const Device& device : space.fold.access().devices()) {
      const std::string note = device.is_removed ? "removed" : device.key == own ? "this one" : "";
      table.add({std::string(kind_word(space.kind)), device.label, names.name_of(device.organisation), device.capabilities.words(), note});
      list.push(Json::object().set("space", kind_word(space.kind)).set("device", device.label).set("key", device.key.hex())
                    .set("organisation", device.organisation.hex()).set("may", device.capabilities.words()).set("removed", device.is_removed)
                    .set("this_one", device.key == own));
    }
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

}  // namespace

void add_device_verbs(CLI::App& root, Console& console) {
  add_command(family_of(root, "organisation"), "devices", "Who may write what, in each space",
              "  evenhand organisation devices\n  evenhand organisation devices --json", [&console] {
                with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return print_devices(workspace, console); });
              });
}

}  // namespace evenhand::cli
