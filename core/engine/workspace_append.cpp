// How one device appends to the logs of a workspace: where its chains stand, one space at a time, several as one.
#include <utility>

#include "core/engine/action_list.h"
#include "core/engine/two_pasts.h"
#include "core/engine/workspace_state.h"
#include "core/os/machine.h"

namespace evenhand {

namespace {

struct OwnChains {
  OwnEnds ends;
  bool is_forked = false;  ///< one of them
};

Result<OwnChains> chains_in_log(const LogReadView& view, const SpaceId& space, const PublicKey& device, const Incarnation& incarnation) {
  OwnChains chains;
  for (const Lane lane : {Lane::data, Lane::authority}) {
    const auto state = view.chain(ChainDescriptor{device, space, lane, incarnation}.id());
    if (!state && state.error().code == ErrorCode::not_found) continue;
    if (!state) return state.error();
    (lane == Lane::data ? chains.ends.data : chains.ends.authority) = state->branches.empty() ? 0 : state->branches.back().seq;
    chains.is_forked = chains.is_forked || state->is_forked();
  }
  return chains;
}

}  // namespace

// A restored or cloned store must not go on with chains that another copy may have taken further, nor with one that another copy has
// taken further, as a partner told.
Result<IncarnationMarker> Workspace::State::marker_of(const Space& space) const {
  const auto file = space.folder / "marker";
  const Bytes machine = machine_id();
  bool is_forked = false;
  auto marker = IncarnationMarker::resume(file, machine, [&](const Incarnation& incarnation) -> Result<OwnEnds> {
    EVENHAND_TRY(const LogReadView view, space.log.read());  // after the marker: it must not be ahead because a holder writes
    EVENHAND_TRY(const OwnChains chains, chains_in_log(view, space.id, keystore->device().public_key(), incarnation));
    is_forked = chains.is_forked;
    return chains.ends;
  });
  if (marker && !is_forked) return marker;
  if ((!marker && marker.error().code != ErrorCode::stale) || !lock) return marker;
  return IncarnationMarker::begin(file, machine, random);
}

Result<Workspace::State::Pen> Workspace::State::pen_for(Space& space, Lane lane) {
  EVENHAND_TRY(const IncarnationMarker marker, marker_of(space));
  EVENHAND_TRY(const LogReadView view, space.log.read());
  Pen pen{{keystore->device().public_key(), space.id, lane, marker.incarnation()}, 0, {}, {}};
  auto chain = view.chain(pen.chain.id());
  if (!chain && chain.error().code != ErrorCode::not_found) return chain.error();
  if (chain && !chain->branches.empty()) {
    pen.last_seq = chain->branches.back().seq;
    pen.head = chain->branches.back().head;
  }
  if (pen.last_seq > 0 || lane != Lane::data) return pen;
  EVENHAND_TRY(const std::vector<Reference> ends, ends_to_stand_on(view, pen.chain));
  if (ends.empty()) return pen;
  pen.stands_on.emplace(OwnedChange{common_field::kStandsOn, Bytes(ends.size() * Reference::kBytes)});
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i].write(&pen.stands_on->value[i * Reference::kBytes]);
  return pen;
}

Result<std::string> Workspace::State::append(Space& space, const Bytes& commit) {
  EVENHAND_TRY(IncarnationMarker marker, marker_of(space));
  const ByteView views[] = {commit};
  EVENHAND_TRY(const AppendOutcome outcome, space.log.append(views));
  (void)outcome;
  const auto refresh = [&]() -> Result<void> {
    EVENHAND_TRY(const LogReadView view, space.log.read());
    EVENHAND_TRY(const OwnChains chains, chains_in_log(view, space.id, keystore->device().public_key(), marker.incarnation()));
    EVENHAND_CHECK(marker.acknowledge(chains.ends));  // behind the log is harmless (core/store/incarnation.h)
    return space.fold.catch_up(space.log);
  };
  const auto refreshed = refresh();
  if (refreshed) return std::string();
  views_behind = true;
  return "saved, but lists and reports could not be brought up to date (of these, not of what you entered: " + refreshed.error().what + "); do not enter it again; run evenhand rebuild";
}

// From the intent on the command is decided. Only what the first space does not take can still be called off.
Result<std::vector<std::string>> Workspace::State::append_all(const std::vector<IntendedCommit>& commits) {
  std::vector<std::string> unshown;
  const bool is_one = commits.size() == 1;  // one append is whole by itself
  if (!is_one) EVENHAND_CHECK(write_intent(folder, commits));
  for (std::size_t i = 0; i < commits.size(); ++i) {
    auto appended = append(*find_space(commits[i].space), commits[i].commit);
    if (appended) {
      if (!appended->empty()) unshown.push_back(std::move(*appended));
      continue;
    }
    if (i == 0 && (is_one || remove_intent(folder))) return appended.error();
    has_intent = true;
    unshown.push_back("saved, but not yet shown whole (" + appended.error().what + "); do not enter it again; the next opening completes it");
    return unshown;
  }
  if (!is_one && !remove_intent(folder)) has_intent = true;  // completing it once more changes nothing
  return unshown;
}

Result<void> Workspace::State::complete_intent() {
  EVENHAND_TRY(const std::vector<IntendedCommit> commits, read_intent(folder));
  has_intent = !commits.empty();
  for (const IntendedCommit& intended : commits) {
    Space* const space = find_space(intended.space);
    if (space == nullptr) return corrupt("the last command was to write to a space that is not here", intended.space.hex().substr(0, 16));
    EVENHAND_TRY(const std::string unshown, append(*space, intended.commit));
    (void)unshown;  // check_views() says it
  }
  if (has_intent) EVENHAND_CHECK(remove_intent(folder));
  has_intent = false;
  return {};
}

Result<void> Workspace::State::note_action(const BatchId& batch, const std::vector<Reference>& first_events) {
  if (!batch.is_zero() && std::exchange(noted_batch, batch) == batch) return {};  // a batch is taken back as one
  return add_action(folder, first_events);
}

Result<void> Workspace::State::check_views() {
  if (has_intent) EVENHAND_CHECK(complete_intent());
  if (!views_behind) return {};
  for (Space& space : spaces) {
    const auto caught_up = space.fold.catch_up(space.log);
    if (!caught_up) return unavailable("what was saved last cannot be shown, so nothing more is taken on top of it: " + caught_up.error().what, space.folder, "Run evenhand rebuild.");
  }
  views_behind = false;
  return {};
}

}  // namespace evenhand
