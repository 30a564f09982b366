#include "core/projection/space_fold.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/access/authority_log.h"
#include "core/event/causal_order.h"
#include "core/projection/space_fold_tables.h"
#include "core/record/value.h"

namespace evenhand {

using namespace fold_tables;

namespace {

constexpr std::uint64_t kSaveEveryRecords = 200'000;  // bounds memory while catching up

// A batch shows its records while it says closed, and says it without contradiction.
bool shows_records(const EntityState& batch) {
  static const FieldSpec& status = *find_record_type("batch")->find_field("status");
  const FieldState* field = batch.find(status.id);
  if (field == nullptr || field->values.empty() || field->is_conflicted() || batch.lifecycle == Lifecycle::removed) return false;
  const auto value = decode_untrusted<std::string>(field->values.front().value, "status");
  return value.ok() && *value == "closed";
}

bool speaks_of_definition(const EventHeader& header) { return header.type.starts_with("schema."); }

bool speaks_of_batch(const EventHeader& header) { return header.type.starts_with("batch."); }

// What opens and closes batches is never hidden behind one: else two batches inside each other could stand both open or
// both closed, as the order of arrival will have it.
bool is_member_of_batch(const EventHeader& header) {
  return header.is_of_batch() && EntityId{header.batch.bytes} != header.entity && !speaks_of_batch(header);
}

}  // namespace

SpaceFold::SpaceFold(const SpaceId& space, const FoldBasis& basis) : space_(space), basis_(basis), access_(Access::build(space, {})) {}

// The authority lane is small; it is read whole whenever its heads moved.
Result<void> SpaceFold::read_access(const LogReadView& view) {
  EVENHAND_TRY(const auto chains, view.chains());
  CanonicalOutput heads;
  for (const auto& [id, chain] : chains) {
    chains_.insert_or_assign(id, chain.descriptor);
    if (chain.is_forked()) forked_.insert(id);
    if (chain.descriptor.lane != Lane::authority) continue;
    heads(id);
    for (const BranchHead& branch : chain.branches) heads(branch.head);
  }
  const Hash print = sha256(heads.take());
  if (access_fits_ && print == access_print_) return {};  // the same heads, so the same events and the same rights
  EVENHAND_TRY(std::vector<AuthorityEvent> events, authority_events(view));
  const bool moved = print != access_print_;
  standing_memo_ = {};
  Access access = Access::build(space_, std::move(events));
  const bool same_verdicts = access_fits_ && counts_.waiting == 0 && access.keeps_verdicts_of(access_);
  access_ = std::move(access);
  access_print_ = print;
  if (moved && checkpoint_ > 0 && !same_verdicts) clear();
  access_fits_ = true;
  return {};
}

void SpaceFold::clear() {
  records_.clear();
  dirty_.clear();
  behind_.clear();
  batches_to_judge_.clear();
  closed_batches_.clear();
  batch_records_.clear();
  counts_ = {};
  ++definitions_moved_;
  checkpoint_ = 0;
  base_counts_ = false;
}

Result<void> SpaceFold::catch_up(const Log& log, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  EVENHAND_CHECK(follow_writer());  // before the log is read, so that the tables are never ahead of it
  EVENHAND_TRY(const LogReadView view, log.read());
  if (view.last_arrival() < checkpoint_) clear();  // the log was restored from before our checkpoint
  auto folded = read_access(view);
  if (folded && view.last_arrival() == checkpoint_) return {};
  if (folded) folded = fold_tail(view, progress);
  seen_ = {};
  if (folded) return save(view.last_arrival());
  // Cut short, the records in memory are ahead of the checkpoint; going on from there would take events twice.
  const auto reloaded = load_checkpoint();
  return reloaded ? folded.error() : reloaded.error();
}

Result<void> SpaceFold::fold_tail(const LogReadView& view, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  Result<void> inner;
  std::uint64_t since_report = 0;
  EVENHAND_CHECK(view.scan_hashed(checkpoint_ + 1, [&](Arrival arrival, const CommitView& commit, std::span<const Hash> hashes) {
    inner = take(arrival, commit, hashes);
    if (!inner) return false;
    since_report += commit.event_count();
    if (progress && since_report >= 20'000) {
      since_report = 0;
      progress(counts_.events, view.event_count());
    }
    if (!tables_ || mode_ == OpenMode::read_only || dirty_.size() < kSaveEveryRecords) return true;
    inner = settle(view);
    if (inner && save(arrival)) records_.clear();
    return inner.ok();
  }));
  EVENHAND_CHECK(inner);
  return settle(view);
}

Result<void> SpaceFold::rebuild(const Log& log, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  EVENHAND_CHECK(follow_writer());
  clear();
  access_print_ = {};
  return catch_up(log, progress);
}

Result<void> SpaceFold::take(Arrival arrival, const CommitView& commit, std::span<const Hash> hashes) {
  const auto chain = chains_.find(commit.chain());
  if (chain == chains_.end()) return corrupt("commit " + std::to_string(arrival) + " stands in a chain that the log does not list", "", "Run evenhand doctor.");
  const bool is_noted = seen_.add_commit(arrival, hashes.size(), bounds_.seen_max);
  if (chain->second.lane == Lane::authority) return {};
  Result<void> inner;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    const Reference reference{commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
    if (is_noted) seen_.events.push_back({reference.hash, commit.offset_of(event)});
    inner = take_event({arrival, static_cast<std::uint32_t>(i)}, reference, event);
    return inner.ok();
  }));
  return inner;
}

Standing SpaceFold::standing_of(const Reference& reference, const EventHeader& header, StandingMemo& memo) const {
  const Capability needs = kind_of(header.type, basis_).needs;
  if (memo.grant == header.grant && memo.chain == reference.chain && memo.needs == needs) return memo.standing;
  const Standing standing = access_.judge(reference, chains_.at(reference.chain).device, header.grant, needs);
  if (!access_.depends_on_event(header.grant)) memo = {header.grant, reference.chain, needs, standing};
  return standing;
}

void SpaceFold::mark_dirty(const EntityId& id, Folding& folding) {
  if (!std::exchange(folding.is_dirty, true)) dirty_.push_back(id);
}

void SpaceFold::mark_behind(const EntityId& id, Folding& folding) {
  mark_dirty(id, folding);
  if (!std::exchange(folding.is_behind, true)) behind_.push_back(id);
}

Effect SpaceFold::effect_of(const Reference& reference, const EventView& event, Standing standing) const {
  if (standing == Standing::quarantined) return Effect::hidden;
  if (is_member_of_batch(event.header) && !closed_batches_.contains(event.header.batch)) return Effect::hidden;
  if (event.header.is_sealed() && access_.is_erased(event.header.key)) return Effect::erased;
  if (access_.is_redacted(reference)) return Effect::erased;
  if (event.body_state == BodyState::absent) return Effect::missing;
  return Effect::full;
}

// A record that the event cannot simply be added to is folded anew, but only once all that is new is taken in: or two
// lines of edits, made apart, would have it folded for each of them.
Result<void> SpaceFold::take_event(const Place& place, const Reference& reference, const EventView& event) {
  ++counts_.events;
  if (speaks_of_definition(event.header)) ++definitions_moved_;
  EVENHAND_TRY(Folding* const folding, touch(event.header.entity));
  mark_dirty(event.header.entity, *folding);
  folding->places.push_back(place);
  if (is_member_of_batch(event.header)) {
    auto& members = batch_records_[event.header.batch];
    if (members.empty() || members.back() != event.header.entity) members.push_back(event.header.entity);
  }
  const Standing standing = standing_of(reference, event.header, standing_memo_);
  if (standing == Standing::quarantined) ++counts_.quarantined;
  if (speaks_of_batch(event.header) || !folding->is_settled) batches_to_judge_.push_back(event.header.entity);
  const bool is_current = folding->is_settled && !folding->is_behind && !forked_.contains(reference.chain);
  if (standing != Standing::waiting && is_current && stands_after_all(folding->state, event, basis_)) {
    apply_after_all(folding->state, {reference, event, effect_of(reference, event, standing)}, basis_);
  } else {
    mark_behind(event.header.entity, *folding);
  }
  return {};
}

// Batches first: whether one shows decides what its records hold.
Result<void> SpaceFold::settle(const LogReadView& view) {
  std::sort(batches_to_judge_.begin(), batches_to_judge_.end());
  batches_to_judge_.erase(std::unique(batches_to_judge_.begin(), batches_to_judge_.end()), batches_to_judge_.end());
  for (const EntityId& id : batches_to_judge_) EVENHAND_CHECK(note_batch(view, records_.at(id)));
  batches_to_judge_.clear();
  return refold_behind(view);
}

// When a batch opens or closes, its records are folded again, so that they appear or vanish as one. Only what speaks of
// the batch decides, whatever else was written under its id: so no batch depends on whether another one is closed.
Result<void> SpaceFold::note_batch(const LogReadView& view, const Folding& folding) {
  const BatchId batch{folding.state.id.bytes};
  EVENHAND_TRY(Reading reading, read_again(view, folding));
  for (FoldEvent& event : reading.events) {
    if (!speaks_of_batch(event.view.header)) event.effect = Effect::hidden;
  }
  const bool shown = shows_records(fold_entity(folding.state.id, reading.events, basis_).state);
  if (shown == closed_batches_.contains(batch)) return {};
  if (shown) {
    closed_batches_.insert(batch);
  } else {
    closed_batches_.erase(batch);
  }
  std::vector<EntityId> members = batch_records_[batch];
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const EntityId& id : members) {
    EVENHAND_TRY(Folding* const member, touch(id));
    mark_behind(id, *member);
  }
  return {};
}

Result<EntityState> SpaceFold::state_before(const Log& log, const EntityId& id, const Reference& event) const {
  Folding folding;
  folding.state.id = id;
  EVENHAND_TRY(folding.places, places(id));
  EVENHAND_TRY(const LogReadView view, log.read());
  EVENHAND_TRY(const Reading reading, read_again(view, folding));
  const std::vector<FoldEvent>& events = reading.events;
  std::vector<CausalOrder::Node> nodes;
  CausalOrder::Marks is_limit;
  for (const FoldEvent& taken : events) {
    CausalOrder::Node node{taken.reference, {}, taken.hash};
    const EventHeader& header = taken.view.header;
    for (std::size_t p = 0; p < header.parent_count(); ++p) node.parents.push_back(header.parent(p));
    nodes.push_back(std::move(node));
    is_limit.push_back(taken.reference == event ? 1 : 0);
  }
  const CausalOrder::Marks precedes = CausalOrder::make(nodes).marks_after(is_limit);
  std::vector<FoldEvent> earlier;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (precedes[i] != 0) earlier.push_back(events[i]);
  }
  return fold_entity(id, earlier, basis_).state;
}

Result<EntityState> SpaceFold::state_among(const Log& log, const EntityId& id, const std::function<bool(const Reference&)>& is_among) const {
  Folding folding;
  folding.state.id = id;
  EVENHAND_TRY(folding.places, places(id));
  EVENHAND_TRY(const LogReadView view, log.read());
  EVENHAND_TRY(Reading reading, read_again(view, folding));
  std::erase_if(reading.events, [&](const FoldEvent& event) { return !is_among(event.reference); });
  return fold_entity(id, reading.events, basis_).state;
}

}  // namespace evenhand
