#include "apps/cli/console.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "apps/cli/text.h"
#include "core/os/workspace_lock.h"

namespace evenhand::cli {

namespace {

constexpr ExitMeaning kMeanings[] = {
    {Exit::done, "done"},
    {Exit::failed, "failed: the disk, the system or the file did not allow it"},
    {Exit::wrong_usage, "wrong usage: the words, a value or a rule; nothing was saved"},
    {Exit::blockers, "a check found blockers"},
    {Exit::person_needed, "a person must decide: somebody changed it meanwhile, a conflict, a tie"},
    {Exit::not_found, "not found"},
    {Exit::in_use, "another process holds the workspace"},
    {Exit::not_allowed, "not allowed for this device"},
    {Exit::unreachable, "a partner could not be reached; work is kept"},
    {Exit::integrity, "an integrity check failed"},
    {Exit::stopped, "stopped by you (Ctrl-C); what was saved stays saved"},
};

// A terminal that is narrower than a sentence would break it within a word.
std::string in_window(const std::string& text) {
  const auto columns = error_columns();
  if (!columns || *columns < 8) return text;
  std::string lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines += (at == 0 ? "" : "\n") + in_width(text.substr(at, end - at), *columns, 0);
    at = end + 1;
  }
  return lines;
}

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return kMeanings; }

void Console::say(std::string_view sentence) {
  if (json && said.size() < kSaidMax) said.emplace_back(sentence);
  if (!quiet) err << in_window(harmless_lines(sentence)) << '\n';
}

void Console::print(std::string_view lines) {
  if (!json) out << harmless_lines(lines) << '\n';
  else if (said.size() < kSaidMax) said.emplace_back(lines);
}

Exit Console::fail(const Error& error) {
  if (error.where == "rights") return fail(Error{error.code, error.what, "", error.next}, Exit::not_allowed);
  if (error.where == kHeldByAnother) return fail(Error{error.code, error.what, "", error.next}, Exit::in_use);
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
  err << in_window("evenhand: " + harmless_lines(error.sentence())) << '\n';
  exit = code;
  has_failed = true;
  return code;
}

CLI::App* add_command(CLI::App& parent, std::string_view name, std::string_view summary, std::string_view examples,
                      std::function<void()> run) {
  CLI::App* command = parent.add_subcommand(std::string(name), std::string(summary));
  command->group("Subcommands");  // else it would inherit its parent's heading
  command->footer("Examples:\n" + std::string(examples));
  if (run) command->callback(std::move(run));
  return command;
}

}  // namespace evenhand::cli
