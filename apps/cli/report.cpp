// report list, run: documents out of the workspace, made by plugins.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/plugin.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "apps/cli/views.h"
#include "core/engine/sign_off.h"
#include "core/engine/snapshot_model.h"
#include "plugins/host/report_input.h"
#include "plugins/host/run_report.h"

namespace evenhand::cli {

namespace {

struct Flags {
  std::string id;
  std::string format;
  std::string to;
  std::string policy;
  bool assume_uniform = false;
  std::string sign_off;
};

void list_reports(Console& console) {
  const plugins::Registry registry = registry_anywhere(console);
  TextTable table({"Report", "Title", "About"});
  Json list = Json::array();
  for (const plugins::ReportInfo& report : registry.reports()) {
    table.add({report.id, report.title, report.scope == plugins::ReportScope::all_cycles ? "one organisation, all its cycles" : report.is_of_one_organisation() ? "one organisation" : "several organisations"});
    list.push(Json::object().set("id", report.id).set("title", report.title).set("summary", report.summary)
                  .set("of_one_organisation", report.is_of_one_organisation()).set("plugin", report.plugin->manifest.id));
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  tell_set_aside(console, registry);
}

// The document of what was signed: neither later edits nor another policy change a byte of it.
Result<std::string> make_signed(Workspace& workspace, Console& console, const Flags& flags, const plugins::Registry& registry, const plugins::ReportInfo& report, plugins::Format format) {
  if (!flags.policy.empty() || flags.assume_uniform || !console.organisation.empty() || !console.cycle.empty()) {
    return refused("what was signed names its organisation, cycle and policy itself", flags.sign_off, "Leave out --org, --cycle, --policy and --assume-uniform.");
  }
  EVENHAND_TRY(const Record record, find_record(workspace, "sign_off", flags.sign_off));
  EVENHAND_TRY(const SignOff sign_off, sign_off_of(workspace, record.id()));
  EVENHAND_TRY(const std::string snapshot, read_snapshot(workspace, sign_off));
  EVENHAND_TRY(const SnapshotModel model, SnapshotModel::decode_untrusted(snapshot));
  if (model.scope().starts_with("grade")) return refused("a signed grade is no report", record.short_id(), "Sign the report or the cycle: evenhand signoff request");
  plugins::ReportOptions options;
  options.organisation = model.organisation();
  options.cycle = model.cycle();
  options.language = console.language;
  const RunWatch watch(*report.plugin);
  auto document = plugins::make_report(registry, model, flags.id, options);
  watch.tell(workspace, console, "report " + report.id, document ? Result<void>() : document.error());
  EVENHAND_CHECK(document);
  document->status.push_back({document::StatusKind::other, "As put forward for signing: snapshot " + sign_off.digest});
  return plugins::write_document(*document, format);
}

Result<plugins::ReportOptions> draft_options(Workspace& workspace, Console& console, const Flags& flags, const plugins::ReportInfo& report) {
  plugins::ReportOptions options;
  options.policy = flags.policy;
  options.own_organisation = workspace.organisation();
  options.assume_uniform = flags.assume_uniform;
  options.language = console.language;
  if (report.is_of_one_organisation() || !console.organisation.empty()) {
    EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
    options.organisation = organisation.id();
  }
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  options.cycle = cycle.id();
  // Its errors repeat what was typed.
  EVENHAND_TRY(const plugins::Subject subject, plugins::subject_of(report.scope, workspace, options));
  (void)subject;
  return options;
}

// Words that nobody here knows are no run of the plugin's: only what it did itself is told.
Result<std::string> make(Workspace& workspace, Console& console, const Flags& flags, const plugins::Registry& registry, const plugins::ReportInfo& report, plugins::Format format) {
  if (!flags.sign_off.empty()) return make_signed(workspace, console, flags, registry, report, format);
  EVENHAND_TRY(plugins::ReportOptions options, draft_options(workspace, console, flags, report));
  plugins::Projections views(workspace.folder());
  EVENHAND_TRY(const ViewsBroughtUp brought, bring_up_views(views, registry, report.plugin->manifest, workspace, console));
  options.projections = brought.reader;
  const RunWatch watch(*report.plugin);
  auto made = plugins::run_report(registry, workspace, flags.id, options, format);
  watch.tell(workspace, console, "report " + report.id, made ? Result<void>() : made.error(), brought.against);
  return made;
}

Result<void> run(Workspace& workspace, Console& console, const Flags& flags) {
  const plugins::Registry registry = registry_of(workspace, console);
  EVENHAND_TRY(const plugins::ReportInfo report, registry.find_report(flags.id));
  EVENHAND_TRY(const plugins::Format format, document_format(flags.format, flags.to));
  EVENHAND_TRY(const std::string bytes, make(workspace, console, flags, registry, report, format));
  const bool is_stdout = flags.to.empty() || flags.to == "-";
  if (console.dry_run) {
    console.say("Would write " + with_commas(bytes.size()) + " bytes to " + (is_stdout ? "standard output" : flags.to) + ". Nothing was saved (--dry-run).");
    return {};
  }
  if (!console.language.empty() && plugins::language_for(report.plugin->manifest, console.language).empty()) {
    console.say("This report has no words in \"" + console.language + "\": it stands in its author's language.");
  }
  EVENHAND_CHECK(hand_out(workspace, console, *report.plugin, report.id, plugins::extension_of(format), bytes, flags.to));
  if (!is_stdout) console.say("Wrote \"" + report.title + "\" to " + flags.to + " (a draft: not checked for disclosure)");
  return {};
}

OpenMode mode_for(Console& console, const Flags& flags) {
  const plugins::Registry registry = registry_anywhere(console);
  const auto report = registry.find_report(flags.id);
  return mode_to_record(console, report ? report->plugin.get() : nullptr);
}

}  // namespace

void add_report(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "report", "Documents for boards, the public and analysts", "  evenhand report list\n  evenhand report run eds-report --to report.html", {});
  parent->group("Exchange")->require_subcommand(1);
  add_command(*parent, "list", "Which reports there are", "  evenhand report list\n  evenhand report list --json", [&console] { list_reports(console); });
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(*parent, "run", "Make one",
                                  "  evenhand report run eds-report --to report.docx\n"
                                  "  evenhand report run eds-report --org NCT --format json",
                                  [flags, &console] {
                                    with_workspace(console, mode_for(console, *flags), [&](Workspace& workspace) { return run(workspace, console, *flags); });
                                  });
  command->add_option("report", flags->id, "Its id, as report list shows it")->required()->type_name("REPORT");
  command->add_option("--format", flags->format, "html, docx, xlsx, csv or json (default: as the file's name says, else html)")
      ->check(CLI::IsMember({"html", "docx", "xlsx", "csv", "json"}))->type_name("WORD");
  command->add_option("--to", flags->to, "File to write (default: standard output)")->type_name("FILE");
  command->add_option("--policy", flags->policy, "Scoring policy (default: the cycle's)")->type_name("CODE");
  command->add_option("--signed", flags->sign_off, "Make it of what was put forward for signing, as it stood: short id, or part of its title")->type_name("RECORD");
  command->add_flag("--assume-uniform", flags->assume_uniform, "Read a published 0-3 rating as the grade of each of its outcomes, and say so");
}

}  // namespace evenhand::cli
