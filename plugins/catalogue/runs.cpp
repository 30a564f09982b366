#include "plugins/catalogue/runs.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "core/base/bytes.h"
#include "core/crypto/hash.h"

namespace evenhand::plugins {

namespace {

// The same record whenever this computer tells of that day. No two computers write one record, but a computer that was restored from a backup
// writes beside its own past: the largest count holds, and nobody is asked (Workspace::conflicts()).
EntityId record_of(const RunDay& of) {
  const Hash hash = sha256({view_of("evenhand plugin run"), view_of(of.plugin), view_of("|"), view_of(of.day), view_of("|"), view_of(of.device)});
  return *EntityId::from(hash.view().first(EntityId::kSize));
}

std::int64_t largest(const Record& record, std::string_view field) {
  std::int64_t most = 0;
  for (const Value& value : record.values(field)) most = std::max(most, std::get<std::int64_t>(value));
  return most;
}

RunCounts counts_of(const Record& record) {
  const std::vector<Value> outcomes = record.values("outcome");
  return {largest(record, "runs"), largest(record, "failed"), largest(record, "killed"), outcomes.empty() ? std::string() : std::get<std::string>(outcomes.back())};
}

// How often a count has doubled.
int doublings(std::int64_t count) { return std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0))); }

}  // namespace

bool are_runs_on_record(const Plugin& plugin) { return !plugin.digest.empty(); }

bool is_due(const RunCounts& told, const RunCounts& now) {
  return doublings(now.runs) > doublings(told.runs) || doublings(now.failed) > doublings(told.failed) || doublings(now.killed) > doublings(told.killed);
}

Result<RunCounts> runs_told(const Model& model, const RunDay& of) {
  EVENHAND_TRY(const std::optional<Record> record, model.find(record_of(of)));
  return record && !record->is_removed() ? counts_of(*record) : RunCounts{};
}

Result<std::vector<RunsOnRecord>> runs_on_record(const Model& model, std::string_view plugin) {
  EVENHAND_TRY(const std::vector<Record> records, model.records("plugin_run"));
  std::vector<RunsOnRecord> all;
  for (const Record& record : records) {
    const RunDay of{record.text("plugin"), record.text("day"), record.text("device")};
    if (of.plugin == plugin && record.id() == record_of(of)) all.push_back({of, counts_of(record)});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return std::tie(b.day, a.device) < std::tie(a.day, b.device); });
  return all;
}

RecordChange runs_made(const Plugin& plugin, const RunDay& of, const RunCounts& counts) {
  RecordChange change{"plugin_run", record_of(of), Verb::changed, {}};
  change.set = {{"plugin", of.plugin},
                {"day", of.day},
                {"device", of.device},
                {"version", plugin.manifest.version},
                {"data_class", std::string(to_word(plugin.manifest.data_class))},
                {"runs", counts.runs},
                {"failed", counts.failed},
                {"killed", counts.killed}};
  if (!counts.outcome.empty()) change.set.push_back({"outcome", counts.outcome});
  return change;
}

}  // namespace evenhand::plugins
