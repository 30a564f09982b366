#include "plugins/host/desk.h"

#include <algorithm>
#include <iterator>

#include "plugins/document/check.h"
#include "plugins/document/html.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kBefore = "page-";
constexpr std::string_view kAfter = ".html";

class Desk {
 public:
  Desk(const Registry& registry, const Model& model, const ReportOptions& options, const DeskHands& hands)
      : registry_(registry), model_(model), options_(options), hands_(hands), pages_(pages_of(registry)) {}

  Result<void> write() {
    EVENHAND_TRY(const document::Document cards, make_dashboard(registry_, model_, options_, hands_.card, PageList::left_out));
    std::copy_if(cards.status.begin(), cards.status.end(), std::back_inserter(demonstration_), [](const document::Status& one) { return one.kind == document::StatusKind::demonstration; });
    links_.push_back({cards.title, std::string(kDeskIndex)});
    for (const ReportInfo& page : pages_) links_.push_back({page.title, desk_file_of(page)});
    EVENHAND_CHECK(hands_.take({std::string(kDeskIndex), html_of(cards, kDeskIndex)}, nullptr));
    for (const ReportInfo& page : pages_) EVENHAND_CHECK(write(page));
    return {};
  }

 private:
  Result<void> write(const ReportInfo& page) {
    const auto made = hands_.page ? hands_.page(page) : make_card(registry_, model_, page, options_);
    const std::string name = desk_file_of(page);
    Result<void> taken = made ? hands_.take({name, html_of(*made, name)}, &page) : made.error();
    if (taken) return taken;
    EVENHAND_TRY(const document::Document note, note_of(page, taken.error()));
    return hands_.take({name, html_of(note, name)}, nullptr);
  }

  // In a demonstration every page says so, also one that could not be made.
  Result<document::Document> note_of(const ReportInfo& page, const Error& error) const {
    document::Document note;
    note.title = page.title;
    note.status = {{document::StatusKind::draft, "Draft: not checked for disclosure"}};
    note.status.insert(note.status.end(), demonstration_.begin(), demonstration_.end());
    note.blocks.push_back(failure_note(page, error, "page"));
    return document::checked(std::move(note));
  }

  std::string html_of(const document::Document& document, std::string_view file) {
    for (document::PageLink& link : links_) link.is_here = link.file == file;
    return document::write_html(document, links_);
  }

  const Registry& registry_;
  const Model& model_;
  const ReportOptions& options_;
  const DeskHands& hands_;
  std::vector<ReportInfo> pages_;
  std::vector<document::PageLink> links_;
  std::vector<document::Status> demonstration_;  ///< as the cards have it
};

}  // namespace

std::string desk_file_of(const ReportInfo& page) { return std::string(kBefore) + page.id + std::string(kAfter); }

bool is_desk_file(std::string_view name) { return name == kDeskIndex || (name.starts_with(kBefore) && name.ends_with(kAfter)); }

Result<void> make_desk(const Registry& registry, const Model& model, const ReportOptions& options, const DeskHands& hands) {
  return Desk(registry, model, options, hands).write();
}

}  // namespace evenhand::plugins
