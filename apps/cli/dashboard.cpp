#include "apps/cli/dashboard.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>

#include "apps/cli/plugin.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "apps/cli/views.h"
#include "core/os/files.h"
#include "plugins/document/json.h"
#include "plugins/host/dashboard.h"

namespace evenhand::cli {

namespace {

struct Flags {
  std::string to;
  std::string format;
};

// One card, its views brought up, its run told, and on record where it has to be: a card about people that cannot be is not shown.
class CardMaker {
 public:
  CardMaker(Workspace& workspace, Console& console, const plugins::Registry& registry, plugins::ReportOptions options)
      : workspace_(workspace), console_(console), registry_(registry), options_(std::move(options)), views_(workspace.folder()) {}

  Result<document::Document> operator()(const plugins::ReportInfo& card) {
    const auto began = std::chrono::steady_clock::now();
    const auto made = make(card);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    const plugins::Manifest& manifest = card.plugin->manifest;
    tell_run(workspace_.folder(), {clock_text(machine_clock().now()), manifest.id, "card " + card.id, ms, outcome_of(manifest, made ? Result<void>() : made.error())});
    if (!made || console_.dry_run) return made;
    EVENHAND_TRY(const std::vector<EntityId> recorded, put_on_record(workspace_, console_, *card.plugin, card.id, "card", document::write_json(*made)));
    documents_.insert(documents_.end(), recorded.begin(), recorded.end());
    return made;
  }
  /// What was put on record so far.
  const std::vector<EntityId>& documents() const { return documents_; }

 private:
  Result<document::Document> make(const plugins::ReportInfo& card) {
    EVENHAND_TRY(options_.projections, bring_up_views(views_, registry_, card.plugin->manifest, workspace_));
    return plugins::make_card(registry_, workspace_, card, options_);
  }

  Workspace& workspace_;
  Console& console_;
  const plugins::Registry& registry_;
  plugins::ReportOptions options_;
  plugins::Projections views_;
  std::vector<EntityId> documents_;
};

Result<plugins::Format> format_of(const Flags& flags) {
  if (!flags.format.empty()) return plugins::format_from(flags.format);
  const std::string extension = std::filesystem::path(flags.to).extension().string();
  return plugins::format_from(extension.size() < 2 ? "html" : extension == ".zip" ? "csv" : extension.substr(1));
}

Result<void> run(Workspace& workspace, Console& console, const Flags& flags) {
  EVENHAND_TRY(const plugins::Format format, format_of(flags));
  const plugins::Registry registry = registry_of(workspace, console);
  plugins::ReportOptions options;
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  options.organisation = organisation.id();
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console));
  options.cycle = cycle.id();
  options.language = console.language;
  CardMaker maker(workspace, console, registry, options);
  EVENHAND_TRY(const document::Document page, plugins::make_dashboard(registry, workspace, options, [&](const plugins::ReportInfo& card) { return maker(card); }));
  tell_set_aside(console, registry);
  if (flags.to.empty() && flags.format.empty()) {
    console.json ? void(console.out << document::write_json(page)) : print_document(console, page);
    return {};
  }
  const auto made = plugins::write_document(page, format);
  if (!made) return take_off_record(workspace, maker.documents(), made.error());
  const std::string& bytes = *made;
  if (console.dry_run) {
    console.say("Would write " + with_commas(bytes.size()) + " bytes to " + flags.to + ". Nothing was saved (--dry-run).");
    return {};
  }
  if (flags.to.empty() || flags.to == "-") {
    console.out << bytes;
    return {};
  }
  if (const auto written = write_file_durably(flags.to, view_of(bytes)); !written) return take_off_record(workspace, maker.documents(), written.error());
  console.say("Wrote the dashboard to " + flags.to + " (a draft: not checked for disclosure)");
  return {};
}

// For writing as soon as one card has to be put on record.
OpenMode mode_for(Console& console) {
  const std::vector<plugins::ReportInfo> cards = plugins::cards_of(registry_anywhere(console));
  const auto card = std::find_if(cards.begin(), cards.end(), [](const plugins::ReportInfo& one) { return is_on_record(*one.plugin); });
  return mode_to_record(console, card != cards.end() ? card->plugin.get() : nullptr);
}

}  // namespace

void add_dashboard(CLI::App& root, Console& console) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = add_command(root, "dashboard", "The cards of all plugins on one page", "  evenhand dashboard\n  evenhand dashboard --to today.html",
                                  [flags, &console] { with_workspace(console, mode_for(console), [&](Workspace& workspace) { return run(workspace, console, *flags); }); });
  command->group("Exchange");
  command->add_option("--to", flags->to, "File to write (default: print it here)")->type_name("FILE");
  command->add_option("--format", flags->format, "html, docx, xlsx, csv or json (default: as the file's name says)")
      ->check(CLI::IsMember({"html", "docx", "xlsx", "csv", "json"}))->type_name("WORD");
}

}  // namespace evenhand::cli
