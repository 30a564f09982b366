/// The desk as files that are read without a network: a page with all cards, and each page of a plugin, linked to each other.
///
/// A page is a report that its manifest gives the place "page". It is made like every report (run_report.h) and written by the host, so no script of a
/// plugin's can be in it; where a plugin fails, its page says so, and the others stand. The same records give the same bytes. Threads: one thread a model.
#pragma once

#include <functional>
#include <string>

#include "plugins/host/dashboard.h"

namespace evenhand::plugins {

inline constexpr std::string_view kDeskIndex = "index.html";  ///< the cards

/// "page-walks.html": letters, digits and hyphens of a report's id, which no two plugins share; no name that a system keeps for itself.
std::string desk_file_of(const ReportInfo& page);
/// Is it kDeskIndex or one of the above?
bool is_desk_file(std::string_view name);

struct DeskFile {
  std::string name;
  std::string bytes;  ///< HTML
};

struct DeskHands {
  MakeCard card = {};  ///< empty: make_card()
  MakeCard page = {};  ///< the same
  /// Takes each file as it is made. `page`: what it is the whole of; null for the cards, and for a note in a page's place. When a page is refused, its
  /// place says why: the same name comes again, with null.
  std::function<Result<void>(const DeskFile& file, const ReportInfo* page)> take;
};

/// Errors: those of make_dashboard(); what `take` says of a file that is no page; never a plugin's.
Result<void> make_desk(const Registry& registry, const Model& model, const ReportOptions& options, const DeskHands& hands);

}  // namespace evenhand::plugins
