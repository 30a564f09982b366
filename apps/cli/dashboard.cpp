#include "apps/cli/dashboard.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <sstream>

#include "apps/cli/card_maker.h"
#include "apps/cli/desk_folder.h"
#include "apps/cli/plugin.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "plugins/document/json.h"
#include "plugins/host/dashboard.h"

namespace evenhand::cli {

namespace {

struct Flags {
  std::string page;
  std::string to;
  std::string format;
};

bool is_stdout(const Flags& flags) { return flags.to.empty() || flags.to == "-"; }

// A name without an ending, or a folder that is there: the desk with all its pages.
bool is_folder(const Flags& flags) {
  std::error_code ignored;
  return flags.page.empty() && flags.format.empty() && !is_stdout(flags) && (std::filesystem::path(flags.to).extension().empty() || std::filesystem::is_directory(flags.to, ignored));
}

Result<plugins::ReportInfo> find_page(const plugins::Registry& registry, const std::string& id) {
  std::string known;
  for (const plugins::ReportInfo& page : plugins::pages_of(registry)) {
    if (page.id == id) return page;
    known += (known.empty() ? "" : ", ") + page.id;
  }
  const bool is_report = registry.find_report(id).ok();
  return not_found(is_report ? "this report is no page of the desk" : "there is no page called \"" + id + "\"", is_report ? id : "",
                   is_report ? "Make it with: evenhand report run " + id : known.empty() ? "No plugin here has a page." : "Choose one of: " + known);
}

struct Written {
  std::string bytes;
  std::string_view format;
};

Result<Written> write(const Console& console, const Flags& flags, plugins::Format format, const document::Document& document) {
  if (!flags.to.empty() || !flags.format.empty()) {
    EVENHAND_TRY(std::string bytes, plugins::write_document(document, format));
    return Written{std::move(bytes), plugins::extension_of(format)};
  }
  if (console.json) return Written{document::write_json(document), "json"};
  std::ostringstream text;
  Console page{console.in, text, console.err};
  page.plain = console.plain;
  page.color = console.color;
  print_document(page, document);
  return Written{std::move(text).str(), "text"};
}

// Nothing of it is shown before it is on record, and nothing with --dry-run, which puts nothing on record.
Result<void> give(Workspace& workspace, Console& console, const Flags& flags, const Written& written, const std::string& title, CardMaker& maker) {
  if (console.dry_run) {
    console.say("Would write " + with_commas(written.bytes.size()) + " bytes to " + (is_stdout(flags) ? "standard output" : flags.to) + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(hand_out(workspace, console, written.bytes, flags.to, [&] { return maker.put_all_on_record(written.format, written.bytes); }));
  if (!is_stdout(flags)) console.say("Wrote " + title + " to " + flags.to + " (a draft: not checked for disclosure)");
  return {};
}

Result<void> run(Workspace& workspace, Console& console, const Flags& flags) {
  EVENHAND_TRY(const plugins::Format format, document_format(flags.format, is_folder(flags) ? std::string() : flags.to));  // a wrong one is said before anything is made
  const plugins::Registry registry = registry_of(workspace, console);
  plugins::ReportOptions options;
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  options.organisation = organisation.id();
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  options.cycle = cycle.id();
  options.own_organisation = workspace.organisation();
  options.language = console.language;
  tell_set_aside(console, registry);
  if (is_folder(flags)) return write_desk(flags.to, registry, workspace, console, options);
  CardMaker maker(workspace, console, registry, options);
  if (flags.page.empty()) {
    EVENHAND_TRY(const document::Document cards, plugins::make_dashboard(registry, workspace, options, [&](const plugins::ReportInfo& card) { return maker.make_for_place(card, "card"); }));
    EVENHAND_TRY(const Written written, write(console, flags, format, cards));
    return give(workspace, console, flags, written, "the dashboard", maker);
  }
  EVENHAND_TRY(const plugins::ReportInfo page, find_page(registry, flags.page));
  EVENHAND_TRY(const document::Document document, maker.make(page, "page"));
  EVENHAND_TRY(const Written written, write(console, flags, format, document));
  return give(workspace, console, flags, written, "\"" + page.title + "\"", maker);
}

// For writing as soon as one of those that are made has to be put on record.
OpenMode mode_for(Console& console, const Flags& flags) {
  const plugins::Registry registry = registry_anywhere(console);
  for (const plugins::ReportInfo& one : registry.reports()) {
    const bool is_made = flags.page.empty() ? one.place == plugins::ReportPlace::card || (one.place == plugins::ReportPlace::page && is_folder(flags)) : one.id == flags.page;
    if (is_made && is_on_record(*one.plugin)) return mode_to_record(console, one.plugin.get());
  }
  return OpenMode::read_only;
}

}  // namespace

void add_dashboard(CLI::App& root, Console& console) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(root, "dashboard", "The cards of all plugins on one page, and the desk's further pages", "  evenhand dashboard\n  evenhand dashboard --to today.html\n  evenhand dashboard coverage\n  evenhand dashboard --to desk",
                                  [flags, &console] { with_workspace(console, mode_for(console, *flags), [&](Workspace& workspace) { return run(workspace, console, *flags); }); });
  command->group("Exchange");
  command->add_option("page", flags->page, "Show this page instead: its name, as the dashboard's list of pages has it")->type_name("PAGE");
  command->add_option("--to", flags->to, "File to write, or a folder (no ending): then the cards and all pages, linked (default: print it here)")->type_name("FILE");
  command->add_option("--format", flags->format, "html, docx, xlsx, csv or json (default: as the file's name says)")
      ->check(CLI::IsMember({"html", "docx", "xlsx", "csv", "json"}))->type_name("WORD");
}

}  // namespace evenhand::cli
