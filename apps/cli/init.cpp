#include <unistd.h>

#include <CLI/CLI.hpp>
#include <istream>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/session.h"

namespace evenhand::cli {

namespace {

constexpr const char* kExamples =
    "  evenhand init --name \"Northmere Community NHS Trust\" --short-name NCT\n"
    "  evenhand init --name \"Northmere Community NHS Trust\" --workspace ./eds --device \"EDI laptop\"";

std::string asked(Console& console, const std::string& question) {
  console.err << question << ' ' << std::flush;
  std::string answer;
  std::getline(console.in, answer);
  return answer;
}

void run_init(Founding founding, Console& console) {
  if (founding.organisation.empty() && !console.no_input && isatty(STDIN_FILENO) == 1) {
    founding.organisation = asked(console, "Full name of your organisation:");
    if (founding.short_name.empty()) founding.short_name = asked(console, "Short name for tables (may be left empty):");
  }
  if (founding.organisation.empty()) {
    console.fail(refused("the name of your organisation is missing", "", "Say: evenhand init --name \"Your trust\""));
    return;
  }
  const std::filesystem::path folder = workspace_folder(console);
  if (console.dry_run) {
    console.say("Would start a workspace in " + folder.string() + ". Nothing was saved (--dry-run).");
    return;
  }
  const auto workspace = Workspace::create(folder, founding, machine_clock(), machine_random());
  if (!workspace) {
    console.fail(workspace.error());
    return;
  }
  if (console.json) {
    console.out << write_json(Json::object().set("workspace", folder.string()).set("organisation", workspace->organisation().hex()), JsonStyle::pretty);
    return;
  }
  console.print("Started a workspace for " + founding.organisation + " in " + folder.string());
  console.say("Everything stays on this computer. Next: evenhand cycle add \"EDS 2025/26\"");
}

}  // namespace

void add_init(CLI::App& root, Console& console) {
  const auto founding = std::make_shared<Founding>();
  founding->device_label = "this computer";
  CLI::App* command = add_command(root, "init", "Start a workspace for your organisation", kExamples,
                                  [founding, &console] { run_init(*founding, console); });
  command->group("Start");
  command->add_option("--name", founding->organisation, "Full name of your organisation")->type_name("TEXT");
  command->add_option("--short-name", founding->short_name, "Name in tables and on the command line")->type_name("TEXT");
  command->add_option("--device", founding->device_label, "What to call this computer: a role or a thing, no person")->type_name("TEXT");
}

}  // namespace evenhand::cli
