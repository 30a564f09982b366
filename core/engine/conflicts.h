/// What replicas disagree on, and what a person needs to see before deciding it.
///
/// Threads: values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/event/event.h"
#include "core/record/paragraph_merge.h"

namespace evenhand {

class Record;
class Workspace;
struct RecordChange;

/// A field on which replicas disagree, or a record removed here and edited there.
struct Conflict {
  /// Who wrote a version: the organisation's name in the space, and the device's label. A role or a thing, never a person.
  struct Author {
    std::string organisation;
    std::string device_label;
    /// Which side of the dispute it is on: its organisation; its device when an organisation disagrees with itself; its
    /// chain when copies of one device do.
    std::string party;
  };
  struct Version {
    std::string value;   ///< as people read it; "(cleared)", "(sealed)"
    Reference by;
    ClaimedTime claimed;
    Author author;
    bool is_cleared = false;
    bool is_sealed = false;  ///< its key is not here
  };

  EntityId entity;
  std::string type;
  std::string title;
  std::string field;               ///< empty: removed and edited
  std::optional<Version> before;   ///< the causally latest version that all of them had seen
  std::vector<Version> versions;   ///< by reference, so that a number means the same on every replica
  std::optional<std::string> merged;      ///< long text: the joined text on offer
  std::vector<ParagraphClash> clashes;    ///< long text: why there is none
  std::vector<Reference> heads;    ///< what a decision must name as seen
  /// Of a declared type whose definition is not here: `field` is "field 3", values are not shown, and nobody decides it here.
  bool needs_definition = false;
  std::string view;                ///< the heads in short, to hand back when deciding

  /// "LPT against UHL": equal for conflicts between the same sides.
  std::string parties() const;
};

/// The short form of heads: the first eight hexadecimal digits of each, with full stops between.
std::string view_of(const std::vector<Reference>& heads);

/// Does anything about the record wait for a person?
bool needs_decision(const Record& record);

/// For a command whose very purpose is to settle the matter (a twin's verdict, an agreement to a plugin): the change, as a decision where
/// it writes to what is in dispute. A plain change of that is refused. Errors: those of reading.
Result<RecordChange> as_decision(const Workspace& workspace, RecordChange change);

}  // namespace evenhand
