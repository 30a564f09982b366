/// What projections are made from: each record as the bytes that the plugin gets, with a print of them.
///
/// A plugin's answer is a function of these bytes alone, so a record whose print has not changed needs no new rows, whatever
/// happened to the log: late events, undo, removal, erasure, other rights, another disclosure rule, a restored store.
/// Threads: one. Lifetime: the model outlives it.
#pragma once

#include <functional>
#include <string>

#include "core/engine/model.h"
#include "plugins/host/masked_rows.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

struct SourceRecord {
  EntityId id;
  std::string row;           ///< one ROW field, masked, with declared fields only
  Hash print;                ///< SHA-256 of `row`
  std::uint64_t losses = 0;  ///< contents of it that are erased or cannot be opened
};

/// Live records of the types that the projection is made from, by type and id; numbers of people hidden and rounded
/// (plugins/host/masked_rows.h). Types that the manifest does not declare give none.
/// Errors: those of the model.
Result<void> for_each_source_record(const Manifest& manifest, const ProjectionEntry& projection, const Model& model,
                                    const std::function<void(SourceRecord)>& visit);

/// The input of a call about these records: what comes before the rows.
std::string input_head(const Manifest& manifest, const ProjectionEntry& projection);

/// The same input with every text of free text, personal or special data replaced by as many "x", and its numbers by 0.
std::string without_personal_data(const Manifest& manifest, const ProjectionEntry& projection, const Record& record, const DisclosureRule& rule);

}  // namespace evenhand::plugins
