#include "core/engine/late_verdict.h"

#include <algorithm>
#include <set>

#include "core/crypto/hash.h"
#include "core/engine/sign_off.h"

namespace evenhand {

namespace {

// Distinct values of a field over all the records.
std::set<std::string> values_of(const std::vector<Record>& records, std::string_view field) {
  std::set<std::string> all;
  for (const Record& record : records) {
    for (const Value& value : record.values(field)) all.insert(to_text(*record.spec().find_field(field), value));
  }
  return all;
}

bool is_conflicted(const std::vector<Record>& records, std::string_view field) {
  return std::any_of(records.begin(), records.end(), [&](const Record& record) { return record.is_conflicted(field); });
}

}  // namespace

EntityId late_id_of(const EntityId& sign_off, const Reference& event) {
  static constexpr std::string_view kDomain{"evenhand/late/1\0", 16};
  Bytes bytes(Reference::kBytes);
  event.write(bytes.data());
  return *EntityId::from(sha256({view_of(kDomain), sign_off.view(), ByteView(bytes)}).view().first(EntityId::kSize));
}

Result<LateVerdicts> LateVerdicts::read(const Workspace& workspace) {
  LateVerdicts read;
  EVENHAND_TRY(std::vector<Record> records, workspace.records("late"));
  for (Record& record : records) {
    LateVerdict& said = read.all_[{record.reference("sign_off").value_or(EntityId{}), record.text("event")}];
    said.records.push_back(std::move(record));
  }
  for (auto& [of, said] : read.all_) {
    std::sort(said.records.begin(), said.records.end(), [](const Record& a, const Record& b) { return a.id() < b.id(); });
    const std::set<std::string> verdicts = values_of(said.records, "verdict");
    said.verdicts.assign(verdicts.begin(), verdicts.end());
    const bool is_about_cycle = verdicts == std::set<std::string>{"carried"} && (values_of(said.records, "cycle").size() > 1 || is_conflicted(said.records, "cycle"));
    said.is_disputed = verdicts.size() != 1 || is_conflicted(said.records, "verdict") || is_about_cycle;
  }
  return read;
}

const LateVerdict* LateVerdicts::find(const EntityId& sign_off, const std::string& event) const {
  const auto found = all_.find({sign_off, event});
  return found == all_.end() ? nullptr : &found->second;
}

Result<std::vector<RecordChange>> late_changes(const LateVerdicts& said, const EntityId& sign_off, const Reference& event, const EntityId& entity, const LateWords& words) {
  RecordChange change{"late", late_id_of(sign_off, event), Verb::changed, {{"sign_off", sign_off}, {"event", long_text(event)}, {"entity", entity.hex()}}};
  std::vector<FieldValue> verdict = {{"verdict", words.verdict}};
  if (!words.reason.empty()) verdict.push_back({"reason", words.reason});
  if (words.cycle) verdict.push_back({"cycle", *words.cycle});
  const LateVerdict* const earlier = said.find(sign_off, long_text(event));
  if (earlier == nullptr) {
    change.set.insert(change.set.end(), verdict.begin(), verdict.end());
    return std::vector<RecordChange>{std::move(change)};
  }
  if (earlier->is_disputed && words.reason.empty()) return refused("people said different things of this change, so settling it needs a reason", event.text(), "Say why: --reason \"...\"");
  std::vector<RecordChange> decisions;
  for (const Record& record : earlier->records) {
    RecordChange decision{"late", record.id(), Verb::decided, verdict};
    if (!words.cycle && record.state().find(record.spec().find_field("cycle")->id) != nullptr) decision.clear.push_back("cycle");
    decision.seen = record.state().heads;
    decision.reason = words.reason;
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

}  // namespace evenhand
