/// What the records of type schema say of record types that plugins declared, and what cannot be read of it.
///
/// Every space holds the definitions of the declared types whose records stand in it: whoever gets the records gets their
/// meaning. A definition vouches for itself by its name (core/record/declared_types.h), so anybody may write one.
/// Threads: those of the workspace.
#pragma once

#include <map>

#include "core/engine/workspace.h"
#include "core/record/declared_types.h"

namespace evenhand {

/// The record that holds the definition of a declared type.
RecordChange definition_change(const RecordSpec& type);
/// Does that record stand in the space as it should? Errors: those of reading.
Result<bool> definition_stands(const Space& space, const RecordSpec& type);

/// A record of type schema that is not what its name says, or cannot be read by this version. It is kept, and declares nothing.
struct UnreadableDefinition {
  EntityId entity;
  std::string why;
};
Result<std::vector<UnreadableDefinition>> unreadable_definitions(const Workspace& workspace);
/// Declared types of which records stand here and no definition is known, with how many.
Result<std::map<std::string, std::size_t>> types_without_definition(const Workspace& workspace);

}  // namespace evenhand
