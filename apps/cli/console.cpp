#include "apps/cli/console.h"

#include <CLI/CLI.hpp>
#include <ostream>

namespace evenhand::cli {

Exit Console::fail(const Error& error) {
  switch (error.code) {
    case ErrorCode::not_found: return fail(error, Exit::not_found);
    case ErrorCode::refused: return fail(error, Exit::wrong_usage);
    case ErrorCode::stale: return fail(error, Exit::person_needed);
    case ErrorCode::corrupt: return fail(error, Exit::integrity);
    case ErrorCode::unavailable: return fail(error, Exit::failed);
  }
  return fail(error, Exit::failed);
}

Exit Console::fail(const Error& error, Exit code) {
  err << "evenhand: " << error.sentence() << '\n';
  exit = code;
  return code;
}

CLI::App* add_command(CLI::App& parent, std::string_view name, std::string_view summary, std::string_view examples,
                      std::function<void()> run) {
  CLI::App* command = parent.add_subcommand(std::string(name), std::string(summary));
  command->footer("Examples:\n" + std::string(examples));
  if (run) command->callback(std::move(run));
  return command;
}

}  // namespace evenhand::cli
