/// The fields of a record type as flags, out of the vocabulary table: --review-date, --groups, …
///
/// `organisation` and `cycle` have no flags of their own here: --org and --cycle fill them.
/// Threads: one. Lifetime: a FieldFlags must live as long as the command that it was added to.
#pragma once

#include <map>

#include "apps/cli/session.h"
#include "core/engine/command.h"
#include "core/record/vocabulary.h"

namespace CLI {
class App;
}

namespace evenhand::cli {

enum class FlagUse { add, edit, filter };

struct FieldFlags {
  const RecordSpec* spec = nullptr;
  std::map<std::string_view, std::vector<std::string>> given;   ///< by field; what the person typed, in order
  std::map<std::string_view, std::vector<std::string>> added;   ///< edit: --add-groups
  std::map<std::string_view, std::vector<std::string>> removed; ///< edit: --remove-groups
  std::vector<std::string> cleared;                             ///< edit: --clear
  std::string reason;
};

/// "review_date" → "review-date"; also for record types.
std::string hyphened(std::string_view name);
/// A sample of a title, as help and tests use it to name a record of that type.
std::string sample_title(const RecordSpec& spec);
/// True for types that people do not enter: they come with imports, copies and plugins.
bool is_bookkeeping(const RecordSpec& spec);
/// True for a field that has a flag.
bool has_flag(const FieldSpec& field);

/// Adds the flags. On `add`, the title can also stand without its flag when it is text.
void add_field_flags(CLI::App& command, FieldFlags& flags, FlagUse use);

/// What was typed as a value: references looked up by words, prose read from @FILE or - (standard input).
/// Errors: not_found, refused, unavailable.
Result<Value> value_from_words(const Workspace& workspace, Console& console, const FieldSpec& field,
                               const std::vector<std::string>& words);

/// The change that the flags ask for. A new record gets organisation, cycle and the usual defaults.
Result<RecordChange> change_from(const Workspace& workspace, Console& console, const FieldFlags& flags, const EntityId& entity);

}  // namespace evenhand::cli
