/// What a person wants changed, and what came of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/authority.h"
#include "core/event/event.h"
#include "core/projection/fold_entity.h"
#include "core/record/value.h"

namespace evenhand {

struct FieldValue {
  std::string field;
  Value value;
};

/// One record created, changed or removed.
struct RecordChange {
  std::string type;                      ///< record type
  EntityId entity;                       ///< zero: a new record
  Verb verb = Verb::changed;              ///< `changed` and `undone` are refused where they would write to what is in dispute
  std::vector<FieldValue> set = {};      ///< set fields: the whole set wanted
  std::vector<FieldValue> add = {};      ///< set fields: items to add
  std::vector<FieldValue> remove = {};   ///< set fields: items to take away
  std::vector<std::string> clear = {};   ///< fields to empty
  /// Of the event that `undoes` names: fields whose dispute stands open again ("" = removed or kept). With Verb::undone only.
  std::vector<std::string> reopen = {};
  std::string reason = {};               ///< why; needed for decisions
  /// The heads that the change was decided on. No longer current: refused as stale, saying what changed meanwhile; Verb::changed of
  /// an import is written beside that instead, for a person to decide (and brings a removed record back). Empty: whatever is current.
  std::vector<Reference> seen = {};
  Reference undoes = {};                 ///< the event that this one takes back
};

/// One action of a person: all of it happens, or none.
struct Command {
  std::vector<RecordChange> changes;
  BatchId batch = {};        ///< part of an import
  /// Where to write instead of the records' home; for the record of a batch, which each space needs for itself.
  std::optional<SpaceKind> space = {};
  std::optional<SpaceId> in_space = {};  ///< the same, naming one space
  bool is_import = false;    ///< impossible arithmetic is reported, not refused; dates stay as printed
  bool is_upkeep = false;    ///< follows from what was decided already: no action of a person's, so undo() does not look at it
};

struct Receipt {
  std::vector<EntityId> entities;     ///< parallel to Command::changes
  std::vector<Reference> events;
  std::size_t records_written = 0;    ///< changes that said something new
  std::vector<std::string> warnings;  ///< what was reported but not refused
};

/// What a person types to work on records of a type: "evenhand action-update history", "evenhand record history walk".
std::string words_for(std::string_view type, std::string_view verb);
/// "action-update", "walk": a type in a sentence.
std::string plain_type(std::string_view type);

}  // namespace evenhand
