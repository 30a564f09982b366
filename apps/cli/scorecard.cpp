#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/console.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/policy/scorecard_input.h"
#include "core/policy/scorecard_output.h"
#include "plugins/host/score_input.h"
#include "plugins/host/score_rows.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kInputBytesMax = std::size_t{16} << 20;
constexpr const char* kExamples =
    "  evenhand scorecard\n"
    "  evenhand scorecard --org NCT --cycle \"EDS 2023/24\" --json\n"
    "  evenhand scorecard --from grades.json\n"
    "  evenhand scorecard --from grades.json --policy nhs-eds-2022-achieving-22-30\n"
    "  evenhand scorecard --from published.json --assume-uniform --json\n"
    "  cat grades.json | evenhand scorecard --from - --json";

struct Flags {
  std::optional<std::string> from;
  std::optional<std::string> policy;
  bool assume_uniform = false;
};

Result<std::string> too_large(const std::string& name) {
  return refused("there are more than " + std::to_string(kInputBytesMax >> 20) + " MiB in " + name);
}

Result<std::string> read_stream(std::istream& in) {
  std::string text;
  char block[65536];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kInputBytesMax) return too_large("standard input");
  }
  return text;
}

Result<std::string> read_named_file(const std::string& name) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "rb"), &std::fclose);
  if (!file && errno == ENOENT) return not_found("there is no file " + name);
  if (!file) return unavailable("the file " + name + " cannot be opened: " + std::strerror(errno));
  std::string text;
  char block[65536];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, count);
    if (text.size() > kInputBytesMax) return too_large(name);
  }
  if (std::ferror(file.get()) != 0) return unavailable("the file " + name + " cannot be read: " + std::strerror(errno));
  return text;
}

// The text is made for 80 columns.
void print_page(Console& console, std::string_view text) {
  const std::size_t columns = console.plain ? 80 : terminal_columns();
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t begins = std::min(line.find_first_not_of(' '), line.size());
    console.out << (columns < 80 ? in_width(line, columns, std::min<std::size_t>(begins + 2, 12)) : std::string(line)) << '\n';
  }
}

void print_scorecard(Console& console, const Scorecard& card, const Framework& framework, const ScoringPolicy& policy) {
  if (console.json) {
    console.out << write_json(scorecard_json(card, policy), JsonStyle::pretty);
  } else {
    print_page(console, scorecard_text(card, framework, policy, console.verbose ? Detail::with_check : Detail::normal));
  }
}

// The same figures as reports score: verified grades before published ones, shared services by their lead.
Result<void> score_workspace(Workspace& workspace, const Flags& flags, Console& console) {
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  EVENHAND_TRY(const plugins::Rules rules, plugins::rules_of(workspace, cycle, flags.policy.value_or("")));
  EVENHAND_TRY(plugins::GatheredFigures figures, plugins::gather_figures(workspace, organisation.id(), cycle.id(), rules.framework));
  figures.input.organisation = organisation.text("name");
  const Ratings ratings = flags.assume_uniform ? Ratings::assume_uniform : Ratings::as_published;
  print_scorecard(console, make_scorecard(figures.input, rules.framework, rules.policy, ratings), rules.framework, rules.policy);
  return {};
}

Result<void> show_scorecard(const std::string& text, const Flags& flags, Console& console) {
  EVENHAND_TRY(const Json json, parse_json(text));
  const std::string policy_name = flags.policy ? *flags.policy : policy_when_none_is_named(json);
  EVENHAND_TRY(const ScoringPolicy policy, built_in_policy(policy_name));
  EVENHAND_TRY(const Framework framework, built_in_framework(policy.framework));
  EVENHAND_TRY(const ScorecardInput input, read_scorecard_input(json, framework, policy));
  const Scorecard card = make_scorecard(input, framework, policy, flags.assume_uniform ? Ratings::assume_uniform : Ratings::as_published);
  print_scorecard(console, card, framework, policy);
  return {};
}

void run_scorecard(const Flags& flags, Console& console) {
  if (!flags.from) {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return score_workspace(workspace, flags, console); });
    return;
  }
  if (flags.from->empty()) {
    console.fail(refused("--from needs the name of a file, or - for standard input"));
    return;
  }
  const auto text = *flags.from == "-" ? read_stream(console.in) : read_named_file(*flags.from);
  if (!text) {
    console.fail(text.error());
    return;
  }
  // Whatever is wrong with the text is the asker's to mend: wrong usage, not a damaged store.
  if (const auto shown = show_scorecard(*text, flags, console); !shown) console.fail(shown.error(), Exit::wrong_usage);
}

}  // namespace

void add_scorecard(CLI::App& root, Console& console) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(root, "scorecard", "Totals, range and band, with every gap named: of the workspace or of a file", kExamples,
                                  [flags, &console] { run_scorecard(*flags, console); });
  command->group("Workshops and grades");
  command->add_option("--from", flags->from, "File of grades (JSON, docs/formats/scorecard.md), or - for standard input (default: the workspace)")->type_name("FILE");
  command->add_option("--policy", flags->policy, "Scoring policy (default: nhs-eds-2022, or eds2-2013 when all codes are EDS2's)");
  command->add_flag("--assume-uniform", flags->assume_uniform,
                    "Read a published 0-3 rating as the grade of each of its outcomes: an assumption, and labelled as one");
}

}  // namespace evenhand::cli
