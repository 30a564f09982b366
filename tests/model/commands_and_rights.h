/// What each command of the program asks of the device that runs it: declared here by hand, beside the program's own
/// list. A command or a record type that no table tells of fails tests/model/commands_and_rights.cpp.
///
/// Source: DESIGN section 6 and docs/decisions/0009-access-from-the-set.md. Threads: constant data.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/access/authority.h"

namespace evenhand::test {

enum class CommandKind {
  reads,      ///< leaves every log as it is and asks for nothing
  own_place,  ///< founds a workspace of its own, so nobody's rights are concerned
  writes,
  /// Of use only with a second device, a person who signs, or a dispute at hand: what it asks for is tried where those are,
  /// in tests/unit/sync/replica, tests/unit/core/engine (sign-off, same or different) and tests/unit/apps/cli/exchange.cpp.
  with_others,
};

struct CommandRight {
  std::string_view words;
  CommandKind kind;
  Capabilities needs = {};  ///< writes: all of these
};
/// Commands that are not `X add`, `X edit`, `X remove`, `X list`, `X show` or `X history` of a record type X.
std::span<const CommandRight> single_commands();

/// By the words as typed behind the program's name. Nothing when no table tells.
std::optional<CommandRight> right_of(std::string_view words);

/// What writing a record of a type asks for, whatever the verb. Nothing when the table does not tell.
std::optional<Capability> right_to_write(std::string_view record_type);

}  // namespace evenhand::test
