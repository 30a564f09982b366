/// One function per command file: adds its commands to the tree.
#pragma once

namespace CLI {
class App;
}

namespace evenhand::cli {

struct Console;

void add_version(CLI::App& root, Console& console);
void add_demo(CLI::App& root, Console& console);
void add_scorecard(CLI::App& root, Console& console);

}  // namespace evenhand::cli
