/// Views whose rows stand for people: how many rows there are of them is a number of people, whoever counts them.
///
/// It is not for a manifest to say. A view's rows are made record by record, so they stand for people where one of the record types that
/// it is made from does (stands_for_a_person()), whatever the columns hold and whatever class its reader has.
/// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "core/policy/scoring_policy.h"
#include "plugins/host/report_input.h"

namespace evenhand::plugins {

bool stands_for_people(const ViewRead& view);

/// Does it read records that stand for people, whatever its class?
bool reads_people(const Manifest& manifest);

/// May what that plugin says of its own failure speak of somebody: does it read free text or above, or records that stand for people?
/// Then its words are kept nowhere.
bool may_speak_of_people(const Manifest& manifest);

/// Those of them as their reader names them, apart by spaces: the option "people_views" (docs/formats/plugin-input.md).
std::string people_views(const std::vector<ViewRead>& views);

/// Of a group of rows that stand for people: hides every measure where they are few, and treats as a number of people their count and
/// any whole sum not above it, which may be one of noughts and ones. Other rows are left as they stand.
void mask_view_row(InputRow& row, const ViewRead& view, const DisclosureRule& rule);

}  // namespace evenhand::plugins
