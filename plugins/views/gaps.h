/// What is missing, in words, with who owes it.
#pragma once

#include <string>
#include <vector>

#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"

namespace evenhand::views {

/// "Who will do it is not named (printed: "tbc"). Owed by the EDI lead, wanted by June 2026."
std::string gap_sentence(const sdk::Input& input, const sdk::Row& gap);
/// What is missing, alone: "No action agreed".
std::string what_is_missing(const sdk::Row& gap);
/// Who owes it: the role named, else the organisation with a remark that no role is named.
std::string who_owes(const sdk::Input& input, const sdk::Row& gap);

/// Open gaps for which `wanted(row)` holds.
template <class Wanted>
std::vector<const sdk::Row*> open_gaps(const sdk::Input& input, Wanted wanted) {
  return input.rows("gap", [&](const sdk::Row& row) { return row.text("status") != "closed" && wanted(row); });
}

/// A banner a gap; nothing when there are none.
void add_gap_banners(sdk::Document& document, const sdk::Input& input, const std::vector<const sdk::Row*>& gaps);

/// One table of gaps; nothing when there are none.
void add_gap_table(sdk::Document& document, const sdk::Input& input, const std::string& title,
                   const std::vector<const sdk::Row*>& gaps);

/// Every open gap, a table for each domain, and how often each printed placeholder is accounted for.
void add_all_gaps(sdk::Document& document, const sdk::Input& input);

}  // namespace evenhand::views
