#include "plugins/host/dashboard.h"

#include <algorithm>

#include "plugins/document/check.h"
#include "plugins/host/people_views.h"
#include "plugins/host/report_input.h"

namespace evenhand::plugins {

namespace {

constexpr const char* kTitle = "Dashboard";
constexpr const char* kDraft = "Draft: not checked for disclosure";
constexpr std::size_t kBlocksShown = 12;  // of one card
constexpr std::size_t kRowsShown = 10;    // of one of its tables or lists

std::string more_of(std::size_t count, const ReportInfo& card) { return std::to_string(count) + " more: evenhand report run " + card.id; }

void add_note(std::string& note, const std::string& words) { note += (note.empty() ? "" : " ") + words; }

/// A card's blocks below its title: headings one level down, long tables and lists cut, no page breaks, no sections of its own.
class Composer {
 public:
  explicit Composer(document::Document& page) : page_(page) {}

  void add(const ReportInfo& card, const Result<document::Document>& made) {
    page_.blocks.push_back(document::Heading{1, card.title});
    if (!made) return page_.blocks.push_back(failure_note(card, made.error(), "card"));
    for (const document::Status& status : made->status) add_status(status);
    std::size_t shown = 0;
    for (const document::Block& block : made->blocks) {
      if (std::holds_alternative<document::PageBreak>(block) || std::holds_alternative<document::SectionStart>(block) || std::holds_alternative<document::SectionEnd>(block)) continue;
      if (++shown > kBlocksShown) {
        say("There is more: evenhand report run " + card.id);
        break;
      }
      page_.blocks.push_back(block);
      if (auto* heading = std::get_if<document::Heading>(&page_.blocks.back())) heading->level = std::min(heading->level + 1, 4u);
      if (auto* table = std::get_if<document::Table>(&page_.blocks.back())) cut(*table, card);
      if (auto* list = std::get_if<document::List>(&page_.blocks.back()); list != nullptr && list->items.size() > kRowsShown) {
        const std::size_t more = list->items.size() - kRowsShown;
        list->items.resize(kRowsShown);
        list->items.push_back({{document::Run{more_of(more, card)}}});
      }
    }
    if (shown == 0) say("There is nothing to show.");
  }

  void list(const std::vector<ReportInfo>& pages) {
    if (pages.empty()) return;
    page_.blocks.push_back(document::Heading{1, "Pages"});
    document::List list;
    for (const ReportInfo& page : pages) list.items.push_back({{document::Run{page.title + ": evenhand dashboard " + page.id}}});
    page_.blocks.push_back(std::move(list));
  }

  void say(const std::string& words) { page_.blocks.push_back(document::Paragraph{{document::Run{words}}}); }

 private:
  void add_status(const document::Status& status) {
    const auto is_same = [&](const document::Status& one) { return one.kind == status.kind && one.text == status.text; };
    if (std::none_of(page_.status.begin(), page_.status.end(), is_same)) page_.status.push_back(status);
  }
  static void cut(document::Table& table, const ReportInfo& card) {
    if (table.rows.size() <= kRowsShown) return;
    add_note(table.note, more_of(table.rows.size() - kRowsShown, card));
    table.rows.resize(kRowsShown);
  }

  document::Document& page_;
};

std::vector<ReportInfo> reports_at(const Registry& registry, ReportPlace place) {
  std::vector<ReportInfo> reports;
  std::copy_if(registry.reports().begin(), registry.reports().end(), std::back_inserter(reports), [&](const ReportInfo& one) { return one.place == place; });
  return reports;
}

/// A desk on its first day.
Result<document::Document> empty_page() {
  document::Document page;
  page.title = kTitle;
  page.status = {{document::StatusKind::draft, kDraft}};
  Composer(page).say("Nothing is on record in this cycle yet. Begin with evidence: evenhand evidence add");
  return document::checked(std::move(page));
}

/// The language of all cards that could be made, when it is one.
std::string language_of(const std::vector<Result<document::Document>>& cards, std::string otherwise) {
  std::string language;
  for (const auto& card : cards) {
    if (!card) continue;
    if (!language.empty() && language != card->language) return otherwise;
    language = card->language;
  }
  return language.empty() ? otherwise : language;
}

}  // namespace

std::vector<ReportInfo> cards_of(const Registry& registry) { return reports_at(registry, ReportPlace::card); }
std::vector<ReportInfo> pages_of(const Registry& registry) { return reports_at(registry, ReportPlace::page); }

document::Banner failure_note(const ReportInfo& report, const Error& error, std::string_view what) {
  // A page is passed on, and its words outlive an erasure.
  const bool may_tell = !may_speak_of_people(report.plugin->manifest) || error.where == kHostsOwn;
  return {document::BannerKind::note, "This " + std::string(what) + " could not be made" + (may_tell ? ": " + error.sentence() : ". To see why: evenhand report run " + report.id)};
}

Result<document::Document> make_card(const Registry& registry, const Model& model, const ReportInfo& card, const ReportOptions& options) {
  ReportOptions own = options;
  if (!card.is_of_one_organisation()) own.organisation.reset();
  return make_report(registry, model, card.id, own);
}

Result<document::Document> make_dashboard(const Registry& registry, const Model& model, const ReportOptions& options, const MakeCard& make, PageList pages) {
  auto found = subject_of(ReportScope::one_organisation, model, options);
  if (!found && found.error().code == ErrorCode::not_found) return empty_page();
  EVENHAND_TRY(const Subject subject, std::move(found));
  ReportOptions settled = options;
  settled.organisation = subject.scope.organisation;
  settled.cycle = subject.cycle().id();
  document::Document page;
  page.title = kTitle;
  page.subtitle = subject.reporters.front().organisation.title() + ", " + subject.cycle().title();
  page.status = {{document::StatusKind::draft, kDraft}};
  if (subject.is_demonstration) page.status.push_back({document::StatusKind::demonstration, "Demonstration: made-up material"});
  const std::vector<ReportInfo> cards = cards_of(registry);
  std::vector<Result<document::Document>> made;
  for (const ReportInfo& card : cards) made.push_back(make ? make(card) : make_card(registry, model, card, settled));
  Composer composer(page);
  for (std::size_t i = 0; i < cards.size(); ++i) composer.add(cards[i], made[i]);
  if (cards.empty()) composer.say("No plugin here has a card.");
  if (pages == PageList::named) composer.list(pages_of(registry));
  page.language = language_of(made, page.language);
  return document::checked(std::move(page));
}

}  // namespace evenhand::plugins
