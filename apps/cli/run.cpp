#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"

namespace evenhand::cli {

namespace {

void add_global_flags(CLI::App& root, Console& console, std::string& color) {
  root.add_option("--workspace", console.workspace, "Folder of the workspace (default: EVENHAND_WORKSPACE, else ~/.local/share/evenhand)");
  root.add_option("--cycle", console.cycle, "Cycle to work in, such as 2023/24");
  root.add_option("--org", console.organisation, "Organisation to work for, by short name or ODS code");
  root.add_flag("--json", console.json, "Machine-readable output");
  root.add_flag("--plain", console.plain, "Plain lines, no boxes or colour");
  root.add_flag("--no-input", console.no_input, "Never ask; fail instead");
  root.add_flag("--dry-run", console.dry_run, "Say what would happen; save nothing");
  root.add_flag("--yes", console.yes, "Answer yes to confirmations");
  root.add_flag("--quiet", console.quiet, "Only errors on standard error");
  root.add_flag("--verbose", console.verbose, "More talk on standard error");
  root.add_option("--color", color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_all(CLI::App& root, Console& console) {
  add_version(root, console);
  add_demo(root, console);
  add_scorecard(root, console);
}

bool wants_color(const std::string& color) {
  if (color == "always") return true;
  if (color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) == 1;
}

}  // namespace

int run(int argc, const char* const* argv, Console& console) {
  CLI::App root("Run an Equality Delivery System cycle together: evidence, workshops, grades, actions, reports.", "evenhand");
  std::string color = "auto";
  root.require_subcommand(1);
  root.fallthrough();
  add_global_flags(root, console, color);
  add_all(root, console);
  root.parse_complete_callback([&] { console.color = wants_color(color); });
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = root.exit(error, console.out, console.err);
    return code == 0 ? 0 : static_cast<int>(Exit::wrong_usage);
  }
  console.out.flush();
  return static_cast<int>(console.exit);
}

}  // namespace evenhand::cli
