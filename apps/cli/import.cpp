#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/plugin.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/engine/handover.h"
#include "core/engine/import.h"
#include "core/os/files.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} << 20;
constexpr std::size_t kWarningsShown = 20;

Json preview_json(const ImportPreview& preview) {
  Json counts = Json::object();
  for (const auto& [type, count] : preview.counts) counts.set(type, count);
  return Json::object().set("title", preview.title).set("published_figures", preview.is_published).set("records", preview.records).set("counts", std::move(counts));
}

void print_preview(Console& console, const ImportPreview& preview) {
  console.print(preview.title + ": " + with_commas(preview.records) + " records");
  for (const auto& [type, count] : preview.counts) {
    const std::string number = with_commas(count);
    console.print("  " + std::string(7 - std::min<std::size_t>(7, number.size()), ' ') + number + "  " + (count == 1 ? hyphened(type) : std::string(find_record_type(type)->plural)));
  }
  if (preview.is_published) console.print("  These are published figures: once in, they are read-only, under their source.");
}

void print_findings(Console& console, const ImportOutcome& outcome) {
  if (outcome.findings_all > 0) console.print("Plugins say of it: " + counted(outcome.findings_all, "remark"));
  for (std::size_t i = 0; i < std::min(kWarningsShown, outcome.findings.size()); ++i) console.print("  - " + wrapped(outcome.findings[i], 80, 4));
  if (outcome.findings_all > kWarningsShown) console.print("  … and " + with_commas(outcome.findings_all - kWarningsShown) + " more: --json shows " + (outcome.findings_all > kImportFindingsMax ? with_commas(kImportFindingsMax) : "all"));
}

Json findings_json(const ImportOutcome& outcome) {
  Json findings = Json::array();
  for (const std::string& finding : outcome.findings) findings.push(finding);
  return findings;
}

void print_outcome(Console& console, const ImportOutcome& outcome) {
  print_preview(console, outcome.file);
  console.print("Created " + with_commas(outcome.created) + ", changed " + with_commas(outcome.changed) + ", unchanged " + with_commas(outcome.unchanged));
  if (!outcome.warnings.empty()) console.print("Look here first: " + with_commas(outcome.warnings.size()) + " statements do not add up; they were kept as printed");
  for (std::size_t i = 0; i < std::min(kWarningsShown, outcome.warnings.size()); ++i) console.print("  - " + wrapped(outcome.warnings[i], 80, 4));
  if (outcome.warnings.size() > kWarningsShown) console.print("  … and " + with_commas(outcome.warnings.size() - kWarningsShown) + " more: --json shows all");
  print_findings(console, outcome);
  console.say("Take the whole import back with: evenhand undo");
}

Result<std::string> read_data_file(const std::string& name) {
  auto bytes = read_file(name, kFileBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return not_found("there is no file " + name, "", "Check the name; a folder cannot be imported.");
  if (!bytes) return bytes.error();
  return std::string(text_of(*bytes));
}

// Whatever is wrong with the file is for its maker to mend: wrong usage, not a damaged store.
void fail_on_file(Console& console, const Error& error) {
  console.fail(error, error.code == ErrorCode::corrupt ? Exit::wrong_usage : error.code == ErrorCode::not_found ? Exit::not_found : error.code == ErrorCode::refused ? Exit::wrong_usage : Exit::failed);
}

// What plugins say stands in the rehearsal too; where there is no workspace, there is nobody to ask.
void run_rehearsal(const std::string& text, const std::string& name, const ImportPreview& preview, PublishedFigures published, Console& console) {
  const auto show = [&](const ImportOutcome& outcome) {
    if (console.json) {
      console.out << write_json(preview_json(preview).set("findings", findings_json(outcome)).set("findings_all", outcome.findings_all), JsonStyle::pretty);
      return;
    }
    print_preview(console, preview);
    print_findings(console, outcome);
  };
  std::error_code ignored;
  if (!std::filesystem::exists(workspace_folder(console), ignored)) {
    show({});
    return console.say("Nothing was saved. There is no workspace here, so nothing but the file was looked at.");
  }
  with_workspace(console, mode_to_change(console), [&](Workspace& workspace) -> Result<void> {
    (void)was_stopped();
    const auto rehearsed = rehearse_import(workspace, text, name, progress_for(console), [] { return !was_stopped(); }, published);
    show(rehearsed ? *rehearsed : ImportOutcome());
    if (!rehearsed && was_stopped()) return console.fail(rehearsed.error(), Exit::stopped), Result<void>();
    if (!rehearsed) return rehearsed.error();
    console.say(rehearsed->unchanged > 0 ? "Nothing was saved: all of it is in already." : "Nothing was saved. Next: evenhand import " + name);
    return {};
  });
}

void run_import(const std::string& name, PublishedFigures published, Console& console) {
  const auto text = read_data_file(name);
  if (!text) return fail_on_file(console, text.error());
  const auto preview = preview_import(*text, name);
  if (!preview) return fail_on_file(console, preview.error());
  if (console.dry_run) return run_rehearsal(*text, name, *preview, published, console);
  with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) -> Result<void> {
    (void)was_stopped();  // from here on Ctrl-C is heard between commits
    auto others = HandoverHost::open(workspace);  // without it, others wait until we have finished
    const auto outcome = import_data(workspace, *text, name, progress_for(console), [&] {
      if (others) others->serve();
      return !was_stopped();
    }, published);
    if (!outcome && was_stopped()) {
      console.fail(outcome.error(), Exit::stopped);
      return {};
    }
    if (!outcome) return outcome.error();
    if (console.json) {
      Json warnings = Json::array();
      for (const std::string& warning : outcome->warnings) warnings.push(warning);
      console.out << write_json(preview_json(outcome->file).set("created", outcome->created).set("changed", outcome->changed).set("unchanged", outcome->unchanged)
                                    .set("batch", outcome->batch.hex()).set("warnings", std::move(warnings)).set("findings", findings_json(*outcome)).set("findings_all", outcome->findings_all), JsonStyle::pretty);
    } else {
      print_outcome(console, *outcome);
    }
    return {};
  });
}

}  // namespace

void add_import(CLI::App& root, Console& console) {
  const auto name = std::make_shared<std::string>();
  const auto corrects = std::make_shared<bool>(false);
  CLI::App* command = add_command(root, "import", "Bring in a data file (docs/formats/data-file.md), undone as one",
                                  "  evenhand import report.json --dry-run\n  evenhand import report.json", [name, corrects, &console] {
                                    run_import(*name, *corrects ? PublishedFigures::are_corrected : PublishedFigures::stay, console);
                                  });
  command->group("Exchange");
  command->add_option("file", *name, "The data file")->required()->type_name("FILE");
  command->add_flag("--correct", *corrects, "It corrects a published report that is in already");
}

}  // namespace evenhand::cli
