/// The cards of all plugins as one document: the first thing that a desk shows.
///
/// A card is a report that its manifest gives the place "card". Nothing but document blocks goes in, so no script of a plugin's can; a card whose plugin
/// fails says so in its place, and the others stand. The same records give the same bytes. Threads: one thread a model.
#pragma once

#include <functional>
#include <vector>

#include "core/engine/model.h"
#include "plugins/document/model.h"
#include "plugins/host/registry.h"
#include "plugins/host/run_report.h"

namespace evenhand::plugins {

/// Those on offer, ascending by id.
std::vector<ReportInfo> cards_of(const Registry& registry);
/// The desk's further pages (place "page"), ascending by id. plugins/host/desk.h writes them as files.
std::vector<ReportInfo> pages_of(const Registry& registry);

/// How one card is made; who shows cards may bring views up, and put on record that it was made. An error becomes the card's place.
using MakeCard = std::function<Result<document::Document>(const ReportInfo& card)>;
/// make_report() of one card, of the organisation and the cycle in the options as far as its scope has them.
/// A page is made in the same way.
Result<document::Document> make_card(const Registry& registry, const Model& model, const ReportInfo& card, const ReportOptions& options);

/// Where an error stands that the host found itself, in words that name nobody.
inline constexpr std::string_view kHostsOwn = "documents on record";
/// "This card could not be made: …"; of a plugin that reads about people without what it said. `what`: "card" or "page".
document::Banner failure_note(const ReportInfo& report, const Error& error, std::string_view what);

/// At the end of the cards: a list of the pages with the command that shows each, or nothing, where links lead there.
enum class PageList : std::uint8_t { named, left_out };

/// Every card under its title, at most so many blocks, table rows and items of a list of each; what is left out says where it is to be read. Of one organisation in
/// one cycle; where nothing is on record yet, the page says so. `make` empty: make_card(). Errors: refused (which organisation, which cycle), those of
/// the model; never a plugin's.
Result<document::Document> make_dashboard(const Registry& registry, const Model& model, const ReportOptions& options, const MakeCard& make = {},
                                          PageList pages = PageList::named);

}  // namespace evenhand::plugins
