/// Asks the validators of all plugins about a change before it is written (core/engine/examiner.h).
///
/// A validator gets the record as it would stand, then as it stood, with declared fields only. Numbers of people are not masked: the
/// answer goes to the person who is typing them, and to nobody else. A validator that fails is told as "not checked": it neither
/// blocks nor counts as in order. Nobody is asked about what the program keeps itself (is_kept_by_program()): removing a plugin is such a
/// change. Nor about imports and undo (core/engine/examiner.h).
/// Threads: one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "core/engine/examiner.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

inline constexpr std::size_t kFindingsMax = 20;           ///< of one validator about one change
inline constexpr std::size_t kFindingTextBytesMax = 500;

/// Told of each validator that was asked, whether it answered, and how long that took.
using ValidatorAsked = std::function<void(const Plugin& plugin, const ValidatorEntry& validator, const Result<void>& ended, std::chrono::nanoseconds took)>;

std::vector<Finding> ask_validators(const Registry& registry, const ProposedChange& change, const ValidatorAsked& asked = {});

/// `make_registry` is asked when the first change is made, so that reading costs nothing.
Examiner examiner_of(std::function<std::shared_ptr<const Registry>()> make_registry, ValidatorAsked asked = {});

}  // namespace evenhand::plugins
