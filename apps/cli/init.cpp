#include <unistd.h>

#include <CLI/CLI.hpp>
#include <istream>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/exchanged_file.h"
#include "apps/cli/laptops.h"
#include "apps/cli/new_file.h"
#include "apps/cli/session.h"
#include "core/engine/membership.h"
#include "core/os/files.h"

namespace evenhand::cli {

namespace {

constexpr const char* kExamples =
    "  evenhand init --name \"Northmere Community NHS Trust\" --short-name NCT\n"
    "  evenhand init --name \"Northmere Community NHS Trust\" --workspace ./eds --device \"EDI laptop\"\n"
    "  evenhand init --join to-laptop.evenhand --to laptop-reply.evenhand --workspace ./second";

std::string asked(Console& console, const std::string& question) {
  console.err << question << ' ' << std::flush;
  std::string answer;
  std::getline(console.in, answer);
  return answer;
}

struct InitWords {
  Founding founding;
  std::string join;
  std::string to;
};

Result<void> join_as_laptop(const InitWords& words, Console& console) {
  if (words.to.empty()) return refused("where to write the reply is missing", "", "Say: evenhand init --join FILE --to REPLY");
  EVENHAND_CHECK(check_kind_of(words.join, ExchangedFile::invitation));
  EVENHAND_TRY(const Bytes invitation, read_file(words.join, kJoiningBytesMax));
  EVENHAND_TRY(const Invitation read, read_invitation_untrusted(invitation));
  const std::filesystem::path folder = workspace_folder(console);
  console.say("Invitation from " + read.title + "  fingerprint " + fingerprint_of(invitation) + ". Is it the one that they see?");
  if (console.dry_run) {
    console.say("Would start a further laptop of " + read.title + " in " + folder.string() + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(check_new_file(words.to));
  EVENHAND_TRY(const Bytes reply, join_organisation(folder, invitation, words.founding.device_label.empty() ? kAnotherLaptop : words.founding.device_label, machine_clock(), machine_random()));
  EVENHAND_CHECK(write_new_file(words.to, reply));
  if (console.json) {
    console.out << write_json(Json::object().set("workspace", folder.string()).set("organisation", read.organisation.hex()).set("file", words.to)
                                  .set("fingerprint", fingerprint_of(reply)), JsonStyle::pretty);
    return {};
  }
  console.print("Started a further laptop of " + read.title + " in " + folder.string());
  console.print("Wrote the reply to " + words.to + "  fingerprint " + fingerprint_of(reply));
  console.say("Take it to the laptop that invited you: evenhand partner admit REPLY. The records come with the first exchange.");
  return {};
}

void run_init(const InitWords& words, Console& console) {
  Founding founding = words.founding;
  if (founding.device_label.empty()) founding.device_label = kFirstLaptop;
  if (!words.join.empty()) {
    const auto joined = join_as_laptop(words, console);
    if (!joined) console.fail(joined.error());
    return;
  }
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
  const auto words = std::make_shared<InitWords>();
  Founding* founding = &words->founding;
  CLI::App* command = add_command(root, "init", "Start a workspace for your organisation", kExamples,
                                  [words, &console] { run_init(*words, console); });
  command->group("Start");
  command->add_option("--name", founding->organisation, "Full name of your organisation")->type_name("TEXT");
  command->add_option("--short-name", founding->short_name, "Name in tables and on the command line")->type_name("TEXT");
  command->add_option("--device", founding->device_label, std::string(kDeviceHelp) + " (default: " + kFirstLaptop + "; with --join: " + kAnotherLaptop + ")")->type_name("TEXT");
  command->add_option("--join", words->join, "Start a further laptop of an organisation from its invitation")->type_name("FILE");
  command->add_option("--to", words->to, "With --join: where to write the reply")->type_name("FILE");
}

}  // namespace evenhand::cli
