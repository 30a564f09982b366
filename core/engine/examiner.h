/// What others have to say about a change before it is written. The engine asks; who is asked, it does not know.
///
/// Threads: one. Lifetime: an examiner lives as long as the workspace that it was given to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/model.h"

namespace evenhand {

/// One record as it would stand. Not asked about: removals, what is undone.
struct ProposedChange {
  std::optional<Record> before;  ///< none: a new record
  Record after;
  bool is_import = false;  ///< one of a file's many, none of which is written yet
};

enum class FindingWeight : std::uint8_t {
  error,        ///< nothing is saved
  warning,      ///< saved, and told
  not_checked,  ///< whoever should have looked could not; saved, and told: never taken for "in order"
};

struct Finding {
  FindingWeight weight = FindingWeight::warning;
  std::string from;   ///< who says so: "Action tracker (org.evenhand.tracker)"
  std::string field;  ///< empty: the record as a whole
  std::string text;   ///< a sentence for people
};

/// Gives what there is to say, and never fails itself.
using Examiner = std::function<std::vector<Finding>(const ProposedChange&)>;
struct RecordChange;
/// Told what was said of one change of a command.
using ToldFindings = std::function<void(const RecordChange&, const std::vector<Finding>&)>;

/// The record after those changes: scalars set or cleared, items added and removed. `fields`: as they would be written.
struct OwnedChange;
Result<Record> record_after(const RecordSpec& spec, const EntityId& id, const std::optional<Record>& before, const std::vector<OwnedChange>& fields);

}  // namespace evenhand
