// A command that goes through another process, and what is known of it when that process stops half-way.
//
//   no receipt came            it was not written, and after leave() it never will be
//   receipt, then an outcome   the outcome
//   receipt, then the end      the holder has ended, so the logs and the intent tell: it is saved whole, or not at all
//   receipt, then silence      the holder is stopped or the disk hangs: the log may still tell, else we say that we do not know
#include "core/engine/hand_over.h"

#include "core/engine/handed_over.h"
#include "core/engine/workspace_state.h"

namespace evenhand {

namespace {

constexpr int kHolderWaitMs = 5000;  // a holder looks up between its steps; what takes longer is stopped or stuck

Error uncertain() {
  return unavailable("the process that holds the workspace began to save this and has not said that it finished", "",
                     "It may or may not have been saved: look with \"evenhand log list\".");
}

}  // namespace

bool HandOver::step(int ms) {
  if (!client_) {
    auto connected = LocalClient::connect(folder_, kHandoverSocket, kHandoverBytesMax);
    if (!connected) return pause_ms(ms), false;
    client_.emplace(std::move(*connected));
    client_->put(command_);
  }
  auto answer = client_->step(ms);
  if (answer && *answer) take(**answer);
  if (!answer) {
    client_.reset();
    is_settled_ = planned_.has_value();
    if (!is_settled_) pause_ms(ms);
  }
  return outcome_ || is_settled_;
}

void HandOver::take(const Bytes& bytes) {
  auto answer = decode_answer_untrusted(bytes);
  if (!answer) {
    if (!planned_) outcome_ = answer.error();
  } else if (auto* about = std::get_if<AboutToWrite>(&*answer)) {
    planned_ = std::move(about->receipt);
  } else if (auto* receipt = std::get_if<Receipt>(&*answer)) {
    outcome_ = std::move(*receipt);
  } else {
    outcome_ = std::get<Refusal>(*answer).error;
  }
}

void HandOver::leave() {
  if (!client_) return;
  client_->leave();
  while (!outcome_) {
    const auto answer = client_->step(0);
    if (!answer || !*answer) break;
    take(**answer);
  }
  client_.reset();
}

// The intent is looked at first: when it is gone by then, whatever it decided is in the logs.
Result<bool> Workspace::State::holds(const Receipt& receipt, bool holder_has_ended) const {
  if (receipt.events.empty()) return true;
  EVENHAND_TRY(const std::vector<IntendedCommit> intended, read_intent(folder));
  std::size_t found = 0;
  for (const Reference& event : receipt.events) {
    EVENHAND_TRY(bool is_saved, makes(intended, event));
    is_saved = is_saved && holder_has_ended;  // a living one may still call it off
    for (const Space& space : spaces) {
      EVENHAND_TRY(const LogReadView view, space.log.read());
      const auto place = view.find(event);
      if (!place && place.error().code != ErrorCode::not_found) return place.error();
      is_saved = is_saved || place.ok();
    }
    found += is_saved ? 1 : 0;
  }
  return found == receipt.events.size();
}

Result<void> Workspace::State::refresh() {
  EVENHAND_TRY(keystore, Keystore::open(folder / "keys"));
  for (Space& space : spaces) EVENHAND_CHECK(space.fold.catch_up(space.log));
  return learn_types();
}

// LMDB opens a file once per process, so what is open for reading is closed first.
Result<void> Workspace::State::become_holder(WorkspaceLock taken) {
  for (Space& space : spaces) {
    { const SpaceFold closing = std::exchange(space.fold, SpaceFold(space.id)); }
    { const Log closing = std::move(space.log); }
    EVENHAND_TRY(space.log, Log::open(space.folder / "log", OpenMode::read_write));
    EVENHAND_TRY(space.fold, SpaceFold::open(space.id, space.folder / "views", OpenMode::read_write));
  }
  EVENHAND_CHECK(refresh());
  lock.emplace(std::move(taken));
  mode = OpenMode::read_write;
  hands_over = false;
  EVENHAND_CHECK(complete_intent());
  return {};
}

Result<Receipt> Workspace::hand_over(const Command& command, int tries_left) {
  State& state = *state_;
  Bytes bytes = encode_handover({command, hands_over_safely()});
  if (bytes.size() > kHandoverBytesMax) return refused("this is too much to hand to the process that holds the workspace", "", "Do it in smaller steps, or close the workspace there.");
  HandOver asking(state.folder, std::move(bytes));
  auto lock = state.take_lock(kHolderWaitMs, [&](int ms) { return asking.step(ms); });
  const bool was_settled = lock.ok() || asking.is_settled();
  asking.leave();
  if (asking.outcome()) {
    const auto refreshed = state.refresh();
    if (asking.outcome()->ok() && !refreshed) return unavailable("this was saved, but reading it back failed: " + refreshed.error().what, refreshed.error().where);
    return *asking.outcome();
  }
  if (lock) EVENHAND_CHECK(state.become_holder(std::move(*lock)));
  if (!lock) EVENHAND_CHECK(state.refresh());
  if (asking.planned()) {
    EVENHAND_TRY(const bool is_saved, state.holds(*asking.planned(), was_settled));
    if (is_saved) return *asking.planned();
    if (!was_settled) return uncertain();
  }
  if (is_holder()) return submit(command);
  return was_settled && tries_left > 1 ? hand_over(command, tries_left - 1) : lock.error();
}

}  // namespace evenhand
