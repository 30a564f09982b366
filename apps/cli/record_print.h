/// Records for people and for programs: lists, whole records, histories.
///
/// Threads: one.
#pragma once

#include "apps/cli/session.h"
#include "core/codec/json.h"

namespace evenhand::cli {

/// The type of an event as people read it: "walk.changed" without the digits of a declared type.
std::string event_words(std::string_view type);

/// The fields that tell most about a record of that type in a list, beside id and title.
std::vector<std::string_view> list_fields(const RecordSpec& spec);

void print_list(Console& console, const Workspace& workspace, const RecordSpec& spec, const std::vector<Record>& records);
void print_record(Console& console, const Workspace& workspace, const Record& record);
void print_history(Console& console, const Workspace& workspace, const Record& record, const std::vector<HistoryEntry>& history);

/// How this laptop gets the keys under which values of people are sealed: what to type, here and there.
std::string advice_on_keys(const Workspace& workspace);

/// {"id","short_id","type","title","removed","fields":{…},"conflicts":{…}}; references as hexadecimal ids.
Json record_json(const Record& record);
Json history_json(const Workspace& workspace, const HistoryEntry& entry);
/// "changed, 2026-11-16 15:42 UTC, EDI laptop"
std::string when_and_who(ClaimedTime claimed, std::string_view device);

}  // namespace evenhand::cli
