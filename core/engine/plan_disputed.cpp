// What a plan refuses because people disagree on it: a plain change would choose between their words, and nobody would be told.
#include <algorithm>

#include "core/base/bytes.h"
#include "core/engine/bookkeeping.h"
#include "core/engine/plan.h"

namespace evenhand {

namespace {

constexpr std::size_t kShownBytes = 60;

std::string shortened(const std::string& text) {
  std::string line = text.substr(0, text.find_first_of("\r\n"));
  if (line.size() > kShownBytes) line.resize(kShownBytes);
  while (!is_utf8(line)) line.pop_back();
  return line.size() == text.size() ? "\"" + line + "\"" : "\"" + line + "…\"";
}

// An error holds no personal data: of such a field no more is told than how many versions stand.
std::string what_stands(const FieldSpec& field, const FieldState& state) {
  std::vector<Bytes> told;
  std::string text;
  for (const Written& written : state.values) {
    if (std::find(told.begin(), told.end(), written.value) != told.end()) continue;
    told.push_back(written.value);
    const auto value = written.is_sealed || written.value.empty() ? Result<Value>(corrupt("none")) : decode_value(field, written.value);
    text += (text.empty() ? "" : " or ") + (written.is_sealed ? "(sealed)" : written.value.empty() ? "(cleared)" : value ? shortened(to_text(field, *value)) : "(not understood)");
  }
  const bool is_personal = field.data_class == DataClass::personal || field.data_class == DataClass::special;
  return is_personal ? std::to_string(told.size()) + " versions stand" : text;
}

}  // namespace

Result<void> Plan::check_not_disputed(const RecordChange& change, const Target& target, const std::vector<OwnedChange>& fields) const {
  const bool is_plain = change.verb == Verb::changed || change.verb == Verb::undone;
  if (!is_plain || fields.empty() || !target.before || target.before->is_removed() || target.is_beside || is_for_nobody_to_decide(*target.spec)) return {};
  if (target.id.bytes == command_.batch.bytes) return {};  // an import's note of how far it came
  const std::string id = target.before->short_id();
  const std::string where = plain_type(target.spec->name) + " " + id;
  if (target.before->state().lifecycle == Lifecycle::removed_and_edited) {
    return refused("it was removed on one device and edited on another, and a plain change would keep it without anybody having said so", where,
                   "Look with: evenhand conflict show " + id + "   then decide: evenhand conflict resolve " + id + " --keep   or --remove");
  }
  for (const OwnedChange& one : fields) {
    const FieldSpec& field = *target.spec->find_field(one.field);
    if (!target.before->is_conflicted(field.name)) continue;
    return refused(std::string(field.name) + " is in dispute, and a plain change would settle it without anybody having said so: " + what_stands(field, *target.before->state().find(field.id)), where,
                   "Look with: evenhand conflict show " + id + "   then decide: evenhand conflict resolve " + id + " --field " + std::string(field.name) + " --value TEXT   or --keep NUMBER");
  }
  return {};
}

bool needs_decision(const Record& record) {
  const auto& fields = record.spec().fields;
  if (record.is_removed() || is_for_nobody_to_decide(record.spec())) return false;
  return record.state().lifecycle == Lifecycle::removed_and_edited || std::any_of(fields.begin(), fields.end(), [&](const FieldSpec& field) { return record.is_conflicted(field.name); });
}

Result<RecordChange> as_decision(const Workspace& workspace, RecordChange change) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(change.entity));
  if (!record || record->is_removed()) return change;
  const bool settles = record->state().lifecycle == Lifecycle::removed_and_edited ||
                       std::any_of(change.set.begin(), change.set.end(), [&](const FieldValue& set) { return record->is_conflicted(set.field); }) ||
                       std::any_of(change.clear.begin(), change.clear.end(), [&](const std::string& field) { return record->is_conflicted(field); });
  if (settles) change.verb = Verb::decided;
  return change;
}

}  // namespace evenhand
