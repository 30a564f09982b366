#include <CLI/CLI.hpp>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"

namespace evenhand::cli {

void add_version(CLI::App& root, Console& console) {
  add_command(root, "version", "Show the version of the program", "  evenhand version\n  evenhand version --json",
              [&console] {
                if (console.json) {
                  console.out << "{\"name\":\"evenhand\",\"version\":\"" EVENHAND_VERSION "\"}\n";
                } else {
                  console.out << "evenhand " EVENHAND_VERSION "\n";
                }
              })->group("Help");
}

}  // namespace evenhand::cli
