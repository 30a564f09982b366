/// The result with its working: what it adds up to, under which policy, what was published, and what cannot be known.
#pragma once

#include <string>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// "28 of 33, Achieving"; "not known"; "18 to 22 of 33, no band until the tie is settled".
std::string result_words(const sdk::Row& score);

/// Points of a row ("7.5 of 12"), or that they are not known.
sdk::Cell points_cell(const sdk::Row& row, std::string_view total, std::string_view maximum);

/// The whole scorecard of an organisation below a heading of `level`.
void add_scorecard(sdk::Document& document, const sdk::Input& input, const std::string& organisation, unsigned level);

/// The result of one domain in a sentence and, for a domain graded per service, a table.
void add_domain_result(sdk::Document& document, const sdk::Input& input, const std::string& organisation,
                       const std::string& domain);

/// Ratings printed for the service or domain (kind rating or total), as published, with source.
void add_published(sdk::Document& document, const sdk::Input& input, const std::string& organisation);

}  // namespace evenhand::views
