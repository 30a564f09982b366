/// Views whose rows stand for people: how many rows there are of them is a number of people, whoever counts them.
///
/// It is not for a manifest to say. A view's rows are made record by record, so they stand for people where one of the record types that
/// it is made from does (stands_for_a_person()), whatever the columns hold and whatever class its reader has.
/// Threads: pure.
#pragma once

#include <string>
#include <vector>

#include "core/policy/scoring_policy.h"
#include "plugins/host/projection_reader.h"
#include "plugins/host/report_input.h"

namespace evenhand::plugins {

bool stands_for_people(const ViewRead& view);

/// The person whom a record names, else the record itself; nothing to ask with where the view's rows stand for nobody.
/// Lifetime of the model: as long as what is given. Errors: those of the model.
PersonOf person_of(const ViewRead& view, const Model& model);

/// Does it read records that stand for people, whatever its class?
bool reads_people(const Manifest& manifest);

/// May what that plugin says of its own failure speak of somebody: does it read free text or above, or records that stand for people?
/// Then its words are kept nowhere.
bool may_speak_of_people(const Manifest& manifest);

/// Those of them that are read row by row, as their reader names them, apart by spaces: the option "people_views" (docs/formats/plugin-input.md).
std::string people_views(const std::vector<ViewRead>& views);

/// The options by which a plugin shows numbers of people that it counts itself.
void write_rule(InputWriter& input, const DisclosureRule& rule);

/// Of each group of rows that stand for people: hides every measure where the people are few, however many rows they have, and treats as a number of
/// people the rows' count and any whole sum not above it, which may be one of noughts and ones. Other rows are left as they stand.
/// A sum that may be one number in each row is that number as often as the rounded count says. Where a count or sum is hidden in one group alone, the
/// smallest beside it is hidden, too.
void mask_view_rows(std::vector<InputRow>& rows, const ViewRead& view, const DisclosureRule& rule);

}  // namespace evenhand::plugins
