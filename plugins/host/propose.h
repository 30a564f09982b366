/// Commands of plugins: what they propose, as a command for the engine, which alone decides. A plugin has no other way to a log.
///
///     EVENHAND_TRY(const Command command, propose(registry, workspace, "org.example.walks", "plan-walks", {{"month", "2026-03"}}, nullptr));
///     workspace.rehearse(command);  // what it would do
///     workspace.submit(command);
/// Threads: one thread a model.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/engine/command.h"
#include "core/engine/model.h"
#include "plugins/host/projection_reader.h"

namespace evenhand::plugins {

inline constexpr std::size_t kProposalRecordsMax = 500;  ///< of one command: one commit holds 512 events

/// What people type for its options, by name.
using CommandOptions = std::map<std::string, std::string, std::less<>>;

/// May that command be asked with those options: what propose() refuses before the plugin is asked, in words that people typed.
/// Errors: not_found (plugin, command), refused (an option that is missing or unknown).
Result<void> check_command(const Registry& registry, std::string_view plugin, std::string_view command, const CommandOptions& options);

/// The plugin gets the live records of the types it declares, masked (masked_rows.h), and the views that it reads, masked as a report's
/// (people_views.h), with the options for counting people itself, by the strictest policy. A record that it could not be shown (removed, a comment that
/// nobody has found publishable) it cannot change. A hidden or rounded number must not come back, from a record or by way of a view, so a field that is masked is
/// refused in the answer. Each answered row is one record: with an id a change, on top of exactly what
/// the plugin saw; without one a new record. Values are read as people type them (parse_value()).
/// `projections`: null: views that it reads are made on the spot.
/// Errors: not_found (plugin, command), refused (an option that is missing or unknown; the plugin's failure; a value that does not
/// fit), corrupt (no rows; a type that it may not propose, were it named in its manifest (is_kept_by_program()); a field that its record
/// type does not have), those of the model.
Result<Command> propose(const Registry& registry, const Model& model, std::string_view plugin, std::string_view command,
                        const CommandOptions& options, const ProjectionReader* projections);

}  // namespace evenhand::plugins
