/// Asks the validators of all plugins about a change before it is written (core/engine/examiner.h).
///
/// A validator gets the record as it would stand, then as it stood, with declared fields only. Numbers of people are not masked: the
/// answer goes to the person who is typing them, and to nobody else. A validator that fails is told as "not checked": it neither
/// blocks nor counts as in order. Nobody is asked about what the program keeps itself (is_kept_by_program()): removing a plugin is such a
/// change. Nor about undo (core/engine/examiner.h). A data file is asked about record by record, before any of it is written: a validator that
/// failed at kImportFailuresMax of its records is left alone for the rest of it, so that a bad one costs no more than that.
/// Threads: one.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/engine/examiner.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

inline constexpr std::size_t kFindingsMax = 20;           ///< of one validator about one change
inline constexpr std::size_t kFindingTextBytesMax = 500;

/// Told of each validator that was asked, whether it answered, and how long that took.
using ValidatorAsked = std::function<void(const Plugin& plugin, const ValidatorEntry& validator, const Result<void>& ended, std::chrono::nanoseconds took)>;

inline constexpr std::size_t kImportFailuresMax = 3;  ///< of one validator
/// How often each validator failed at records of an import: by plugin and validator.
using ImportFailures = std::map<std::pair<std::string, std::string>, std::size_t>;

/// `failures`: kept between the records of an import.
std::vector<Finding> ask_validators(const Registry& registry, const ProposedChange& change, const ValidatorAsked& asked = {}, ImportFailures* failures = nullptr);

/// `registry_now` is asked at each change: plugins come and go while a process holds a workspace.
Examiner examiner_of(std::function<std::shared_ptr<const Registry>()> registry_now, ValidatorAsked asked = {});

}  // namespace evenhand::plugins
