/// Disputes as people and programs read them.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "core/codec/json.h"
#include "core/engine/problems.h"

namespace evenhand::cli {

/// Format: docs/formats/conflict.md.
Json conflict_json(const Conflict& conflict, const std::vector<std::string>& place);
/// Of a problem same_twice: kind "twins", as in the same document.
/// Errors: those of reading.
Result<Json> twin_json(const Workspace& workspace, const Twins& twins);
/// The whole dispute: where the record lives, before, every version with who and when, the joined text or where it clashes, how to decide.
void print_conflict(Console& console, NameBook& names, const Conflict& conflict, const std::vector<std::string>& place);
/// The question, and where people answered it in different ways, each answer with who and when, and how to settle it.
void print_twins(Console& console, const Twins& twins);
/// One line of each.
void print_conflicts(Console& console, NameBook& names, const std::vector<Conflict>& conflicts);
/// conflict twins, same, different.
void add_same_or_different(CLI::App& parent, Console& console);
/// "NCT, EDI laptop"
std::string author_text(const Conflict::Author& author);

}  // namespace evenhand::cli
