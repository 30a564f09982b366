#include "core/engine/carried_over.h"

#include <algorithm>

#include "core/engine/late_verdict.h"
#include "core/engine/record_events.h"

namespace evenhand {

namespace {

/// Sign-offs and what came after each, read once however many of their changes were carried over.
class Signed {
 public:
  explicit Signed(const Workspace& workspace) : workspace_(workspace) {}

  Result<void> describe(CarriedOver& carried, const std::string& event) {
    if (!is_read_) {
      EVENHAND_TRY(all_, sign_offs(workspace_));
      is_read_ = true;
    }
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const SignOff& one) { return one.id == carried.sign_off; });
    if (found == all_.end()) return {};
    carried.signed_title = found->title;
    carried.from = found->subject.cycle;
    if (!found->has_cut) return {};
    const auto known = late_.find(found->id);
    if (known == late_.end()) {
      EVENHAND_TRY(late_[found->id], late_events(workspace_, *found));
    }
    for (const LateEvent& one : late_[found->id]) {
      if (long_text(one.event) == event) carried.change = one;
    }
    return {};
  }

 private:
  const Workspace& workspace_;
  bool is_read_ = false;
  std::vector<SignOff> all_;
  std::map<EntityId, std::vector<LateEvent>> late_;
};

// Who wrote the record, and when as they say: its first event that counts.
Result<void> add_author(const Workspace& workspace, CarriedOver& carried) {
  for (const Space& space : workspace.spaces()) {
    if (space.kind != home_of(*find_record_type("late"))) continue;
    EVENHAND_TRY(const RecordEvents events, read_events(space, carried.id));
    const auto first = std::find_if(events.events.begin(), events.events.end(), [](const RecordEvent& event) { return event.parents.empty() && event.standing == Standing::counts; });
    if (first == events.events.end()) continue;
    carried.carried = first->claimed;
    carried.carried_by = author_of(space, first->device);
    return {};
  }
  return {};
}

// One entry for one change: the earlier one stays, and knows what was said of the other.
void add_once(std::vector<std::pair<std::string, CarriedOver>>& all, std::string event, CarriedOver carried) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == event && one.second.sign_off == carried.sign_off; });
  if (same == all.end()) return void(all.emplace_back(std::move(event), std::move(carried)));
  CarriedOver& kept = same->second;
  if (std::pair(carried.carried.ms, carried.id) < std::pair(kept.carried.ms, kept.id)) std::swap(kept, carried);
  if (kept.closing.empty()) kept.closing = carried.closing;
  if (!kept.closed_by) kept.closed_by = carried.closed_by;
}

}  // namespace

Result<std::vector<CarriedOver>> carried_into(const Workspace& workspace, const EntityId& cycle) {
  std::vector<std::pair<std::string, CarriedOver>> found;
  Signed signed_ones(workspace);
  EVENHAND_TRY(const std::vector<Record> all, workspace.records("late"));
  EVENHAND_TRY(const LateVerdicts said, LateVerdicts::read(workspace));
  for (const Record& one : all) {
    if (one.text("verdict") != "carried" || one.reference("cycle") != cycle) continue;
    const LateVerdict* const verdict = said.find(one.reference("sign_off").value_or(EntityId{}), one.text("event"));
    if (verdict != nullptr && verdict->is_disputed) continue;  // it waits with its sign-off
    CarriedOver carried;
    carried.id = one.id();
    carried.sign_off = one.reference("sign_off").value_or(EntityId{});
    carried.to = cycle;
    carried.entity = EntityId::from_hex(one.text("entity")).value_or(EntityId{});
    carried.reason = one.text("reason");
    carried.closing = one.text("closing");
    if (const auto record = EntityId::from_hex(one.text("closed_by"))) carried.closed_by = *record;
    EVENHAND_CHECK(signed_ones.describe(carried, one.text("event")));
    EVENHAND_CHECK(add_author(workspace, carried));
    add_once(found, one.text("event"), std::move(carried));
  }
  std::vector<CarriedOver> carried;
  for (auto& [event, one] : found) carried.push_back(std::move(one));
  std::sort(carried.begin(), carried.end(), [](const CarriedOver& a, const CarriedOver& b) { return std::pair(a.carried.ms, a.id) < std::pair(b.carried.ms, b.id); });
  return carried;
}

Result<RecordChange> closing_of(const Workspace& workspace, const CarriedOver& carried, const std::string& closing, const std::optional<EntityId>& closed_by) {
  const std::string place = short_id_of(carried.id);
  if (!carried.is_open()) return refused("somebody said already what was done about it", place, "See: evenhand signoff late list");
  if (closing.empty() && !closed_by) return refused("say what was done about it, or name the record that takes it up", place);
  RecordChange change{"late", carried.id, Verb::changed, {}};
  if (!closing.empty()) change.set.push_back({"closing", closing});
  if (closed_by) {
    EVENHAND_TRY(const std::optional<Record> record, workspace.find(*closed_by));
    if (!record || record->is_removed()) return not_found("there is no such record", short_id_of(*closed_by));
    const bool has_cycle = record->spec().find_field("cycle") != nullptr && record->reference("cycle").has_value();
    if (has_cycle && record->reference("cycle") != carried.to) return refused("that record belongs to another cycle", record->short_id(), "Name one of the cycle that took the change over.");
    change.set.push_back({"closed_by", closed_by->hex()});
  }
  return change;
}

}  // namespace evenhand
