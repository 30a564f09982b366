/// Stage 2 of folding: what the whole does not allow, though each record by itself does.
///
/// A pure function of all record states; nothing here drops an event. Two edits, each valid alone, may merge into a
/// whole that does not add up: then a problem says so, blocks sign-off, and a person decides.
/// Codes: docs/formats/problems.md (a test holds the two equal).
#pragma once

#include "core/engine/twin_words.h"

namespace evenhand {

/// Every code that find_problems() can give, in the order of the document.
std::span<const std::string_view> problem_codes();

/// Errors: those of reading.
Result<std::vector<RecordProblem>> find_problems(const Workspace& workspace);

struct Twins {
  RecordProblem problem;         ///< same_twice, of the later one
  EntityId first, second;
  std::vector<TwinWord> words = {};  ///< what people said already, when they said different things
};
/// Of these, what may stand twice (code same_twice) alone: reads only what can. Errors: those of reading.
Result<std::vector<Twins>> find_twins(const Workspace& workspace);

}  // namespace evenhand
