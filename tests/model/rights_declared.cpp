#include <algorithm>
#include <string>

#include "core/record/declared_types.h"
#include "tests/model/commands_and_rights.h"

namespace evenhand::test {

namespace {

struct RecordRight {
  std::string_view type;
  Capability needs;
};

// Who runs the system sets it up, who runs workshops counts and grades, a seat approves; everybody else contributes.
constexpr RecordRight kRecords[] = {
    {"cycle", Capability::admin},
    {"framework", Capability::admin},
    {"policy", Capability::admin},
    {"organisation", Capability::admin},
    {"plugin", Capability::admin},
    {"workshop", Capability::facilitate},
    {"tally", Capability::facilitate},
    {"grade", Capability::facilitate},
    {"grade_adoption", Capability::facilitate},
    {"approval", Capability::sign_off},
    {"service", Capability::contribute},
    {"profile", Capability::contribute},
    {"group", Capability::contribute},
    {"meeting", Capability::contribute},
    {"decision", Capability::contribute},
    {"report_header", Capability::contribute},
    {"objective", Capability::contribute},
    {"evidence", Capability::contribute},
    {"measure", Capability::contribute},
    {"milestone", Capability::contribute},
    {"data_table", Capability::contribute},
    {"evidence_request", Capability::contribute},
    {"narrative", Capability::contribute},
    {"engagement", Capability::contribute},
    {"third_party", Capability::contribute},
    {"published", Capability::contribute},
    {"finding", Capability::contribute},
    {"file", Capability::contribute},
    {"comment", Capability::contribute},
    {"theme", Capability::contribute},
    {"response", Capability::contribute},
    {"outreach", Capability::contribute},
    {"story", Capability::contribute},
    {"plan", Capability::contribute},
    {"action", Capability::contribute},
    {"action_update", Capability::contribute},
    {"gap", Capability::contribute},
    {"risk", Capability::contribute},
    {"plan_outcome", Capability::contribute},
    {"progress", Capability::contribute},
    {"self_assessment", Capability::contribute},
    {"person", Capability::contribute},
    {"opportunity", Capability::contribute},
    {"activity", Capability::contribute},
    {"training", Capability::contribute},
    {"claim", Capability::contribute},
    {"evaluation", Capability::contribute},
    {"sign_off", Capability::contribute},
    {"publication", Capability::contribute},
    {"duplicate", Capability::contribute},
    {"share", Capability::contribute},
    {"batch", Capability::contribute},
    {"late", Capability::contribute},
    {"document", Capability::contribute},
    {"plugin_run", Capability::contribute},
    {"schema", Capability::contribute},  // it vouches for itself; whoever writes the first record of a declared type writes it
};

constexpr CommandKind kReads = CommandKind::reads, kWrites = CommandKind::writes, kMeets = CommandKind::with_others;
constexpr CommandRight kSingle[] = {
    {"init", CommandKind::own_place},
    {"demo", CommandKind::own_place},
    {"hub accept", kMeets},  // these three run on a hub, which has no workspace
    {"hub serve", kMeets},
    {"hub wipe", kMeets},
    {"hub use", kMeets},  // the book of partners, never a log
    {"hub invite", kMeets},
    {"hub admit", kMeets},
    {"status", kReads},
    {"scorecard", kReads},
    {"report list", kReads},
    {"report run", kReads},
    {"dashboard", kReads},
    {"export", kReads},
    {"grade explain", kReads},
    {"organisation devices", kReads},
    {"file save", kReads},
    {"conflict list", kReads},
    {"conflict show", kReads},
    {"log list", kReads},
    {"log show", kReads},
    {"log verify", kReads},
    {"rebuild", kReads},  // the views, never the log
    {"doctor", kReads},
    {"completion", kReads},
    {"man", kReads},
    {"version", kReads},
    {"partner list", kReads},
    {"space list", kReads},
    {"conflict twins", kReads},
    {"signoff status", kReads},
    {"signoff late list", kReads},
    {"sync log", kReads},
    {"sync request", kReads},
    {"plugin list", kReads},
    {"plugin info", kReads},
    {"plugin trace", kReads},
    {"plugin views", kReads},
    {"plugin rebuild", kReads},  // the views, never the log
    {"plugin new", kReads},  // these make files of an author's, never records
    {"plugin check", kReads},
    {"plugin test", kReads},
    {"plugin dev", kReads},
    {"plugin pack", kReads},
    {"plugin sign", kReads},
    {"plugin key new", kReads},
    {"plugin install", kMeets},
    {"plugin remove", kMeets},
    {"plugin trust", kMeets},
    {"pair", kMeets},
    {"join", kMeets},
    {"partner invite", kMeets},
    {"partner admit", kMeets},
    {"partner remove", kMeets},
    {"partner adopt", kMeets},
    {"partner leave", kMeets},
    {"partner restore", kMeets},
    {"space use", kMeets},
    {"space add", kMeets},
    {"space retire", kMeets},
    {"share copy", kMeets},
    {"sync now", kMeets},
    {"sync serve", kMeets},
    {"sync watch", kMeets},
    {"sync partners", kMeets},
    {"sync send", kMeets},
    {"sync receive", kMeets},
    {"conflict undo", kMeets},
    {"person erase", kMeets},  // admin, and what removing the records asks for: tests/unit/core/engine/erasure.cpp
    {"story erase", kMeets},
    {"conflict same", kMeets},
    {"conflict different", kMeets},
    {"signoff key", kMeets},
    {"signoff request", kMeets},
    {"signoff approve", kMeets},
    {"signoff decline", kMeets},
    {"signoff resolve", kMeets},
    {"signoff verify", kMeets},
    {"signoff late carry", kMeets},
    {"signoff late dismiss", kMeets},
    {"signoff late amend", kMeets},
    {"signoff late close", kMeets},
    {"record types", kReads},
    {"record list", kReads},
    {"record show", kReads},
    {"record history", kReads},
    {"record declare", kWrites, Capability::contribute},
    {"record add", kWrites, Capability::contribute},
    {"record edit", kWrites, Capability::contribute},
    {"record remove", kWrites, Capability::contribute},
    {"workshop count", kWrites, Capability::facilitate},
    {"grade adopt", kMeets},
    {"grade record", kWrites, Capability::facilitate},
    {"action update", kWrites, Capability::contribute},
    {"evidence attach", kWrites, Capability::contribute},
    // These four ask for whatever the records concerned ask for; here: those of their examples.
    {"plugin run", kWrites, Capability::contribute},
    {"conflict resolve", kWrites, Capability::contribute},
    {"undo", kWrites, Capability::contribute},
    {"import", kWrites, Capability::contribute | Capability::facilitate | Capability::admin},
};

}  // namespace

std::span<const CommandRight> single_commands() { return kSingle; }

std::optional<Capability> right_to_write(std::string_view record_type) {
  const auto found = std::find_if(std::begin(kRecords), std::end(kRecords), [&](const RecordRight& row) { return row.type == record_type; });
  if (found == std::end(kRecords) && is_declared_type(record_type)) return Capability::contribute;
  return found == std::end(kRecords) ? std::nullopt : std::optional(found->needs);
}

std::optional<CommandRight> right_of(std::string_view words) {
  const auto single = std::find_if(std::begin(kSingle), std::end(kSingle), [&](const CommandRight& row) { return row.words == words; });
  if (single != std::end(kSingle)) return *single;
  const std::size_t blank = std::min(words.find(' '), words.size());
  std::string type(words.substr(0, blank));
  std::replace(type.begin(), type.end(), '-', '_');
  const std::string_view verb = words.substr(std::min(blank + 1, words.size()));
  const auto needs = right_to_write(type);
  if (!needs) return std::nullopt;
  for (const std::string_view reading : {"list", "show", "history"}) {
    if (verb == reading) return CommandRight{words, CommandKind::reads};
  }
  for (const std::string_view writing : {"add", "edit", "remove"}) {
    if (verb == writing) return CommandRight{words, CommandKind::writes, *needs};
  }
  return std::nullopt;
}

}  // namespace evenhand::test
