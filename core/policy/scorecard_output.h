/// A scorecard as JSON and as a table for people. Every number stands with its maximum, and the policy's name and
/// version beside the whole. The keys are described in docs/formats/scorecard.md.
/// Threads: pure.
#pragma once

#include <string>

#include "core/codec/json.h"
#include "core/policy/scorecard.h"

namespace evenhand {

Json scorecard_json(const Scorecard& card, const ScoringPolicy& policy);

enum class Detail : std::uint8_t { normal, with_check };  ///< with_check: shows the sum of middle grades too

/// Lines of at most 80 columns, each ended by a line feed. Names from outside are made harmless for a terminal:
/// control characters and invisible marks are dropped.
std::string scorecard_text(const Scorecard& card, const Framework& framework, const ScoringPolicy& policy,
                           Detail detail = Detail::normal);

}  // namespace evenhand
