/// Hides and rounds numbers about people before any plugin sees them, by the policy's disclosure rule
/// (core/policy/disclosure.h).
///
/// - Counts of people from people_masked_from to people_masked_to are hidden; others are rounded.
/// - Participant totals (workshops, tallies, events, the n of a measure) are rounded by their own rule, normally not.
/// - A percentage that, or whose rest to 100 %, stands for a hidden count is hidden together with its n.
/// - Votes are hidden until the workshop is closed, when there are too few, and all of a breakdown by group of
///   graders when one group has too few.
/// - Cells of data tables are counts of people unless the table names another unit (papers, boxes). One that is a number is hidden or rounded; one with
///   words around its only whole number ("4*", "4 staff", "n=3", "4 (20%)") is hidden when that is small, else it stands. Two numbers ("4 of 20") stand.
/// - What came with an import of published figures was printed already: it is left as it stands. So is a figure of the type "published",
///   whoever entered it: it says what is printed, and of votes how many there were, never how they were split (docs/decisions/0054-projections.md).
/// What is said in free text is not looked at: documents stay drafts until a disclosure check passes.
/// Threads: pure.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/model.h"
#include "core/policy/scoring_policy.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

/// Does each record of that type stand for a person? Somebody on the register, what they did, a comment: how many there are of
/// them, or of them in a group, is a count of people.
bool stands_for_a_person(const RecordSpec& spec);
/// A number of records that stand for people, as the rule lets it be seen.
void mask_people(InputField& count, const DisclosureRule& rule);

/// What a tally needs to know about the records around it.
struct TallySurroundings {
  bool is_closed = false;          ///< its workshop is closed or sealed
  bool every_group_passes = true;  ///< no tally of its breakdown has too few votes
};
/// `tallies`: all of the model. Errors: those of the model.
Result<TallySurroundings> surroundings_of(const Record& tally, const std::vector<Record>& tallies, const Model& model,
                                          const DisclosureRule& rule);

enum class Origin : std::uint8_t { own, published };
/// Applies the rule to a row made from `record`.
void mask_row(InputRow& row, const Record& record, const DisclosureRule& rule, const TallySurroundings& tally, Origin origin);

}  // namespace evenhand::plugins
