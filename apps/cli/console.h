/// What every command shares: global flags, the three streams, and how a command ends.
///
/// Standard output carries data, standard error talk. Nothing animates unless standard error is a terminal.
#pragma once

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

inline constexpr std::size_t kSaidMax = 1000;

/// Documented, stable exit codes (docs/exit-codes.md).
enum class Exit : int {
  done = 0,
  failed = 1,
  wrong_usage = 2,
  blockers = 3,        ///< a check found blockers
  person_needed = 4,   ///< a conflict or a tie needs a person
  not_found = 5,
  in_use = 6,          ///< another process holds the workspace
  not_allowed = 7,     ///< your role does not include this
  unreachable = 8,     ///< a partner could not be reached; work is kept
  integrity = 9,       ///< an integrity check failed
  stopped = 130,       ///< Ctrl-C
};

struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;

  std::string workspace = {};   ///< --workspace, or empty for the default place
  std::string cycle = {};       ///< --cycle
  std::string organisation = {};  ///< --org
  std::string language = {};    ///< --language: of titles and of what packs write; empty: theirs
  bool json = false;
  bool plain = false;
  bool no_input = false;
  bool dry_run = false;
  bool yes = false;
  bool quiet = false;
  bool verbose = false;
  bool safe = false;       ///< --safe: without installed plugins
  bool color = false;      ///< already decided from --color, NO_COLOR and the terminal

  Exit exit = Exit::done;  ///< how the command that ran ended
  bool has_failed = false; ///< fail() was called
  std::vector<std::string> said = {};  ///< with --json: what was said and printed, for a command that has no object of its own; the first kSaidMax

  /// Talk for people, on `err`; nothing with --quiet.
  void say(std::string_view sentence);
  /// Data for people, on `out`: each line made harmless for a terminal. With --json nothing there, where only JSON stands: run()
  /// gives it as {"said": …} when the command wrote no JSON itself.
  void print(std::string_view lines);
  /// Prints the sentence to `err` and sets the exit code that fits the error; returns it.
  Exit fail(const Error& error);
  /// The same with an exit code of the command's own.
  Exit fail(const Error& error, Exit code);
};

/// One row of docs/exit-codes.md (a test holds both equal).
struct ExitMeaning {
  Exit code;
  std::string_view meaning;
};
std::span<const ExitMeaning> exit_meanings();

/// Adds a command to the tree. Its help must hold at least two runnable examples (tested).
/// `run` is called when the command was chosen and its flags parsed.
CLI::App* add_command(CLI::App& parent, std::string_view name, std::string_view summary,
                      std::string_view examples, std::function<void()> run);

/// Builds the whole tree and runs it. Never throws. Returns the exit code.
int run(int argc, const char* const* argv, Console& console);

}  // namespace evenhand::cli
