/// Whom this laptop exchanges with: `evenhand sync partners`, and what else asks for it.
///
/// Threads: one.
#pragma once

#include "apps/cli/file_partners.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

/// By what a person typed: one of the book, or a laptop of a space that was never called. Errors: not_found, refused (several).
Result<Partner> partner_meant(const Workspace& workspace, const PartnerBook& book, const std::string& words);

/// Why nobody can be called: nobody is known, they exchange by file, or they call us.
Error nobody_to_call(const PartnerBook& book, const std::vector<FilePartner>& by_file);

void add_sync_partners(CLI::App& sync, Console& console);

}  // namespace evenhand::cli
