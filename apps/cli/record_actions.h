/// What the commands of every record type do, of the vocabulary (record_commands.cpp) or declared (declared_records.cpp).
///
/// Each tells what came of it. Errors: those of finding and of submitting.
/// Threads: one.
#pragma once

#include "apps/cli/record_flags.h"

namespace evenhand::cli {

Result<void> add_record(Workspace& workspace, Console& console, const FieldFlags& flags);
/// `words`: which record, as for find_record().
Result<void> edit_record(Workspace& workspace, Console& console, const FieldFlags& flags, const std::string& words);
Result<void> remove_record(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words, const std::string& reason);
/// Those that hold all values given in `flags`, of --org and --cycle when given.
Result<void> list_records(Workspace& workspace, Console& console, const FieldFlags& flags);
Result<void> show_record(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words);
Result<void> show_history(Workspace& workspace, Console& console, const RecordSpec& spec, const std::string& words);

}  // namespace evenhand::cli
