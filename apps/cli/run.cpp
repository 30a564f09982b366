#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <sstream>
#include <streambuf>
#include <vector>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"
#include "apps/cli/dashboard.h"
#include "apps/cli/help.h"
#include "apps/cli/text.h"
#include "core/codec/json.h"
#include "plugins/manifest/words.h"

namespace evenhand::cli {

namespace {

constexpr std::string_view kProgram = "evenhand";

void add_global_flags(CLI::App& root, Console& console, std::string& color) {
  root.add_option("--workspace", console.workspace, "Folder of the workspace (default: EVENHAND_WORKSPACE, else ~/.local/share/evenhand)");
  root.add_option("--cycle", console.cycle, "Cycle to work in, such as 2023/24");
  root.add_option("--org", console.organisation, "Organisation to work for, by short name or ODS code");
  root.add_option("--language", console.language, "Language of plugins' titles and of what packs write, where they have it: cy")
      ->check([](const std::string& tag) { return plugins::is_language_tag(tag) ? std::string() : "a language is a tag such as cy or en-GB, not \"" + tag + "\""; });
  root.add_flag("--json", console.json, "Machine-readable output");
  root.add_flag("--plain", console.plain, "Plain lines, no boxes or colour");
  root.add_flag("--no-input", console.no_input, "Never ask; fail instead");
  root.add_flag("--dry-run", console.dry_run, "Say what would happen; save nothing");
  root.add_flag("--yes", console.yes, "Answer yes to confirmations");
  root.add_flag("--quiet", console.quiet, "Only errors on standard error");
  root.add_flag("--verbose", console.verbose, "More talk on standard error");
  root.add_flag("--safe", console.safe, "Start without installed plugins (also: EVENHAND_SAFE=1)");
  root.add_option("--color", color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
}

/// Passes on what is written, and knows whether anything was.
class Tap : public std::streambuf {
 public:
  explicit Tap(std::ostream& out) : out_(out), to_(out.rdbuf(this)) {}
  ~Tap() override { out_.rdbuf(to_); }
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;
  bool has_passed_any() const { return has_passed_any_; }

 protected:
  int_type overflow(int_type letter) override {
    has_passed_any_ = true;
    return traits_type::eq_int_type(letter, traits_type::eof()) ? traits_type::not_eof(letter) : to_->sputc(traits_type::to_char_type(letter));
  }
  std::streamsize xsputn(const char* letters, std::streamsize count) override {
    has_passed_any_ = has_passed_any_ || count > 0;
    return to_->sputn(letters, count);
  }
  int sync() override { return to_->pubsync(); }

 private:
  std::ostream& out_;
  std::streambuf* to_;
  bool has_passed_any_ = false;
};

// The one place that gives JSON for every command that has no object of its own, and for all dry runs.
void give_what_was_said(Console& console) {
  Json lines = Json::array();
  for (const std::string& line : console.said) lines.push(line);
  console.out << write_json(Json::object().set("dry_run", console.dry_run).set("said", std::move(lines)), JsonStyle::pretty);
}

bool wants_color(const std::string& color) {
  if (color == "always") return true;
  if (color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && isatty(STDOUT_FILENO) == 1;
}

}  // namespace

void add_every_command(CLI::App& root, Console& console) {
  add_init(root, console);
  add_demo(root, console);
  add_status(root, console);
  add_record_commands(root, console);
  add_declared_records(root, console);
  add_grading_verbs(root, console);
  add_action_verbs(root, console);
  add_device_verbs(root, console);
  add_attachment_verbs(root, console);
  add_erase_verbs(root, console);
  add_space_verbs(root, console);
  add_partner_verbs(root, console);
  add_pair(root, console);
  add_hub(root, console);
  add_sync(root, console);
  add_scorecard(root, console);
  add_import(root, console);
  add_export(root, console);
  add_report(root, console);
  add_dashboard(root, console);
  add_plugin(root, console);
  add_conflict(root, console);
  add_signoff(root, console);
  add_log(root, console);
  add_undo(root, console);
  add_rebuild(root, console);
  add_doctor(root, console);
  add_completion(root, console);
  add_man(root, console);
  add_version(root, console);
  use_own_help(root);
}

namespace {

void collect(const CLI::App& app, std::vector<RunnableCommand>& commands) {
  for (const CLI::App* command : shown_commands(app)) {
    if (!shown_commands(*command).empty()) {
      collect(*command, commands);
      continue;
    }
    RunnableCommand one{full_name(*command).substr(kProgram.size() + 1), {}};
    std::istringstream lines(command->get_footer());
    std::string line;
    std::getline(lines, line);  // their heading
    while (std::getline(lines, line)) one.examples.push_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
    commands.push_back(std::move(one));
  }
}

}  // namespace

std::vector<RunnableCommand> every_command() {
  std::istringstream in;
  std::ostringstream out;
  Console console{in, out, out};
  CLI::App root("", std::string(kProgram));
  add_every_command(root, console);
  std::vector<RunnableCommand> commands;
  collect(root, commands);
  return commands;
}

int run(int argc, const char* const* argv, Console& console) {
  CLI::App root("Run an Equality Delivery System cycle together: evidence, workshops, grades, actions, reports.", std::string(kProgram));
  std::string color = "auto";
  root.require_subcommand(1);
  root.fallthrough();
  root.set_help_flag("--help", "Show help");
  root.footer("Examples:\n  evenhand init --name \"Northmere Community NHS Trust\" --short-name NCT\n  evenhand status");
  add_global_flags(root, console, color);
  add_every_command(root, console);
  root.parse_complete_callback([&] { console.color = wants_color(color); });
  const std::vector<std::string> words(argv + 1, argv + argc);
  const Tap tap(console.out);
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return root.exit(help, console.out, console.err);
  } catch (const CLI::ParseError& error) {
    std::string sentence = explain_wrong_words(root, words);
    if (sentence.empty()) sentence = std::string(error.what()) + ".";
    console.err << "evenhand: " << harmless_line(sentence) << '\n';
    return static_cast<int>(Exit::wrong_usage);
  }
  if (console.json && !console.has_failed && !tap.has_passed_any()) give_what_was_said(console);
  console.out.flush();
  if (!console.out && console.exit == Exit::done) {
    console.fail(unavailable("the output could not be written", "standard output", "Is the disk full?"));
  }
  return static_cast<int>(console.exit);
}

}  // namespace evenhand::cli
