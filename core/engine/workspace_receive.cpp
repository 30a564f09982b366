// What comes from outside: commits into the log, then, once it is whole for now, into what people see.
#include <algorithm>

#include "core/codec/archive.h"
#include "core/engine/derived_views.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

bool Workspace::State::must_go(const Space& space, const Reference& reference, const EventHeader& header) const {
  const Access& access = space.fold.access();
  if (!header.key.is_zero() && (access.is_erased(header.key) || keystore->is_destroyed(header.key))) return true;
  return access.is_redacted(reference);
}

namespace {

// The commit without what must go; nothing when it may stay as it is.
Result<std::optional<Bytes>> stripped(const Workspace::State& state, const Space& space, const CommitView& commit) {
  std::vector<bool> drop(commit.event_count(), false);
  EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
  bool any = false;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    const Reference reference{commit.chain(), commit.first_seq() + i, shorten(hashes[i])};
    drop[i] = event.body_state == BodyState::present && state.must_go(space, reference, event.header);
    any = any || drop[i];
    return true;
  }));
  if (!any) return std::optional<Bytes>();
  return std::optional(without_bodies(commit, [&](std::size_t i, const EventView&) { return drop[i]; }));
}

}  // namespace

Result<AppendOutcome> Workspace::receive(const SpaceId& id, std::span<const ByteView> commits) {
  EVENHAND_CHECK(hold());
  Space* space = state_->find_space(id);
  if (space == nullptr) return not_found("there is no such space here", id.hex().substr(0, 16));
  const Access& access = space->fold.access();
  std::vector<ByteView> views(commits.begin(), commits.end());
  std::vector<Bytes> kept;
  if (!access.erased().empty() || !access.redacted().empty() || !state_->keystore->destroyed().empty()) {
    kept.reserve(commits.size());  // views look into it
    for (ByteView& view : views) {
      EVENHAND_TRY(const CommitView commit, CommitView::decode_untrusted(view));
      // A commit whose bodies do not fit its hashes is refused as a whole, not made to fit by dropping them.
      bool fits = true;
      EVENHAND_CHECK(commit.walk([&](std::size_t, const EventView& event) { return fits = event.body_state == BodyState::absent || event.body_matches(); }));
      if (!fits) return corrupt("a body does not fit its hash", "commit of chain " + commit.chain().hex());
      EVENHAND_TRY(std::optional<Bytes> without, stripped(*state_, *space, commit));
      if (without) view = kept.emplace_back(std::move(*without));
    }
  }
  EVENHAND_TRY(const AppendOutcome outcome, space->log.append_untrusted(views, [&](const PublicKey& device) { return access.knows(device); }));
  // A body that came after its event changes a record that is folded already.
  if (outcome.commits_filled > 0) EVENHAND_CHECK(space->fold.rebuild(space->log));
  return outcome;
}

Result<void> Workspace::State::carry_out_erasures(Space& space) {
  if (mode == OpenMode::read_only) return {};
  const Access& access = space.fold.access();
  // Only orders of the organisation's own spaces reach into its vault: a partner has no say over it.
  if (space.kind != SpaceKind::cycle) {
    std::set<KeyId> due;
    for (const KeyId& key : access.erased()) {
      if (!keystore->is_destroyed(key)) due.insert(key);
    }
    if (!due.empty()) EVENHAND_CHECK(keystore->destroy_keys(due));
  }
  const std::size_t orders = access.erased().size() + access.redacted().size() + keystore->destroyed().size();
  if (orders == 0) return {};
  Swept& done = swept[space.id];
  bool found = false;
  Arrival last = 0;
  {
    EVENHAND_TRY(const LogReadView view, space.log.read());
    last = view.last_arrival();
    Result<void> inner;
    EVENHAND_CHECK(view.scan(done.orders == orders ? done.arrival + 1 : 1, [&](Arrival, const CommitView& commit) {
      const auto without = stripped(*this, space, commit);
      if (!without) return inner = without.error(), false;
      return !(found = without->has_value());
    }));
    EVENHAND_CHECK(inner);
  }
  if (found) {
    const auto dropped = space.log.drop_bodies([&](const Reference& reference, const EventView& event) { return must_go(space, reference, event.header); });
    if (!dropped && dropped.error().code == ErrorCode::unavailable) return {};  // somebody reads it; the next time then
    if (!dropped) return dropped.error();
  }
  done = {last, orders};
  return {};
}

Result<void> Workspace::State::drop_views_of_erased() const {
  if (mode == OpenMode::read_only) return {};
  std::size_t erasures = keystore->destroyed().size();
  for (const Space& space : spaces) erasures += space.fold.access().erased().size() + space.fold.access().redacted().size();
  return drop_derived_views(folder, erasures);
}

Result<void> Workspace::settle(const Progress& progress) {
  for (Space& space : state_->spaces) {
    EVENHAND_CHECK(space.fold.catch_up(space.log, [&](std::uint64_t done, std::uint64_t all) {
      if (progress) progress("Reading events", done, all);
    }));
  }
  EVENHAND_CHECK(state_->learn_types());
  Result<void> carried_out;
  for (Space& space : state_->spaces) {
    carried_out = state_->carry_out_erasures(space);
    if (!carried_out) break;
  }
  // What is erased by now goes from views too, before anything is written, which may fail.
  const Result<void> dropped = state_->drop_views_of_erased();
  EVENHAND_CHECK(carried_out);
  EVENHAND_CHECK(dropped);
  for (Space& space : state_->spaces) {
    EVENHAND_CHECK(state_->tend_keys(space));
    EVENHAND_CHECK(introduce(*this, space));
  }
  EVENHAND_CHECK(follow_erasures(*this));
  return state_->drop_views_of_erased();
}

}  // namespace evenhand
